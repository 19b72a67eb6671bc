import GRDB
package import PannierCore
import PannierMirror
import PannierTransfer

// Carrying out a plan.
extension SyncWork {
    func perform(_ steps: [PlanStep]) throws -> StepOutcome {
        try requireFolder()
        guard let root = try mirror.read({ try SyncFolder.read($0)?.root }) else { throw Problem.noSyncFolder }
        var outcome = StepOutcome()
        for part in Self.parts(of: steps) { outcome += try perform(part, root) }
        return outcome
    }

    /// What is about to be put out of the way counts as being there from the moment that this is written down: so whatever
    /// goes before it is done before that, in a part of its own.
    static func parts(of steps: [PlanStep]) -> [[PlanStep]] {
        var parts: [[PlanStep]] = []
        for step in steps {
            if let last = parts.last?.last, last.isParking || !step.isParking {
                parts[parts.count - 1].append(step)
            } else {
                parts.append([step])
            }
        }
        return parts
    }

    private func perform(_ steps: [PlanStep], _ root: NodeID) throws -> StepOutcome {
        try mirror.write { try HereSteps.intend(steps, $0) }
        Failpoint.hereIntended.pass()
        let (made, evictions) = try mirror.write { database in
            var here = HereSteps(database, tree, root: root)
            let outcome = try here.perform(steps)
            try report(outcome, database)
            Failpoint.hereDurable.pass()
            return (outcome, here.evictions)
        }
        Failpoint.hereCommitted.pass()
        var outcome = made
        if !evictions.isEmpty { try evict(evictions, &outcome) }
        return outcome
    }

    func report(_ outcome: StepOutcome, _ database: Database) throws {
        let sync = SyncTransaction(database)
        for case (let step, .problem(let problem)) in outcome.failures {
            try sync.report(problem, key: step.subject.key, path: try sync.path(of: step.subject))
        }
    }

    // MARK: There

    /// - Parameter revision: up to which all changes there were known when this was planned.
    func ask(_ steps: [PlanStep], plannedAt revision: Revision?) throws -> SyncEvent {
        try durable.makeNames(in: tree)
        return try mirror.write { database in
            guard let folder = try SyncFolder.read(database) else { throw Problem.noSyncFolder }
            // Nothing is asked of a server of which nothing was told yet.
            guard let epoch = try FeedState.read(database)?.epoch else { return .unanswered(.otherEpoch) }
            var outcome = StepOutcome()
            var left = steps[...]
            let there = ThereSteps(database, root: folder.root)
            let request = try there.next(&left, in: epoch, plannedAt: revision, &outcome)
            return .asking(request, left: Array(left), outcome)
        }
    }

    /// What the service has answered to a request.
    func take(_ answer: ThereAnswer, to request: ThereRequest) -> SyncEvent? {
        Failpoint.askAnswered.pass()
        defer { Failpoint.askRecorded.pass() }
        return orFailed {
            try mirror.write { database in
                guard let folder = try SyncFolder.read(database) else { throw Problem.noSyncFolder }
                guard try answer.epoch == nil || answer.epoch == FeedState.read(database)?.epoch else {
                    return .unanswered(.otherEpoch)
                }
                var outcome = StepOutcome()
                try ThereSteps(database, root: folder.root).take(answer.items, to: request.steps, &outcome)
                try report(outcome, database)
                return .answered(outcome)
            }
        }
    }

    // MARK: Files

    func queue(_ steps: [PlanStep]) throws -> StepOutcome {
        try durable.makeNames(in: tree)
        let transfers = transfers
        let outcome = try mirror.write { database in
            var outcome = StepOutcome()
            var (uploads, downloads): ([SyncUpload], [SyncDownload]) = ([], [])
            let builder = TransferBuilder(database)
            for step in steps {
                if let upload = try builder.upload(step) {
                    uploads.append(upload)
                } else if let download = try builder.download(step) {
                    downloads.append(download)
                } else {
                    outcome.failures.append((step, .stale([])))
                    continue
                }
                outcome.done += 1
            }
            try transfers.add(uploads, downloads, database)
            return outcome
        }
        Failpoint.transfersQueued.pass()
        if outcome.done > 0 { transfers.added() }
        return outcome
    }
}

/// An answer of the service, one item for each step of its request.
package struct ThereAnswer: Sendable {
    package var items: [ItemResult<Node>]
    /// In which it was asked for; what an answer says holds in no other.
    package var epoch: Int64?

    package init(items: [ItemResult<Node>], epoch: Int64?) {
        self.items = items
        self.epoch = epoch
    }
}

extension PlanStep {
    fileprivate var isParking: Bool { if case .parkHere = self { true } else { false } }
}

extension SyncItem {
    /// Of the problem that is known about it.
    var key: String {
        switch self {
        case .local(let local): "local \(local.number)"
        case .node(let node): "node \(node)"
        }
    }
}

extension SyncTransaction {
    func path(of item: SyncItem) throws -> TreePath {
        switch item {
        case .local(let local): try path(of: local)
        // What is gone from here is told of by where it is there.
        case .node(let node): try local(of: node).flatMap { try existingPath(of: $0) } ?? remotePath(of: node)
        }
    }
}

extension Problem {
    fileprivate static let otherEpoch = Problem(.serverUnreachable, "The server was restored meanwhile.", status: 0)
}
