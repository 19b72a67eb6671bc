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

    /// Somebody has paused the synced folder: its transfers wait, whatever else they would do.
    package func isSyncPaused() async throws(Problem) -> Bool {
        try await read { try SyncFolder.read($0)?.isPaused ?? false }
    }

    /// See ``TransferTransaction``. Blocks.
    package func syncPlace(of local: LocalID) throws(Problem) -> SyncedFilePlace? {
        try readBlocking { try TransferTransaction($0, synced: synced).syncPlace(of: local) }
    }

    /// Files of the synced folder that may hold much of what is to be fetched. Blocks.
    package func syncCopies(of item: DownloadItem) throws(Problem) -> SyncedCopies {
        try readBlocking { database in
            let same = try Int64.fetchOne(
                database.cachedStatement(
                    sql: "SELECT local FROM sync_agreed WHERE size = ? AND sha256 = ? LIMIT 1"),
                arguments: [item.size, item.sha256?.bytes.blob])
            return SyncedCopies(
                same: same.map { LocalID($0) }, before: try SyncTransaction(database).local(of: item.node))
        }
    }
}

/// Files of the synced folder that may hold much of what is to be fetched.
package struct SyncedCopies: Sendable, Hashable {
    /// It was last agreed to hold just that.
    package var same: LocalID?
    /// It is what the node is here, with older content.
    package var before: LocalID?
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
