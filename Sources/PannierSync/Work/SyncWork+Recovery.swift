import GRDB
import PannierCore
import PannierMirror
import PannierTransfer
import Synchronization

// What work that ended in its midst has left in the folder's own part.
extension SyncWork {
    /// A file that comes in changes places with what it replaces. Work that ended just then has left the other one under the
    /// name of what was fetched, and it may hold what nobody has sent: it goes into quarantine, and is never taken for what
    /// was fetched.
    func recover() throws {
        let isFirst = leftovers.begin()
        var found: [([UInt8], TreeStatus)] = []
        try tree.list(OwnPart.incoming) { name, status in
            if status.kind == .file, PartFile.transfer(of: name) == nil { found.append((name, status)) }
        }
        var isMoved = false
        for (name, status) in found where try !isFetched(name, status, isRead: isFirst) {
            try setAside(name, status)
            isMoved = true
        }
        if isMoved { try tree.sync([OwnPart.incoming, OwnPart.quarantine]) }
        try putBackParked()
        try agreeOnWhatHasNotLeft()
        leftovers.end()
    }

    /// Whether it is what was fetched, or is just being fetched, which reads it anew. What stood in the folder is known by its
    /// identity; only another process may have left what this one has never seen there, so what is said of its content is
    /// believed only when it was read.
    private func isFetched(_ name: [UInt8], _ status: TreeStatus, isRead: Bool) throws -> Bool {
        let (stood, digest) = try mirror.read { database in
            (try LocalTable(database).holds(status), try SyncTransaction(database).fetchedDigest(of: name))
        }
        if stood { return false }
        guard let digest else { return try isWanted(name) }
        return try !isRead || tree.content(of: OwnPart.incoming(name))?.digest == digest
    }

    /// What may be a person's, and is not where it belongs, goes into quarantine, and that is told.
    /// - Parameters:
    ///   - name: among what comes in.
    ///   - status: of what stands there.
    func setAside(_ name: [UInt8], _ status: TreeStatus) throws {
        let path = try mirror.read { try Self.place(of: name, status, $0) }
        // Forgotten last: work that ends in between finds it once more, and nobody takes it for what may be fetched over.
        let place = try tree.keep(OwnPart.incoming(name), in: OwnPart.quarantine, LocalID(0), name)
        try mirror.write { database in
            let sync = SyncTransaction(database)
            try sync.forgetFetched(name: name)
            try sync.note(
                .setAside(path, place), String(decoding: place, as: UTF8.self), path: path ?? place)
        }
    }

    /// Where it stood, or was to stand; nil: nobody knows.
    private static func place(of name: [UInt8], _ status: TreeStatus, _ database: Database) throws -> TreePath? {
        let sync = SyncTransaction(database)
        if let row = try LocalTable(database).row(standingAs: status) { return try sync.path(of: row.local) }
        guard let node = try sync.fetchedNode(of: name) else { return nil }
        let path = try sync.path(of: SyncItem.node(node))
        return path.isEmpty ? nil : path
    }
}

/// Whether what an earlier process may have left was read.
final class Leftovers: Sendable {
    private let isRead = Mutex(false)

    /// - Returns: whether it has to be read.
    func begin() -> Bool { isRead.withLock { !$0 } }
    func end() { isRead.withLock { $0 = true } }
}

extension Problem {
    /// - Parameter path: where it stood, or was to stand; nil: nobody knows.
    fileprivate static func setAside(_ path: TreePath?, _ place: TreePath) -> Problem {
        let title =
            path.map { "What stood in “\(LocalPath(bytes: $0))”, or was to, was found where files come in." }
            ?? "A file was found where files come in, and nobody knows what it is."
        return Problem(
            .localFileChanged, title,
            detail: "Work that ended in its midst may have left it, and it may hold what was never sent. It lies in "
                + "“\(LocalPath(bytes: place))” of the folder for 30 days.", status: 0)
    }
}
