package import GRDB
package import PannierCore
import PannierMirror

/// Turns what a plan wants done on the server into requests, and answers into the mirror. Synchronous, inside transactions
/// of the caller's; whoever calls sends the requests in between.
package struct ThereSteps {
    private let sync: SyncTransaction
    private let root: NodeID

    package init(_ database: Database, root: NodeID) {
        sync = SyncTransaction(database)
        self.root = root
    }

    // MARK: Requests

    /// The request for the first steps: as many as are of one kind and may go together. Those that cannot be asked for yet
    /// are failures. What is about to be put out of the way is written down with it.
    /// - Parameters:
    ///   - steps: what was taken is removed.
    ///   - epoch: in which the mirror is.
    ///   - revision: journal position up to which all changes were known when these were planned. What is deleted must not be
    ///     newer: what has come since then, nobody has thought of, whether it is known by now or not.
    /// - Returns: nil when none is left.
    package func next(
        _ steps: inout ArraySlice<PlanStep>, in epoch: Int64, plannedAt revision: Revision?,
        _ outcome: inout StepOutcome
    ) throws -> ThereRequest? {
        while let first = steps.first {
            var builder = RequestBuilder(sync, root: root, revision: revision)
            while let step = steps.first, step.thereKind == first.thereKind, builder.count < Limits.batchItems {
                steps.removeFirst()
                if try !builder.add(step) { outcome.failures.append((step, .stale([]))) }
            }
            if let request = builder.request(in: epoch) { return request }
        }
        return nil
    }

    // MARK: Answers

    /// - Parameter answers: one for each of the steps, in order.
    package func take(
        _ answers: [ItemResult<Node>], to steps: [PlanStep], _ outcome: inout StepOutcome
    ) throws {
        for (step, answer) in zip(steps, answers) {
            switch answer {
            case .done(let node):
                if try take(node, for: step) {
                    outcome.done += 1
                } else {
                    outcome.failures.append((step, .stale([])))
                }
            case .problem(let problem):
                outcome.failures.append((step, problem.isOfChange ? .stale([]) : .problem(problem)))
            }
        }
    }

    /// - Returns: false when it is not what was meant; what is known by it is written down all the same.
    private func take(_ node: Node, for step: PlanStep) throws -> Bool {
        guard step.nodeThere == nil || step.nodeThere == node.id, try sync.learn(node) else { return false }
        switch step {
        case .makeFolderThere(let local, _):
            // A folder that was there already, and is another one's here.
            if let other = try sync.local(of: node.id), other != local { return false }
            guard try LocalTable(sync.database).row(local) != nil else { return false }
            try sync.agree(node, local)
        case .moveThere:
            try sync.unpark(node.id)
            try settle(node)
        case .restoreThere: try settle(node)
        case .trashThere: try sync.forget(node.id)
        default: break
        }
        return true
    }

    /// Where it stands there is what this disk wanted.
    private func settle(_ node: Node) throws {
        guard var entry = try sync.agreement(on: node.id), let parent = node.parent else { return }
        entry.place = SyncPlace(parent, node.name)
        try sync.agree(node.id, entry)
    }
}

extension PlanStep {
    /// Which node the answer to it must be about; nil: one that comes to be by it.
    fileprivate var nodeThere: NodeID? {
        switch self {
        case .moveThere(let node, _), .parkThere(let node), .trashThere(let node, _), .restoreThere(let node, _, _):
            node
        default: nil
        }
    }
}

extension Problem {
    /// The tree there is not what the plan was made from: look at the feed, and plan anew.
    var isOfChange: Bool {
        [.notFound, .trashed, .nameTaken, .nameTwin, .notFolder, .notFile, .changedSince, .cycle].contains(code)
    }
}
