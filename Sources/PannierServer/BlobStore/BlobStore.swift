package import PannierCore

/// Names one object: a pack of a namespace. Never used twice.
package struct BlobName: Hashable, Sendable {
    package let namespace: NamespaceID
    package let pack: PackID

    package init(namespace: NamespaceID, pack: PackID) {
        self.namespace = namespace
        self.pack = pack
    }
}

extension BlobName: LosslessStringConvertible {
    /// The object's key in any store: `<namespace>/<pack>`.
    package var description: String { "\(namespace)/\(pack)" }

    /// Nil unless `text` is exactly what ``description`` writes.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let namespace = NamespaceID(String(parts[0])), let pack = PackID(String(parts[1]))
        else { return nil }
        self.init(namespace: namespace, pack: pack)
    }
}

/// What a store says of an object without reading it.
package struct BlobHead: Hashable, Sendable {
    /// In bytes.
    package let length: Int
    /// Of the whole object, where the store keeps it; the directory store checks it once and keeps it not.
    package let sha256: Fingerprint?

    package init(length: Int, sha256: Fingerprint? = nil) {
        self.length = length
        self.sha256 = sha256
    }
}

/// Where packs lie: a folder, or S3.
///
/// Clients write and read objects with presigned SigV4 requests (``BlobSigner``), which every store enforces in the same
/// way: a PUT stores an object only whole, with the signed length and checksum, only where there was none, and answers
/// only when it is durable; a GET takes one range. ``BlobStoreProbe`` tries that at every start. This protocol is the
/// service's own side.
///
/// All calls block and may come from any thread at once; they are made on threads that are there for it, never on an
/// event loop and never in a task. They throw when the store cannot say, never because an object is missing.
package protocol BlobStore: Sendable {
    /// What is there under this name, if it is durable; nil while it is not.
    func head(_ blob: BlobName) throws -> BlobHead?

    /// Opens an object that is durable for reading; nil when there is none.
    func open(_ blob: BlobName) throws -> (any BlobReader)?

    /// Removes an object; one that is not there is already removed.
    func remove(_ blob: BlobName) throws
}

/// An object that is open for reading. Used by one thread at a time.
package protocol BlobReader: Sendable {
    /// In bytes.
    var length: Int { get }

    /// Reads from `offset` on until the buffer is full or the object ends.
    /// - Returns: the number of bytes read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int
}
