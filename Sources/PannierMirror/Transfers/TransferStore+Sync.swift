package import PannierCore
internal import GRDB

// Transfers of the synced folder: see ``SyncTransfers``.
extension TransferStore {
    /// All that are in a list, in the order of the queue.
    package func syncTransfers() async throws(Problem) -> [StoredTransfer] {
        try await read { database in
            try StoredTransfer.fetch(database, "sync_folder IS NOT NULL AND state <> 'cleared'", [])
        }
    }

    /// Where a file of the synced folder stands now, and what it is known by there. Blocks.
    /// - Returns: nil when it is not known any more.
    package func syncPlace(of local: LocalID) throws(Problem) -> SyncedFilePlace? {
        try readBlocking { database in
            guard let path = try SyncTransaction(database).standingPath(of: local) else { return nil }
            let inode = try Int64.fetchOne(
                database, sql: "SELECT inode FROM sync_local WHERE number = ?", arguments: [local.number])
            return inode.map { SyncedFilePlace(path: path, inode: UInt64(bitPattern: $0)) }
        }
    }
}

/// Where a file of the synced folder stands.
package struct SyncedFilePlace: Sendable, Hashable {
    /// Below the folder.
    package let path: [UInt8]
    package let inode: UInt64
}

extension StoredTransfer {
    package var isSync: Bool { syncFolder != nil }

    /// It goes before others of its direction.
    package var isSmallSync: Bool { isSync && counts.bytesTotal < SyncTransfers.small }
}
