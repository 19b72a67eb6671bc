package import PannierCore
package import PannierMirror

/// What the planner makes of one file or folder, for people.
package struct Verdict: Hashable, Sendable {
    /// How it differs from what both sides last agreed on; where they never did, on which side it is.
    package enum Change: Hashable, Sendable, CaseIterable {
        case newHere, newThere
        case goneHere, goneThere
        case editedHere, editedThere
        /// It has changed here, and was not read since.
        case unreadHere
        case movedHere, movedThere
    }

    package enum Outcome: Hashable, Sendable {
        /// No tree knows it.
        case unknown
        /// Nothing is to be done about it.
        case same
        /// It is not synchronised here.
        case leftOut
        /// Another name of its folder differs from it only in spelling.
        case twin(of: NodeName)
        /// It is on the server alone, as somebody wants it.
        case onlineOnly
        /// Something has to be read first: it, or what may be the same.
        case unread
        /// Its deletion waits for a person's word.
        case heldHere, heldThere
        /// It goes with the folder above it.
        case goesThere(with: NodeID)
        /// Only what is told by ``Verdict/steps``.
        case steps
        /// Something else is to be done first.
        case waits
    }

    package var changes: [Change] = []
    package var outcome = Outcome.unknown
    /// Those of the plan that are about it, in their order.
    package var steps: [PlanStep] = []
    /// Where things come to stand by these, below the synced folder.
    package var places: [PlanStep: LocalPath] = [:]
    /// Of ``Outcome/goesThere(with:)``: the folder.
    package var folder: LocalPath?
    /// What it is taken for, on both sides.
    package var node: NodeID?
    package var local: LocalID?

    package init() {}
}

/// Finds what a plan says of one item. The plan was made from the same trees.
struct Judging {
    private let tree: MergedTree
    private let plan: Plan

    init(_ trees: SyncTrees, _ rules: PlanRules) {
        tree = MergedTree(trees, conflictMark: rules.conflictMark)
        plan = Planner.plan(trees, rules)
    }

    func verdict(on item: SyncItem) -> Verdict {
        let index =
            switch item {
            case .node(let node): tree.byNode[node]
            case .local(let local): tree.byLocal[local]
            }
        guard let index else { return Verdict() }
        let item = tree.items[index]
        var verdict = Verdict()
        (verdict.node, verdict.local) = (item.node, item.here == nil ? nil : item.local)
        verdict.changes = Self.changes(of: item)
        verdict.steps = plan.steps.filter {
            $0.subject == item.node.map(SyncItem.node) || $0.subject == item.local.map(SyncItem.local)
        }
        verdict.outcome = outcome(of: item, verdict)
        return verdict
    }

    // MARK: Changes

    private static func changes(of item: MergedItem) -> [Verdict.Change] {
        let (isHere, isThere) = (item.here != nil, item.remote != nil)
        guard item.synced != nil else {
            return (isHere ? [.newHere] : []) + (isThere ? [.newThere] : [])
        }
        var changes: [Verdict.Change] = []
        if !isHere { changes.append(.goneHere) }
        if !isThere { changes.append(.goneThere) }
        if isHere, item.isChangedHere == true { changes.append(.editedHere) }
        if isHere, item.isChangedHere == nil { changes.append(.unreadHere) }
        if isThere, item.isChangedThere { changes.append(.editedThere) }
        if isHere, item.herePlace != item.syncedPlace { changes.append(.movedHere) }
        if isThere, item.remotePlace != item.syncedPlace { changes.append(.movedThere) }
        return changes
    }

    // MARK: Outcome

    private func outcome(of item: MergedItem, _ verdict: Verdict) -> Verdict.Outcome {
        if let twin = item.twin { return .twin(of: twin) }
        if item.fate == .apart { return .leftOut }
        if item.fate == .pending || item.isToBeRead { return .unread }
        if item.fate == .dead, let held = held(item) { return held }
        if !verdict.steps.isEmpty { return .steps }
        if item.fate == .dead { return goes(with: item) ?? .waits }
        if item.isOnlineOnly, item.here == nil { return .onlineOnly }
        return isSame(item) ? .same : .waits
    }

    private func held(_ item: MergedItem) -> Verdict.Outcome? {
        guard let node = item.node else { return nil }
        if item.here != nil, item.local != nil, plan.heldNodes.here.contains(node) { return .heldHere }
        if item.remote != nil, plan.heldNodes.there.contains(node) { return .heldThere }
        return nil
    }

    /// A folder is put into the trash with all that is in it.
    private func goes(with item: MergedItem) -> Verdict.Outcome? {
        var next = item.remotePlace?.parent
        while let folder = next, folder != 0, tree.items[folder].fate == .dead {
            if let node = tree.items[folder].node, plan.trashes(node) { return .goesThere(with: node) }
            next = tree.items[folder].remotePlace?.parent
        }
        return nil
    }

    private func isSame(_ item: MergedItem) -> Bool {
        item.remotePlace == item.place && item.herePlace == item.place && item.here?.content == item.remote?.content
            && item.here?.isParked != true && item.remote?.isParked != true && !item.isOnlineOnly
    }
}

extension Plan {
    fileprivate func trashes(_ node: NodeID) -> Bool {
        steps.contains { if case .trashThere(node, _) = $0 { true } else { false } }
    }
}
