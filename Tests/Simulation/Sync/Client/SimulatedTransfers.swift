import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync

/// Sends and fetches files, one after the other of each kind. What is to be sent stands in the mirror, with how far it has
/// come, so that a new agent goes on.
final class SimulatedTransfers {
    unowned let client: SimulatedClient
    /// Rows that are under way.
    private var active: Set<Int64> = []
    private var tries: [Int64: Int] = [:]
    private static let atOnce = 3

    init(_ client: SimulatedClient) { self.client = client }

    static func makeTable(_ database: Database) throws {
        try database.execute(
            sql: """
                -- A file to be sent (local, with the folder and name that it gets, or the node that it is a version of) or
                -- fetched (node and version). upload and what follows: all of it is on the server, and only its commit is
                -- missing.
                CREATE TABLE simulated_transfers (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    local INTEGER,
                    node BLOB,
                    version BLOB,
                    parent BLOB,
                    name BLOB,
                    base INTEGER,
                    upload BLOB,
                    size INTEGER,
                    sha256 BLOB,
                    chunks INTEGER,
                    modified INTEGER,
                    changed INTEGER
                ) STRICT;
                """)
    }

    static func forget(_ database: Database) throws {
        try database.execute(sql: "DELETE FROM simulated_transfers")
    }

    static let queue = SyncTransferQueue(
        add: { uploads, downloads, database in
            for upload in uploads { try TransferRow(upload).insert(database) }
            for download in downloads { try TransferRow(download).insert(database) }
        },
        underWay: { database in
            let rows = try TransferRow.all(database)
            return SyncTransferQueue.UnderWay(
                locals: Set(rows.compactMap(\.local)), nodes: Set(rows.filter(\.isDownload).compactMap(\.node)))
        }, added: {})

    var isIdle: Bool {
        active.isEmpty && (try? client.mirror.read { try TransferRow.all($0).isEmpty }) == true
    }

    /// Begins what is waiting.
    func run() throws {
        guard !client.isDead else { return }
        for row in try client.mirror.read({ try TransferRow.all($0) }) where active.count < Self.atOnce {
            guard active.insert(row.number).inserted else { continue }
            if row.isDownload { try DownloadWork(row, self).begin() } else { try UploadWork(row, self).begin() }
        }
    }

    // MARK: How it ends

    /// - Parameter write: what is known by it, in the transaction that ends it.
    func end(_ row: TransferRow, _ write: (SyncTransaction) throws -> Void = { _ in }) throws {
        try client.mirror.write { database in
            try write(SyncTransaction(database))
            try row.remove(database)
        }
        active.remove(row.number)
        tries[row.number] = nil
        client.take(.mirrorMoved)
        client.machine.pieceIsDone()
        try run()
    }

    /// The network or the disk has failed: it is begun anew, later each time.
    func retry(_ row: TransferRow) throws {
        let count = tries[row.number, default: 0]
        tries[row.number] = count + 1
        client.simulation.add(
            .message { [weak self, weak client = client] in
                guard let self, let client, !client.isDead else { return }
                active.remove(row.number)
                try run()
            }, after: min(1_000 << min(count, 6), 60_000))
    }

    /// What is there is not what it was: the folder is looked at again.
    func drop(_ row: TransferRow) throws {
        let parent = try client.mirror.read { database in
            try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT parent FROM sync_local WHERE number = ?"),
                arguments: [row.local?.number])
        }
        try end(row)
        if let parent { client.take(.due([FolderLook(LocalID(parent))])) }
    }
}
