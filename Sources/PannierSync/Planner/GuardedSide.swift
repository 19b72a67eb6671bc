import PannierCore
import PannierMirror

/// What is deleted on one side, and what is there: how the guard counts.
struct GuardedSide {
    private let consented: Set<NodeID>
    /// What was deleted lately without a word, and has not come back.
    private var lately: Set<NodeID>
    /// What is there now.
    private var count: Int
    /// What is to be deleted, and nobody has said yes to.
    private(set) var dead: Set<NodeID> = []
    private(set) var stillConsented: Set<NodeID> = []

    /// - Parameter count: of what is there and not looked at.
    init(consented: Set<NodeID>, lately: Set<NodeID>, count: Int) {
        self.consented = consented
        self.lately = lately
        self.count = count
    }

    /// Something that is there.
    /// - Parameter isOurs: it counts when it comes to how much there is.
    mutating func add(_ node: NodeID?, isDead: Bool, isOurs: Bool) {
        if isOurs { count += 1 }
        guard let node else { return }
        guard isDead else {
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

    /// Few enough to be taken for meant: with what was deleted lately, of what there was before that.
    func isAllowed(by rules: PlanRules) -> Bool {
        dead.isEmpty || rules.allows(dead.union(lately).count, of: count + lately.subtracting(dead).count)
    }

    /// After a plan by which they are deleted, or are not.
    func deletedLately(isHeld: Bool) -> Set<NodeID> { isHeld ? lately : lately.union(dead) }
}
