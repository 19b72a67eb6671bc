import GRDB
package import PannierCore
import PannierMirror

// What would be done next, in words.
extension SyncWork {
    /// Changes nothing. Of deletions that are held, a word is for these from then on (``approve(here:there:wall:)``).
    /// - Parameter limit: steps at most, and paths of deletions that are held.
    /// - Throws: ``Problem``: why nothing can be planned.
    package func preview(limit: Int) throws(Problem) -> SyncPlan {
        try asProblem { try requireFolder() }
        return try previewed { try self.preview($0, conflictMark().text, limit) }
    }

    /// Whatever the body changes is undone.
    func previewed<Value>(_ body: (Database) throws -> Value) throws(Problem) -> Value {
        try asProblem { try mirror.write { database in try undone(database) { try body(database) } } }
    }

    /// The same within the caller's transaction.
    func undone<Value>(_ database: Database, _ body: () throws -> Value) throws -> Value {
        var value: Value?
        try database.inSavepoint {
            value = try body()
            return .rollback
        }
        return value!
    }

    private func asProblem<Value>(_ body: () throws -> Value) throws(Problem) -> Value {
        do {
            return try body()
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(database: error, path: mirror.path)
        }
    }

    private func preview(_ database: Database, _ mark: String, _ limit: Int) throws -> SyncPlan {
        guard let folder = try SyncFolder.read(database) else { throw Problem.noSyncFolder }
        guard try isReady(database, despiteMissing: true) else { throw Problem.filesNotRead }
        let plan = try makePlan(database, folder, try rules(database, conflictMark: mark))
        shown.show(plan.heldNodes)
        let isSettled = try Observation(database).isSettled()
        let unproven = try isSettled ? [] : missing(database)
        let steps = plan.steps.filter { !unproven.contains($0.subject) }
        let (words, sync) = (StepWords(SyncTransaction(database)), SyncTransaction(database))
        let underWay = try transfers.underWay(database)
        let told = try ToldSteps(steps, sync)
        return SyncPlan(
            steps: try told.steps.prefix(limit).map { step in
                var planned = try words.step(step, inside: told.inside(step))
                planned.isUnderWay = underWay.holds(step)
                planned.problem = try sync.problem(key: step.subject.key)
                return planned
            }, total: told.steps.count, hasMore: plan.hasMore, isIncomplete: !isSettled,
            heldHere: HeldPaths(
                count: plan.held.here,
                first: try first(limit, of: plan.heldHere) { try sync.path(of: $0) }),
            heldThere: HeldPaths(
                count: plan.held.there,
                first: try first(limit, of: plan.heldThere) { try sync.remotePath(of: $0) }))
    }

    /// So many folders are looked up; what is in others is not shown, but counted.
    private static let foldersAtMost = 2_000

    /// - Parameter path: of a folder.
    private func first<Item>(
        _ limit: Int, of tops: [HeldTop<Item>], path: (Item) throws -> TreePath
    ) rethrows -> [HeldPath] {
        var folders: [Item: TreePath] = [:]
        var first: [(path: TreePath, inside: Int)] = []
        func order(atMost count: Int) {
            first.sort { $0.path.lexicographicallyPrecedes($1.path) }
            first.removeLast(max(0, first.count - count))
        }
        for top in tops {
            guard let place = top.place else {
                first.append((try path(top.item), top.inside))
                continue
            }
            if folders[place.parent] == nil {
                guard folders.count < Self.foldersAtMost else { continue }
                folders[place.parent] = try path(place.parent)
            }
            first.append(((folders[place.parent] ?? []).appending(place.name.bytes), top.inside))
            if first.count > 2 * limit + 1_000 { order(atMost: limit) }
        }
        order(atMost: limit)
        return first.map { HeldPath(LocalPath(bytes: $0.path), inside: $0.inside) }
    }
}

extension Problem {
    fileprivate static let filesNotRead = Problem(
        .unavailable, "What My Files holds is still being read.",
        detail: "Nothing is planned before all of it is known here. Try again in a moment.", status: 0)
}

/// Steps of a plan as people read them.
struct StepWords {
    private let sync: SyncTransaction

    init(_ sync: SyncTransaction) { self.sync = sync }

    /// - Parameter inside: how many others leave this disk with it.
    func step(_ step: PlanStep, inside: Int) throws -> PlannedStep {
        var planned = try self.step(step)
        guard inside > 0 else { return planned }
        let others = "with \(Format.count(Int64(inside))) in it"
        switch step {
        case .deleteHere: planned.detail = "\(others), into .pannier/quarantine"
        case .evictHere: planned.detail = [others, planned.detail].compactMap(\.self).joined(separator: ", ")
        default: break
        }
        return planned
    }

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
        case .deleteHere(let local, _, let content):
            PlannedStep(
                .deleteHere, try path(local), detail: content == nil ? "once it is empty" : "into .pannier/quarantine")
        case .evictHere(let local, _, _):
            PlannedStep(
                .deleteHere, try path(local),
                detail: "it stays on the server, here for two or three days in .pannier/evicted")
        case .makeFolderThere(_, let place): PlannedStep(.makeFolderThere, try path(place))
        case .upload(let local, let place): PlannedStep(.upload, try path(place), detail: try size(local))
        case .uploadVersion(let local, _, _): PlannedStep(.uploadVersion, try path(local), detail: try size(local))
        case .moveThere(let node, let place):
            PlannedStep(.moveThere, try pathThere(node), detail: "to \(try path(place))")
        case .parkThere(let node):
            PlannedStep(.moveThere, try pathThere(node), detail: "out of the way for a moment")
        case .trashThere(let node, let count):
            PlannedStep(.trashThere, try path(node), detail: count > 1 ? "with \(count - 1) in it" : nil)
        case .restoreThere(_, _, let place): PlannedStep(.restoreThere, try path(place))
        case .agree(let node, _): PlannedStep(.note, try path(node), detail: "the same on both sides")
        case .forget(let node): PlannedStep(.note, try path(node), detail: "it was deleted")
        case .read(let local): PlannedStep(.read, try path(local), detail: try size(local))
        }
    }

    /// Where something comes to stand by it.
    func target(_ step: PlanStep) throws -> LocalPath? {
        switch step {
        case .makeFolderHere(_, let place), .download(_, _, let place), .moveHere(_, let place, _),
            .makeFolderThere(_, let place), .upload(_, let place), .moveThere(_, let place),
            .restoreThere(_, _, let place):
            try path(place)
        default: nil
        }
    }

    private func path(_ local: LocalID) throws -> LocalPath { LocalPath(bytes: try sync.path(of: local)) }

    private func path(_ node: NodeID) throws -> LocalPath { LocalPath(bytes: try sync.path(of: .node(node))) }

    /// Where the server has it by now: here it may have been moved already.
    private func pathThere(_ node: NodeID) throws -> LocalPath { LocalPath(bytes: try sync.remotePath(of: node)) }

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
