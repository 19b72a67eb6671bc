import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// Out of the way of something else that is to have its name.
extension HereSteps {
    mutating func park(_ local: LocalID) throws {
        guard let row = try table.row(local), let source = try standing(row) else { throw StepFailure.stale([]) }
        try requireKnown(row, at: source)
        let target = OwnPart.parked(local, row.name)
        try onDisk(source, in: [row.parent]) { () throws(LocalError) in try tree.move(source, to: target) }
        outcome.moves.append(OwnMove(.away, row.name, in: row.parent))
        touch(source)
        touch(target)
        let status = try found(target, in: row.parent)
        guard row.state.isSame(as: LocalRow.State(status, row.kind)) else {
            try unpark(target, to: source, row)
            throw StepFailure.stale([row.parent])
        }
        try table.moved(local, to: row.parent, row.name, status, isParked: true)
    }

    /// What somebody has put into its place just then goes back there; where that is taken by now it is kept, and that is told.
    private mutating func unpark(_ target: TreePath, to source: TreePath, _ row: LocalRow) throws {
        do throws(LocalError) {
            try tree.move(target, to: source)
        } catch {
            let place = try quarantine(target, row)
            try sync.noteKept(source, at: place)
        }
    }

    /// A file that is known to be out of the way. Work that ended just when it was put there has not seen it there; so it is
    /// looked at, for nobody else does. If it is not there, somebody took it before: it is looked for where it was; where there
    /// is no such folder any more, it is gone.
    mutating func settleParking(_ step: PlanStep) throws {
        guard case .local(let local) = step.subject, let row = try table.row(local), row.isParked else { return }
        let status: TreeStatus?
        do throws(LocalError) {
            status = try tree.status(OwnPart.parked(local, row.name))
        } catch {
            // Nothing is concluded from what cannot be looked at.
            return
        }
        if let status { return try table.moved(local, to: row.parent, row.name, status, isParked: true) }
        guard try table.row(row.parent) != nil else { return try table.remove(local) }
        try table.unpark(local)
        outcome.folders.append(row.parent)
    }

    /// Where something stands that is about to be put out of the way, which is written down already.
    private func standing(_ row: LocalRow) throws -> TreePath? {
        try sync.standingPath(of: row.parent)?.appending(row.name)
    }

    /// To the top of the folder, under a name of its own, and that is told.
    mutating func bringToLight(_ path: TreePath, _ row: LocalRow) throws {
        let target = try tree.putBack(path, named: row.name, isFile: false)
        outcome.folders.append(LocalTable.top)
        let key = String(decoding: target, as: UTF8.self)
        try sync.note(.putBack(target, Self.newInside), key, path: target)
    }

    private static let newInside =
        "The folder was deleted on another device, and something new is in it. Another one has its name by now."
}
