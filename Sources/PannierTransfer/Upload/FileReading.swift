internal import Glibc
internal import PannierChunks
internal import PannierCore

/// One file while it is read. Belongs to the reader.
///
/// A file must not change between the first byte and the last: what `fstat` says before and after must be the same, and
/// all bytes that it promised must have come. Kernels stamp files by a coarse clock, so a change in the same tick as the
/// one before would not be seen: a file that changed just now is read only after that tick is over.
final class FileReading {
    let file: OpenedFile
    private var chunker: Chunker
    private let mimeType: String
    /// For messages.
    private let text: String
    private var descriptor: Descriptor?
    private var before = stat()
    private var whole = WholeDigest()
    private var offset: Int64 = 0
    private var chunkCount = 0
    private var choice: CompressionChoice?
    /// Bytes of a chunk that the last window had no room for.
    private(set) var carried: [UInt8] = []
    private var failure: Problem?

    /// A tick of the kernel's coarse clock at the slowest setting there is (HZ=100), twice.
    private static let tick: Nanoseconds = 20_000_000
    /// Reading ahead is worth a word to the kernel from here on, in bytes.
    private static let longFile = 4 << 20

    init(_ file: OpenedFile, name: [UInt8], text: String, chunker: Chunker) {
        self.file = file
        self.chunker = chunker
        self.text = text
        mimeType = MIMEType.guess(name: name)
    }

    var usesLargeChunks: Bool { chunker.sizes == .large }

    /// Bytes that are still to come, as far as is known.
    var left: Int64 { max(0, file.size - offset) + Int64(carried.count) }

    func begin(_ descriptor: Descriptor) throws(LocalError) {
        before = try descriptor.status()
        guard before.isRegular else { throw LocalError(before.isFolder ? EISDIR : EINVAL) }
        let age = Self.now() - before.changed
        if (0..<Self.tick).contains(age) {
            usleep(UInt32((Self.tick - age) / 1_000))
            before = try descriptor.status()
        }
        self.descriptor = descriptor
        if before.st_size > Self.longFile { posix_fadvise(descriptor.number, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    func fail(_ error: LocalError) { failure = error.reading(text) }

    /// Reads on.
    /// - Returns: bytes read; 0 at the end of the file, or when it failed.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard failure == nil, let descriptor else { return 0 }
        // Longer than it was: it changed, and may never end.
        guard offset <= Int64(before.st_size) else { return 0 }
        while true {
            let count = Glibc.read(descriptor.number, buffer.baseAddress, buffer.count)
            if count >= 0 {
                offset += Int64(count)
                return count
            }
            if errno != EINTR {
                fail(LocalError(errno))
                return 0
            }
        }
    }

    /// Length of the next chunk at the start of `bytes`; nil: more bytes are needed.
    func cut(_ bytes: UnsafeRawBufferPointer, isEnd: Bool) -> Int? { chunker.cut(bytes, isEnd: isEnd) }

    /// Digests a chunk.
    func take(_ chunk: UnsafeRawBufferPointer) -> (index: Int, fingerprint: Fingerprint, choice: CompressionChoice) {
        let fingerprint = SHA256Digest.of(chunk)
        let choice = self.choice ?? CompressionPolicy.choose(mimeType: mimeType, sample: chunk)
        self.choice = choice
        whole.add(chunk, fingerprint: fingerprint)
        defer { chunkCount += 1 }
        return (chunkCount, fingerprint, choice)
    }

    func carry(_ bytes: UnsafeRawBufferPointer) { carried = [UInt8](bytes) }

    func takeCarried(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        carried.withUnsafeBytes { buffer.copyMemory(from: $0) }
        defer { carried = [] }
        return carried.count
    }

    /// Called once, after ``read(into:)`` gave 0.
    func end() -> FileEnd { FileEnd(file: file.key, outcome: outcome()) }

    private func outcome() -> FileEnd.Outcome {
        if let failure { return .failed(failure) }
        do throws(LocalError) {
            guard let after = try descriptor?.status(), isUnchanged(after) else { return .changed }
            return .whole(
                size: offset, chunkCount: chunkCount, sha256: whole.finish(), modified: after.modified,
                note: choice?.reason)
        } catch {
            return .failed(error.reading(text))
        }
    }

    private func isUnchanged(_ after: stat) -> Bool {
        after.st_size == before.st_size && Int64(after.st_size) == offset && after.modified == before.modified
            && after.changed == before.changed
    }

    private static func now() -> Nanoseconds {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
