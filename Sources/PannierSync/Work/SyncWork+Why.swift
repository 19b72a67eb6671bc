import GRDB
package import PannierCore
package import PannierMirror
import PannierTransfer

// What is known of one thing, and what would be done about it.
extension SyncWork {
    /// Changes nothing.
    /// - Parameter path: below the synced folder; on this disk, or as the server has it.
    /// - Returns: `verdict` is nil while no plan can be made.
    package func why(_ path: LocalPath) throws(Problem) -> (facts: SyncFacts, verdict: Verdict?) {
        var (facts, verdict, row) = try previewed { database in
            let sync = SyncTransaction(database)
            let known = try sync.find(path)
            let item = known.node.map(SyncItem.node) ?? known.local.map(SyncItem.local)
            let verdict = try item.map { try self.verdict(on: $0, database) } ?? Verdict()
            // A file that was moved by copying it is another one here; the planner knows of what.
            let (local, node) = (verdict?.local ?? known.local, verdict?.node ?? known.node)
            let row = try local.flatMap { try LocalTable(database).row($0) }
            return (try sync.facts(of: local, node, at: path), verdict, row)
        }
        if let here = facts.here {
            facts.isOutdated = isOutdated(row, here.path)
        } else {
            facts.unseen = unseen(path)
        }
        guard facts.isAnything else { throw .nothingOfThatName(path) }
        return (facts, verdict)
    }

    /// Asks the planner; what it says of the item may depend on everything that has changed.
    private func verdict(on item: SyncItem, _ database: Database) throws -> Verdict? {
        guard let folder = try SyncFolder.read(database), try isReady(database, despiteMissing: true) else {
            return nil
        }
        let changed =
            switch item {
            case .node(let node): ("sync_changed_nodes (node)", node.blob as any DatabaseValueConvertible)
            case .local(let local): ("sync_changed_locals (local)", local.number as any DatabaseValueConvertible)
            }
        // So that it is read with the others; all of it is rolled back.
        try database.execute(
            sql: "INSERT INTO \(changed.0) VALUES (?) ON CONFLICT DO NOTHING", arguments: [changed.1])
        let rules = try rules(database, conflictMark: conflictMark().text)
        let trees = try trees(database, folder, rules, try ChangedEntries(database: database).count)
        var verdict = Judging(trees, rules).verdict(on: item)
        let sync = SyncTransaction(database)
        for step in verdict.steps { verdict.places[step] = try StepWords(sync).target(step) }
        if case .goesThere(let folder) = verdict.outcome {
            verdict.folder = LocalPath(bytes: try sync.remotePath(of: folder))
        }
        return verdict
    }

    /// It was changed since it was looked at.
    private func isOutdated(_ row: LocalRow?, _ path: LocalPath) -> Bool {
        guard let row, row.kind == .file, row.missing == 0 else { return false }
        do throws(LocalError) {
            return try tree.status(path.bytes).map { LocalRow.State($0, .file) != row.state } ?? true
        } catch {
            // Whether it can be looked at is told as a problem.
            return false
        }
    }

    /// What stands there although nobody has looked at it.
    private func unseen(_ path: LocalPath) -> SyncFacts.Unseen {
        do throws(LocalError) {
            guard let status = try tree.status(path.bytes) else { return .nothing }
            return status.kind == .folder ? .folder : status.kind == .file ? .file(status.size) : .other
        } catch {
            return .unknown(error.words)
        }
    }
}

extension Problem {
    fileprivate static func nothingOfThatName(_ path: LocalPath) -> Problem {
        Problem(
            .notFound, "There is no “\(path)” in the synced folder, neither on this disk nor on the server.",
            detail: "`pannier trash` lists what was deleted on the server.", status: 0)
    }
}
