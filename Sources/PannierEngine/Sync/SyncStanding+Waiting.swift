import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

// What somebody who waits for the folder takes from it.
extension SyncStanding {
    /// The loop has looked at all that it was asked to, and knows what the server told by then.
    func hasLooked(_ asked: SyncAsked) -> Bool {
        agenda.looksDone >= asked.looks && agenda.lastServerLook >= asked.serverLook
    }

    /// Nothing is to be done, nor to be thought of, before something happens.
    var hasPlanned: Bool { isIdle && !agenda.isPlanWanted }

    /// Nothing is under way, and both sides are the same.
    var isAtRest: Bool { isIdle && !agenda.isUnderWay && phase == .same }

    /// Nothing is under way, and what is left waits for somebody.
    var isWaiting: Bool { isIdle && !agenda.isUnderWay && phase == .waiting }

    /// That was found by a look at the server of this number, or a later one.
    func isVerified(since look: Int) -> Bool { phase == .same && agenda.sameAsOf.map { $0.number >= look } ?? false }

    /// - Parameter place: what is waited for; nil: all of it.
    /// - Throws: why that does not go on by itself. What may pass by itself is told by ``lasting(for:)``.
    func mustGoOn(for place: PathStanding?) throws(Problem) {
        if phase == .paused { throw .syncIsPaused }
        if let problem { throw problem }
        if let transfers = transfers(for: place), transfers.isPause { throw transfers }
    }

    /// Why that does not go on just now; it may by itself.
    /// - Parameter place: as above.
    func lasting(for place: PathStanding?) -> Problem? {
        if case .away(let away) = server { return away.problem }
        // Where nothing is to be asked for there, what else the server refuses is of no interest.
        return transfers(for: place) ?? (place?.differs == false ? nil : agenda.refusal)
    }

    /// Why its transfers do not go on, where any of them is waited for.
    private func transfers(for place: PathStanding?) -> Problem? { place?.isUnderWay == false ? nil : transfers }
}

/// What the loop of the folder was asked for before something is waited for.
struct SyncAsked: Sendable, Hashable {
    /// The word to look at all, of so many to this loop; 0: none.
    var looks = 0
    /// The look at the server of this number.
    var serverLook = 0
}
