internal import PannierChunks
internal import PannierCore

/// The digest of a whole file from its chunks in order. A file of one chunk has that chunk's fingerprint, which spares
/// most files a second digest.
struct WholeDigest {
    private var first: Fingerprint?
    /// Kept for the case that a second one follows.
    private var firstBytes: [UInt8] = []
    private var digest: DigestBox?

    mutating func add(_ chunk: UnsafeRawBufferPointer, fingerprint: Fingerprint) {
        guard first != nil else {
            first = fingerprint
            firstBytes = [UInt8](chunk)
            return
        }
        if digest == nil {
            let box = DigestBox()
            firstBytes.withUnsafeBytes { box.update($0) }
            firstBytes = []
            digest = box
        }
        digest?.update(chunk)
    }

    /// Called once.
    func finish() -> Fingerprint {
        if let digest { return digest.finish() }
        return first ?? SHA256Digest.of([])
    }
}

/// Gives a noncopyable digest a place in a copyable owner.
final class DigestBox {
    private var digest = SHA256Digest()

    func update(_ bytes: UnsafeRawBufferPointer) { digest.update(bytes) }

    /// The digest of all that was added; it begins anew.
    func finish() -> Fingerprint {
        var other = SHA256Digest()
        swap(&digest, &other)
        return other.finish()
    }
}
