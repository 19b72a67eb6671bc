import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// What is to be on the server alone leaves this disk.
extension SyncWork {
    /// Takes things from their places, which the mirror has been told of. They stay in a part of their own for a while, since
    /// a program may have them open and write on, and the server may turn out to be an older one (``Evicted``). What cannot
    /// be moved is found where it is, and is the same on both sides again.
    func evict(_ evictions: [Eviction], _ outcome: inout StepOutcome) throws {
        var own = StepOutcome()
        var moved: [(eviction: Eviction, place: TreePath?)] = []
        for eviction in evictions {
            do throws(StepFailure) {
                moved.append((eviction, try take(eviction)))
            } catch {
                own.failures.append((eviction.step, error))
            }
        }
        let touched = moved.map { $0.eviction.path.folder } + [OwnPart.evicted, OwnPart.quarantine]
        try tree.sync(Set(touched).sorted { $0.lexicographicallyPrecedes($1) })
        try mirror.write { database in
            for (eviction, place) in moved {
                if let place { try Evicted(database).note(eviction, at: place) }
                try LocalTable(database).remove(eviction.row.local)
            }
            try report(own, database)
        }
        outcome.gone += moved.filter { $0.place == nil }.map { $0.eviction.row.local }
        outcome.done -= own.failures.count
        outcome.failures += own.failures
    }

    /// - Returns: where a file is now; nil for a folder, which is gone.
    private func take(_ eviction: Eviction) throws(StepFailure) -> TreePath? {
        let (row, path) = (eviction.row, eviction.path)
        do throws(LocalError) {
            if row.kind == .folder {
                try tree.removeFolder(path)
                return nil
            }
            let place = try tree.keep(path, in: OwnPart.evicted, row.local, row.name)
            if let status = try tree.status(place), LocalRow.State(status, .file).holdsMoved(row.state) { return place }
            // Somebody has written to it meanwhile.
            try giveBack(place, to: path, row)
        } catch {
            throw .of(error, path, in: row.kind == .folder ? [row.parent, row.local] : [row.parent])
        }
        throw .stale([row.parent])
    }

    private func giveBack(_ place: TreePath, to path: TreePath, _ row: LocalRow) throws(LocalError) {
        do throws(LocalError) {
            try tree.move(place, to: path)
        } catch  where error.isOfChange {
            _ = try tree.keep(place, in: OwnPart.quarantine, row.local, row.name)
        }
    }
}
