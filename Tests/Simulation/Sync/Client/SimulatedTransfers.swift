import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync

/// Carries out what stands in the queue of the mirror: the queue's own tables and transactions, with a network and a disk that
/// are simulated. A few files at a time, of one transfer of each direction; a new agent goes on where the last one was.
final class SimulatedTransfers {
    unowned let client: SimulatedClient
    /// Items that are under way, by their rows, and their transfers.
    private var active: [Int64: Int64] = [:]
    private var tries: [Int64: Int] = [:]
    /// Transfers that this agent has taken up.
    private var taken: Set<Int64> = []
    private static let atOnce = 3

    init(_ client: SimulatedClient) { self.client = client }

    static let queue = SyncTransferQueue(
        add: { uploads, downloads, database in
            let queue = SyncTransfers(database)
            if !uploads.isEmpty { _ = try queue.add(uploads: uploads) }
            if !downloads.isEmpty { _ = try queue.add(downloads: downloads) }
        },
        underWay: { database in
            let (locals, nodes) = try SyncTransfers(database).underWay()
            return SyncTransferQueue.UnderWay(locals: locals, nodes: nodes)
        }, added: {})

    static func forget(_ database: Database) throws {
        try SyncTransfers(database).cancelAll()
        try database.execute(sql: "DELETE FROM transfers")
    }

    var isIdle: Bool {
        active.isEmpty
            && (try? client.mirror.read { database in
                try Bool.fetchOne(
                    database.cachedStatement(sql: "SELECT NOT EXISTS (SELECT 1 FROM transfers)"))
            }) == true
    }

    /// Begins what is waiting.
    func run() throws {
        try runUploads()
        try runDownloads()
    }

    private func next(_ direction: TransferState.Direction) throws -> StoredTransfer? {
        guard !client.isDead else { return nil }
        return try client.mirror.read { try TransferTransaction($0).waiting(direction, limit: 1).first }
    }

    private func runUploads() throws {
        while active.count < Self.atOnce, let transfer = try next(.upload) {
            let (ready, item) = try client.mirror.read { database in
                let queue = TransferTransaction(database)
                let rows = Self.atOnce + 1
                return (
                    try queue.readyItems(transfer.number, after: 0, limit: rows).first { active[$0.row] == nil },
                    try queue.uploadItems(transfer.number, after: 0, limit: rows).first { active[$0.row] == nil }
                )
            }
            if let row = ready?.row ?? item?.row {
                active[row] = transfer.number
                let work = UploadWork(row, of: transfer.number, self)
                if let ready { try work.commit(again: ready) } else if let item { try work.begin(item) }
            } else if active.values.contains(transfer.number) {
                return
            } else {
                try end(transfer)
            }
        }
    }

    private func runDownloads() throws {
        while active.count < Self.atOnce, let transfer = try next(.download) {
            if taken.insert(transfer.number).inserted {
                try write { try $0.resumeDownload(transfer.number) }
            }
            let item = try client.mirror.read { database in
                try TransferTransaction(database).downloadItems(transfer.number, limit: Self.atOnce + 1)
                    .first { active[$0.row] == nil }
            }
            if let item {
                active[item.row] = transfer.number
                try write { try $0.begun(transfer.number, [item.row]) }
                try DownloadWork(item, of: transfer.number, self).begin()
            } else if active.values.contains(transfer.number) {
                return
            } else {
                try end(transfer)
            }
        }
    }

    @discardableResult
    func write<Value>(_ body: (TransferTransaction) throws -> Value) throws -> Value {
        try client.mirror.write { try body(TransferTransaction($0)) }
    }

    // MARK: How it ends

    /// One that has ended is removed: what came of it stands in the folder's tables.
    private func end(_ transfer: StoredTransfer) throws {
        try write { queue in
            let state = try queue.end(transfer.number)
            _ = try queue.setState(transfer.number, from: state, to: .cleared)
            _ = try queue.remove(transfer.number, in: .cleared)
        }
        client.take(.mirrorMoved)
    }

    /// - Parameter write: what is known by it, in the transaction that ends it.
    func end(_ row: Int64, _ write: (TransferTransaction) throws -> Void) throws {
        try self.write(write)
        active[row] = nil
        tries[row] = nil
        client.take(.mirrorMoved)
        client.machine.pieceIsDone()
        try run()
    }

    func fail(_ row: Int64, of transfer: Int64, _ problem: Problem) throws {
        try end(row) { try $0.fail(transfer, [ItemFailure(row: row, problem: problem)]) }
    }

    /// The network or the disk has failed: it is begun anew, later each time.
    /// - Parameter write: what is known by it.
    func retry(_ row: Int64, _ write: (TransferTransaction) throws -> Void = { _ in }) throws {
        try self.write(write)
        let count = tries[row, default: 0]
        tries[row] = count + 1
        client.simulation.add(
            .message { [weak self, weak client = client] in
                guard let self, let client, !client.isDead else { return }
                active[row] = nil
                try run()
            }, after: min(1_000 << min(count, 6), 60_000))
    }
}
