import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// What is to be on the server alone leaves this disk.
extension SyncWork {
    /// Takes things from their places, which the mirror has been told of. They stay in a part of their own for a while, since
    /// a program may have them open and write on, and the server may turn out to be an older one (``Evicted``). What cannot
    /// be moved stays where it is, and is agreed on as it was.
    func evict(_ evictions: [Eviction], _ outcome: inout StepOutcome) throws {
        var own = StepOutcome()
        var gone: [Eviction] = []
        var left: [(eviction: Eviction, isHere: Bool)] = []
        var kept: [(path: TreePath, place: TreePath)] = []
        for eviction in evictions {
            do throws(StepFailure) {
                if let place = try take(eviction) {
                    kept.append((eviction.path, place))
                    throw StepFailure.stale([eviction.row.parent])
                }
                gone.append(eviction)
            } catch {
                own.failures.append((eviction.step, error))
                left.append((eviction, isHere(eviction, after: error)))
            }
        }
        if !kept.isEmpty {
            try mirror.write { database in
                for (path, place) in kept { try SyncTransaction(database).noteKept(path, at: place) }
            }
        }
        let touched = gone.map { $0.path.folder } + [OwnPart.evicted, OwnPart.quarantine]
        try tree.sync(Set(touched).sorted { $0.lexicographicallyPrecedes($1) })
        try mirror.write { database in
            for eviction in gone { try LocalTable(database).remove(eviction.row.local) }
            for (eviction, isHere) in left {
                try Evicted(database).forget(eviction)
                if isHere { try agreeAgain(eviction.node, eviction.agreed, eviction.epoch, database) }
            }
            try report(own, database)
        }
        outcome.moves += gone.map { OwnMove(.away, $0.row.name, in: $0.row.parent) }
        outcome.gone += gone.filter { $0.place == nil }.map { $0.row.local }
        outcome.done -= own.failures.count
        outcome.failures += own.failures
    }

    /// Whether it has not left its place by us: what a person does to it just then is said of what was agreed on. A disk with a
    /// fault may have moved it all the same.
    private func isHere(_ eviction: Eviction, after failure: StepFailure) -> Bool {
        if case .stale = failure { return true }
        guard let status = try? tree.status(eviction.path) else { return false }
        return eviction.row.state.isSame(as: LocalRow.State(status, eviction.row.kind))
    }

    /// What a person has written to it meanwhile is an edit of that, and no new file.
    private func agreeAgain(_ node: NodeID, _ agreed: SyncedEntry, _ epoch: Int64?, _ database: Database) throws {
        let sync = SyncTransaction(database)
        // By now the server may be another one, or somebody knows better.
        guard try FeedState.read(database)?.epoch == epoch, try sync.agreement(on: node) == nil,
            try sync.node(of: agreed.local) == nil, try LocalTable(database).row(agreed.local) != nil
        else { return }
        try sync.agree(node, agreed)
    }

    /// Work has ended after it was forgotten that both sides agreed on these, and before they left their places: where they
    /// stand there, they are agreed on as they were. Without that, an edit would be taken for another file of that name.
    func agreeOnWhatHasNotLeft() throws {
        let files = try mirror.read { try Evicted($0).unfinished() }
        let stayed = try files.filter { try tree.status(OwnPart.evicted.appending($0.name)) == nil }
        guard !stayed.isEmpty else { return }
        try mirror.write { database in
            for file in stayed {
                try Evicted(database).forget(file.name)
                try agreeAgain(file.node, file.agreed, file.epoch, database)
            }
        }
    }

    /// - Returns: where a file is in quarantine that somebody has written to meanwhile, and another one has its name.
    /// - Throws: why it is where it was.
    private func take(_ eviction: Eviction) throws(StepFailure) -> TreePath? {
        let (row, path) = (eviction.row, eviction.path)
        do throws(LocalError) {
            guard let place = eviction.place else {
                try tree.removeFolder(path)
                return nil
            }
            try tree.move(path, to: place)
            // What cannot be looked at now is looked at before it goes for good.
            guard let status = try? tree.status(place), !LocalRow.State(status, .file).holdsMoved(row.state) else {
                return nil
            }
            // Somebody has written to it meanwhile.
            if let other = try giveBack(place, to: path, row) { return other }
        } catch {
            throw .of(error, path, in: row.kind == .folder ? [row.parent, row.local] : [row.parent])
        }
        throw .stale([row.parent])
    }

    /// - Returns: where it is in quarantine; nil: it is back.
    private func giveBack(_ place: TreePath, to path: TreePath, _ row: LocalRow) throws(LocalError) -> TreePath? {
        do throws(LocalError) {
            try tree.move(place, to: path)
            return nil
        } catch  where error.isOfChange {
            return try tree.keep(place, in: OwnPart.quarantine, row.local, row.name)
        }
    }
}
