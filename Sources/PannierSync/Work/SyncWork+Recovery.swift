import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// What a process that ended in the midst of its work has left in the folder's own part.
extension SyncWork {
    /// A file that comes in changes places with what it replaces. A process that ended just then has left the other one under
    /// the name of what was fetched, and it may hold what nobody has sent: it goes into quarantine, and is never taken for
    /// what was fetched.
    func recover() throws {
        var names: [[UInt8]] = []
        try tree.list(OwnPart.incoming) { name, status in
            if status.kind == .file, PartFile.transfer(of: name) == nil { names.append(name) }
        }
        for name in names where try !isFetched(name) { try setAside(name) }
        if !names.isEmpty { try tree.sync([OwnPart.incoming, OwnPart.quarantine]) }
    }

    /// Whether it holds what it is said to hold, or is just being fetched, which reads it anew.
    private func isFetched(_ name: [UInt8]) throws -> Bool {
        guard let digest = try mirror.read({ try SyncTransaction($0).fetchedDigest(of: name) }) else {
            return try isWanted(name)
        }
        return try tree.content(of: OwnPart.incoming(name))?.digest == digest
    }

    private func setAside(_ name: [UInt8]) throws {
        try mirror.write { try SyncTransaction($0).forgetFetched(name: name) }
        var number = 1
        while try !moved(name, OwnPart.quarantine(LocalID(0), name, number)) { number += 1 }
    }

    /// - Returns: false when another file has that name.
    private func moved(_ name: [UInt8], _ target: TreePath) throws(LocalError) -> Bool {
        do {
            try tree.move(OwnPart.incoming(name), to: target)
            return true
        } catch {
            guard error.isTaken else { throw error }
            return false
        }
    }
}
