import CLinux
import Glibc
package import Logging
import PannierChunks
import PannierCore
import Synchronization

/// Packs as files in a folder: `<namespace>/<first two digits>/<pack>`, temp files in `tmp`.
///
/// Order that must hold: a file is complete, checked and durable before it has its name; the name is durable before
/// anyone hears of the object (``head(_:)``, the answer to its PUT). A file whose fsync failed is thrown away, never
/// synced again.
package final class DirectoryBlobStore: BlobStore {
    static let temporaryFolder = "tmp"

    private let root: Descriptor
    private let temporary: Descriptor
    private let logger: Logger
    private let sync: DiskSync
    /// Names that are visible but perhaps not durable yet, and for ever those of which the disk would not say.
    private let unsettled = Mutex<Set<BlobName>>([])
    private let onStored: @Sendable (BlobName) -> Void
    private let commits = Mutex<GroupQueue<Commit>?>(nil)

    private struct Commit: Sendable {
        let incoming: IncomingBlob
        let completion: @Sendable (Result<Void, any Error>) -> Void
    }

    /// Opens the folder, making it if needed, and removes what a crash left in the temp folder. Blocks.
    /// - Parameters:
    ///   - folder: `DIR/packs`.
    ///   - sync: how files and names become durable.
    ///   - onStored: the store's event; called on the committing thread after an object is durable.
    /// - Throws: ``SystemCallError``.
    package init(
        folder: String, logger: Logger, sync: DiskSync = .kernel, onStored: @escaping @Sendable (BlobName) -> Void
    ) throws(SystemCallError) {
        try Self.makeFolder(nil, folder)
        root = try Descriptor.folder(folder)
        try Self.makeFolder(root, Self.temporaryFolder)
        temporary = try Descriptor(at: root, Self.temporaryFolder, O_RDONLY | O_DIRECTORY)
        self.logger = logger
        self.sync = sync
        self.onStored = onStored
        try removeLeftovers()
        // What a killed server had named but not synced is visible now and must be durable before anyone relies on it.
        guard pannier_syncfs(root.number) == 0 else { throw SystemCallError("syncfs", root.path) }
        commits.withLock { $0 = GroupQueue { [weak self] group in self?.commit(group) } }
    }

    package func shutDown() async throws {
        let queue = commits.withLock { commits in
            defer { commits = nil }
            return commits
        }
        try await queue?.shutDown()
    }

    // MARK: Reading

    package func head(_ blob: BlobName) throws -> BlobHead? {
        try open(blob).map { BlobHead(length: $0.length) }
    }

    package func open(_ blob: BlobName) throws -> (any BlobReader)? {
        guard let file = try Descriptor.ifPresent(at: root, Self.path(blob), O_RDONLY) else { return nil }
        // Looked at after opening: what is visible was put into this set before, and leaves it when it is durable.
        if unsettled.withLock({ $0.contains(blob) }) { return nil }
        return FileReader(file: file, length: try file.status().size)
    }

    package func remove(_ blob: BlobName) throws {
        let path = Self.path(blob)
        if unlinkat(root.number, path, 0) != 0, errno != ENOENT { throw SystemCallError("unlink", path) }
    }

    // MARK: Writing

    /// Starts an object. Blocks.
    /// - Throws: ``BlobWriteError/alreadyThere``, ``BlobWriteError/beingWritten``, ``SystemCallError``.
    func begin(_ blob: BlobName, length: Int) throws -> IncomingBlob {
        if unsettled.withLock({ $0.contains(blob) }) { throw BlobWriteError.beingWritten }
        if faccessat(root.number, Self.path(blob), F_OK, 0) == 0 { throw BlobWriteError.alreadyThere }
        return try IncomingBlob(blob, length: length, in: temporary, sync: sync)
    }

    /// Gives a sealed object its name; returns when that is durable.
    func commit(_ incoming: IncomingBlob) async throws {
        Failpoint.objectWritten.pass()
        guard let queue = commits.withLock({ $0 }) else { throw CancellationError() }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.submit(Commit(incoming: incoming) { continuation.resume(with: $0) })
        }
    }

    /// One group: name all, then sync each folder once, then answer.
    private func commit(_ group: [Commit]) {
        var folders: [String: Result<Descriptor, any Error>] = [:]
        let named = group.map { commit in
            Result {
                let path = Self.folder(commit.incoming.blob)
                let folder = folders[path] ?? Result { try self.folder(for: commit.incoming.blob) }
                folders[path] = folder
                try name(commit.incoming, in: try folder.get())
            }
        }
        Failpoint.objectNamed.pass()
        let synced = folders.mapValues { folder in Result { try sync.folder(try folder.get()) } }
        for (commit, result) in zip(group, named) {
            let blob = commit.incoming.blob
            let outcome = Result {
                try result.get()
                do {
                    try synced[Self.folder(blob)]?.get()
                } catch {
                    forget(blob, after: error)
                    throw error
                }
                _ = unsettled.withLock { $0.remove(blob) }
            }
            if case .success = outcome { onStored(blob) }
            commit.completion(outcome)
        }
    }

    private func name(_ incoming: IncomingBlob, in folder: Descriptor) throws {
        let isFree = unsettled.withLock { $0.insert(incoming.blob).inserted }
        guard isFree else { throw BlobWriteError.beingWritten }
        do {
            try incoming.name(in: folder, incoming.blob.pack.description)
        } catch {
            _ = unsettled.withLock { $0.remove(incoming.blob) }
            throw error
        }
    }

    /// The name stays unsettled for ever, so that nobody relies on what the disk may or may not hold.
    private func forget(_ blob: BlobName, after error: any Error) {
        logger.critical("A folder could not be synced; the object is thrown away.", metadata: ["error": "\(error)"])
        unlinkat(root.number, Self.path(blob), 0)
    }

    /// The folder of an object, made with its parent if needed; a new folder's entry is durable before it is used.
    private func folder(for blob: BlobName) throws(SystemCallError) -> Descriptor {
        let parent = try durableFolder(root, blob.namespace.description)
        return try durableFolder(parent, String(blob.pack.description.prefix(2)))
    }

    /// One whose entry cannot be made durable is taken away again: the next object would take it for one that is.
    private func durableFolder(_ parent: Descriptor, _ name: String) throws(SystemCallError) -> Descriptor {
        if try Self.makeFolder(parent, name) {
            do throws(SystemCallError) {
                try sync.folder(parent)
            } catch {
                unlinkat(parent.number, name, AT_REMOVEDIR)
                throw error
            }
        }
        return try Descriptor(at: parent, name, O_RDONLY | O_DIRECTORY)
    }

    // MARK: Names

    private static func folder(_ blob: BlobName) -> String { "\(blob.namespace)/\(blob.pack.description.prefix(2))" }

    static func path(_ blob: BlobName) -> String { "\(folder(blob))/\(blob.pack)" }

    /// - Returns: whether it was made just now.
    @discardableResult
    private static func makeFolder(_ parent: Descriptor?, _ name: String) throws(SystemCallError) -> Bool {
        if mkdirat(parent?.number ?? AT_FDCWD, name, 0o700) == 0 { return true }
        let code = errno
        guard code == EEXIST else { throw SystemCallError("mkdir", name, code: code) }
        return false
    }

    private func removeLeftovers() throws(SystemCallError) {
        for name in try FolderListing.names(in: temporary) {
            try systemCall("unlink", "\(temporary.path)/\(name)") { unlinkat(temporary.number, name, 0) }
        }
    }
}

/// A pack's file, open.
private struct FileReader: BlobReader {
    let file: Descriptor
    let length: Int

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        try file.read(into: buffer, at: offset)
    }
}
