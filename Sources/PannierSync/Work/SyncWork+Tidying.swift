import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// What the folder's own part does not need any more.
extension SyncWork {
    /// What came in and has no use: left by a process that ended, or overtaken by another version.
    private static let incoming: Nanoseconds = 86_400 * 1_000_000_000

    /// - Parameter wall: by which the disk stamps files.
    func tidy(_ wall: Nanoseconds) throws {
        try requireFolder()
        try mirror.write { try Self.forgetUnwanted($0) }
        try removeIncoming(wall)
        let (today, old) = try mirror.write { database in
            let days = try FolderDays(database, wall)
            try SyncTransaction(database).forgetNotes(until: days.today - Self.noteDays)
            return (days.today, try Quarantine(database, tree).old(days.today))
        }
        for name in old { try tree.removeFile(OwnPart.quarantine.appending(name)) }
        try removeEvicted(today)
    }

    /// For how many days something is told.
    private static let noteDays: Int64 = 2

    /// For good, a bounded number at a time. One that cannot be moved now is left for the next time, and none of the others
    /// waits for it.
    /// - Throws: the first fault of the disk, when all of them were gone through.
    private func removeEvicted(_ today: Int64) throws {
        var files: [([UInt8], TreeStatus)] = []
        try tree.list(OwnPart.evicted) { name, status in
            if status.kind == .file, files.count < 10_000 { files.append((name, status)) }
        }
        var fault: LocalError?
        for (name, status) in files {
            do {
                try settleEvicted(name, status, today)
            } catch let error as LocalError {
                if !error.isOfChange { fault = fault ?? error }
            }
        }
        if let fault { throw fault }
    }

    /// What may be the last of its kind is a person's again.
    private func settleEvicted(_ name: [UInt8], _ status: TreeStatus, _ today: Int64) throws {
        let path = OwnPart.evicted.appending(name)
        switch try mirror.read({ try Evicted($0).fate(of: name, status, today) }) {
        case .stays: return
        case .goes: try tree.removeFile(path)
        case .isLastCopy: try putBack(path, isFile: true, Self.evictedAgain)
        case .isUnknown: try putBack(path, isFile: true, Self.evictedOnce)
        }
        try mirror.write { try Evicted($0).forget(name) }
    }

    private static let evictedAgain =
        "It was to be in My Files alone; but it was changed since it was taken from here, or the server does not have it any more."

    private static let evictedOnce =
        "It was to be in My Files alone; but nobody knows any more whether the server has it just as it is here."

    /// Fetched for a version that is not the current one any more, or for something that is in the trash.
    private static func forgetUnwanted(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                DELETE FROM sync_fetched WHERE NOT EXISTS (
                    SELECT 1 FROM nodes WHERE view = (SELECT view FROM sync_folder) AND id = sync_fetched.node
                    AND version = sync_fetched.version AND trashed_at IS NULL)
                """
        ).execute()
    }

    /// A living transfer or what it has fetched needs it.
    func isWanted(_ name: [UInt8]) throws -> Bool {
        try mirror.read { database in
            if let transfer = PartFile.transfer(of: name) {
                return try Bool.fetchOne(
                    database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM transfers WHERE id = ?)"),
                    arguments: [transfer.blob])
                    == true
            }
            return try Bool.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM sync_fetched WHERE name = ?1)
                        OR EXISTS (SELECT 1 FROM transfers JOIN transfer_items AS items ON items.transfer = transfers.number
                            WHERE transfers.sync_folder IS NOT NULL AND items.path = ?1)
                        """), arguments: [name.blob]) == true
        }
    }

    /// Removes files for good, a bounded number at a time: the rest is for the next time.
    private func removeIncoming(_ wall: Nanoseconds) throws {
        var old: [([UInt8], TreeStatus)] = []
        try tree.list(OwnPart.incoming) { name, status in
            if status.kind == .file, wall - status.changed > Self.incoming, old.count < 10_000 {
                old.append((name, status))
            }
        }
        for (name, status) in old where try !isWanted(name) {
            // What stood in the folder is a person's, however it came here.
            if try mirror.read({ try LocalTable($0).holds(status) }) {
                try setAside(name, status)
            } else {
                try tree.removeFile(OwnPart.incoming(name))
            }
        }
    }
}
