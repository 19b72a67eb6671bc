import PannierCore

/// How plans wait for what is looked for twice, and for the other halves of moves. Not for ever: things may come and go all
/// the time.
struct ProofPatience: Sendable {
    /// Since when something has been missing, or on its way, all the time.
    private var since: Milliseconds?
    /// No plan is made yet, nor is anything of the last one done.
    private(set) var isPatient = false
    /// A second look would tell.
    private(set) var canProve = true

    /// A plan is made without what is not proven to be gone.
    var isUnproven: Bool { since != nil }

    /// To be told before each decision.
    /// - Parameters:
    ///   - isAnyMissing: something is to be looked for once more.
    ///   - isMoving: things have gone or come somewhere that is still to be looked at.
    ///   - isLost: nobody knows where: all is to be looked at before.
    mutating func weigh(isAnyMissing: Bool, isMoving: Bool, isLost: Bool, _ timing: SyncTiming, _ now: Milliseconds) {
        since = isAnyMissing || isMoving ? since ?? now : nil
        isPatient = since.map { now - $0 < timing.proofPatience } ?? false
        canProve = !isLost && !(isMoving && isPatient)
    }

    /// When it ends, while it lasts.
    func end(_ timing: SyncTiming) -> Milliseconds? { isPatient ? since.map { $0 + timing.proofPatience } : nil }
}
