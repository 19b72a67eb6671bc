import GRDB
package import PannierCore
import PannierMirror

// What would be done next, in words.
extension SyncWork {
    /// Changes nothing.
    /// - Parameter limit: steps at most, and paths of deletions that are held.
    package func preview(limit: Int) throws(Problem) -> SyncPlan {
        do {
            let mark = conflictMark().text
            return try mirror.write { database in
                var preview = SyncPlan()
                try database.inSavepoint {
                    preview = try self.preview(database, mark, limit)
                    return .rollback
                }
                return preview
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(database: error, path: mirror.path)
        }
    }

    private func preview(_ database: Database, _ mark: String, _ limit: Int) throws -> SyncPlan {
        guard let folder = try SyncFolder.read(database) else { throw Problem.noSyncFolder }
        let plan = try makePlan(database, folder, try rules(database, conflictMark: mark))
        let words = StepWords(SyncTransaction(database))
        let sync = SyncTransaction(database)
        return SyncPlan(
            steps: try plan.steps.prefix(limit).map { try words.step($0) }, total: plan.steps.count,
            hasMore: plan.hasMore,
            heldHere: HeldPaths(
                count: plan.held.here,
                first: try plan.heldHere.prefix(limit).map { LocalPath(bytes: try sync.path(of: $0)) }),
            heldThere: HeldPaths(
                count: plan.held.there,
                first: try plan.heldThere.prefix(limit).map { LocalPath(bytes: try sync.remotePath(of: $0)) }))
    }
}

/// Steps of a plan as people read them.
struct StepWords {
    private let sync: SyncTransaction

    init(_ sync: SyncTransaction) { self.sync = sync }

    func step(_ step: PlanStep) throws -> PlannedStep {
        switch step {
        case .makeFolderHere(_, let place): PlannedStep(.makeFolderHere, try path(place))
        case .download(_, let content, let place):
            PlannedStep(.download, try path(place), detail: Format.bytes(content.size))
        case .replaceHere(_, let local, let content, _):
            PlannedStep(.replaceHere, try path(local), detail: Format.bytes(content.size))
        case .moveHere(let local, let place, _):
            PlannedStep(.moveHere, try path(local), detail: "to \(try path(place))")
        case .parkHere(let local): PlannedStep(.moveHere, try path(local), detail: "out of the way for a moment")
        case .deleteHere(let local, _, _): PlannedStep(.deleteHere, try path(local), detail: "into .pannier/quarantine")
        case .evictHere(let local, _, _):
            PlannedStep(
                .deleteHere, try path(local), detail: "it stays on the server, here for a day in .pannier/evicted")
        case .makeFolderThere(_, let place): PlannedStep(.makeFolderThere, try path(place))
        case .upload(let local, let place): PlannedStep(.upload, try path(place), detail: try size(local))
        case .uploadVersion(let local, _, _): PlannedStep(.uploadVersion, try path(local), detail: try size(local))
        case .moveThere(let node, let place): PlannedStep(.moveThere, try path(node), detail: "to \(try path(place))")
        case .parkThere(let node): PlannedStep(.moveThere, try path(node), detail: "out of the way for a moment")
        case .trashThere(let node, let count):
            PlannedStep(.trashThere, try path(node), detail: count > 1 ? "with \(count - 1) in it" : nil)
        case .restoreThere(_, _, let place): PlannedStep(.restoreThere, try path(place))
        case .agree(let node, _), .forget(let node): PlannedStep(.note, try path(node))
        case .read(let local): PlannedStep(.read, try path(local), detail: try size(local))
        }
    }

    private func path(_ local: LocalID) throws -> LocalPath { LocalPath(bytes: try sync.path(of: local)) }

    private func path(_ node: NodeID) throws -> LocalPath { LocalPath(bytes: try sync.path(of: .node(node))) }

    private func path(_ place: SyncPlace<SyncItem>) throws -> LocalPath {
        let parent: TreePath =
            switch place.parent {
            case .local(let local): try sync.path(of: local)
            case .node(let node): try sync.path(of: .node(node))
            }
        return LocalPath(bytes: parent.appending(place.name.bytes))
    }

    private func size(_ local: LocalID) throws -> String? {
        try LocalTable(sync.database).row(local).map { Format.bytes($0.state.size) }
    }
}
