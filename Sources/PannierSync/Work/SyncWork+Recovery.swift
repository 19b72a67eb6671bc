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
            try setAside(name)
            isMoved = true
        }
        if isMoved { try tree.sync([OwnPart.incoming, OwnPart.quarantine]) }
        try putBackParked()
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

    func setAside(_ name: [UInt8]) throws {
        try mirror.write { try SyncTransaction($0).forgetFetched(name: name) }
        _ = try tree.keep(OwnPart.incoming(name), in: OwnPart.quarantine, LocalID(0), name)
    }
}

/// Whether what an earlier process may have left was read.
final class Leftovers: Sendable {
    private let isRead = Mutex(false)

    /// - Returns: whether it has to be read.
    func begin() -> Bool { isRead.withLock { !$0 } }
    func end() { isRead.withLock { $0 = true } }
}
