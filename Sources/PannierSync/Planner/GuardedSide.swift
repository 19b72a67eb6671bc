import PannierCore
import PannierMirror

/// What is deleted on one side, and what is there: how the guard counts.
struct GuardedSide {
    private let consented: Set<NodeID>
    /// What was deleted lately without a word, and has not come back.
    private var lately: Set<NodeID>
    /// What an earlier plan has held.
    private let held: Set<NodeID>
    /// What is there now.
    private var count: Int
    /// Something stays that both sides agreed on. What is new, on either side, does not make up for what goes.
    private var keepsAny: Bool
    /// What is to be deleted, and nobody has said yes to.
    private(set) var dead: Set<NodeID> = []
    private(set) var stillConsented: Set<NodeID> = []

    /// - Parameter settled: how much is there that both sides agree on, and is not looked at.
    init(_ rules: PlanRules, _ side: KeyPath<DeletionSet, Set<NodeID>>, settled: Int) {
        consented = rules.consented[keyPath: side]
        lately = rules.lately[keyPath: side]
        held = rules.held[keyPath: side]
        (count, keepsAny) = (settled, settled > 0)
    }

    /// Something that is there.
    mutating func add(_ item: MergedItem) {
        // What is left out is not counted when it comes to how much there is.
        if item.fate != .apart { count += 1 }
        guard let node = item.node else { return }
        guard item.fate == .dead else {
            if item.synced != nil { keepsAny = true }
            lately.remove(node)
            return
        }
        if consented.contains(node) {
            stillConsented.insert(node)
            lately.remove(node)
        } else {
            dead.insert(node)
        }
    }

    /// Few enough to be taken for meant: with what was deleted lately, of what there was before that. What waits for a word
    /// waits until there is one, or it is back: what is put into a folder that was emptied says nothing of what was in it.
    func isAllowed(by rules: PlanRules) -> Bool {
        if dead.isEmpty { return true }
        guard dead.isDisjoint(with: held) else { return false }
        return rules.allows(
            dead.union(lately).count, of: count + lately.subtracting(dead).count, leavesNothing: !keepsAny)
    }

    /// After a plan by which they are deleted, or are not.
    func deletedLately(isHeld: Bool) -> Set<NodeID> { isHeld ? lately : lately.union(dead) }
}
