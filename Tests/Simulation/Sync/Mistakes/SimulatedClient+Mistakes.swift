import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync

// Mistakes that an agent makes between its parts.
extension Simulation {
    func makes(_ mistakes: Mistake...) -> Bool { plan.mistake.map(mistakes.contains) ?? false }
}

extension SimulatedMachine {
    func forgetBaseAtStart() throws {
        guard simulation.makes(.forgetsBaseAtStart), lives > 1 else { return }
        try mirror.database.write { try $0.execute(sql: "DELETE FROM sync_agreed WHERE local % 4 = 0") }
    }
}

extension SimulatedClient {
    func makes(_ mistakes: Mistake...) -> Bool { simulation.plan.mistake.map(mistakes.contains) ?? false }

    /// For a request that changes something.
    func newKey() -> String {
        guard makes(.reusesKeys) else { return CommandKey.random().description }
        keys += 1
        return "\(keys)"
    }

    /// What the request asks for was done, so it seems.
    func believe(_ request: ThereRequest) throws {
        guard case .trash(let deletion) = request.body else { return }
        try mirror.write { database in
            for item in deletion.items { try SyncTransaction(database).forget(item.node) }
        }
    }

    /// - Returns: false: the process has ended meanwhile.
    func moveCursorFirst(_ page: ChangePage) throws -> Bool {
        guard makes(.movesCursorFirst), !page.changes.isEmpty else { return true }
        var empty = page
        empty.changes = []
        try mirror.write { database in
            var transaction = try FeedTransaction(database)
            try transaction.apply(empty)
        }
        // It looks at something meanwhile.
        _ = try? tree.status([])
        if !isDead { machine.pieceIsDone() }
        return !isDead
    }

    /// - Parameter apply: within a transaction of the mirror.
    func keepingBase(_ database: Database, _ apply: () throws -> Void) throws {
        guard makes(.keepsBaseAcrossRestore) else { return try apply() }
        let kept = try GRDB.Row.fetchAll(database, sql: "SELECT * FROM sync_agreed")
        try apply()
        let columns = "node, parent, name, sha256, size, is_executable, local"
        for row in kept {
            try database.execute(
                sql: "INSERT OR IGNORE INTO sync_agreed (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: StatementArguments(row.databaseValues))
        }
    }

    /// The state of a file as it stands now, for a process that takes that for what it has read.
    func readNow(_ local: LocalID?, instead read: ReadyItem) -> ReadyItem {
        guard makes(.agreesOnWhatIsNow), let local,
            let path = try? mirror.read({ try SyncTransaction($0).standingPath(of: local) }),
            let status = try? tree.status(path)
        else { return read }
        return ReadyItem(
            row: read.row, upload: read.upload, size: status.size, chunkCount: read.chunkCount, sha256: read.sha256,
            modified: status.modified, changed: status.changed, note: nil)
    }
}
