import PannierCore
import PannierMirror
import PannierSync

/// All that is known of the synced folder at one moment, and how it stands by that. A value: whoever decides by more than
/// one part of it takes them from here, never from two moments.
struct SyncStanding: Sendable, Hashable {
    var folder: LocalPath
    /// As the mirror has it.
    var isPaused = false
    var isOpen = false
    /// Of the loops that there were, the one that it is about, or was last; 0: there was none.
    var opening = 0
    /// Why it could not be opened.
    var obstacle: Problem?
    /// What its loop told last; nothing while it is not open.
    var agenda = SyncAgenda.State()
    /// The loop has nothing to do before something happens.
    var isIdle = false
    var coverage = WatchCoverage()
    var figures = SyncFigures()
    /// Where the first of what the loop waits for to come to rest stands; nil: nobody knows, or nothing is waited for.
    var firstBeingWritten: LocalPath?
    /// Why the mirror cannot be read; what stands in it is as it was last.
    var unread: Problem?
    var server = ServerReach.unknown
    /// Why its transfers do not go on.
    var transfers: Problem?
    /// As of when both sides were last known to be the same, on this machine's clock.
    var verifiedAt: Milliseconds?

    init(folder: LocalPath) { self.folder = folder }

    /// Why it stands still.
    var problem: Problem? { obstacle ?? agenda.problem ?? unread }

    /// What nobody can be told without the server is not told: neither that both sides are the same, nor that it goes on.
    var phase: SyncState.Phase {
        if agenda.isPaused || !isOpen && isPaused { return .paused }
        if problem != nil { return .stopped }
        if !agenda.hasPassed { return .starting }
        if case .away = server { return .offline }
        if agenda.isSame { return server == .answers ? .same : .starting }
        return agenda.isWaiting && isIdle ? .waiting : .working
    }

    var state: SyncState {
        var state = SyncState(folder: folder, phase: phase)
        // What the server refuses holds up nothing here, but somebody has to know.
        (state.problem, state.refusal) = (problem, agenda.refusal)
        (state.heldHere, state.heldThere) = (agenda.held.here, agenda.held.there)
        // What was watched of a folder that is not there says nothing of what comes to stand in its place.
        if !state.isLost {
            (state.watched, state.unwatched) = (coverage.watched, coverage.unwatched)
            state.unreadable = coverage.unreadable
        }
        state.looksEvery = agenda.looksEvery
        (state.files, state.differing) = (figures.files, figures.differing)
        (state.problems, state.notes, state.leftOut) = (figures.problems, figures.notes, figures.leftOut)
        state.problemChanges = figures.problemChanges
        // Whatever is heard of a folder that stands still is looked at when it goes on.
        if phase != .paused, phase != .stopped, let written = agenda.beingWritten {
            (state.beingWritten, state.firstBeingWritten) = (written.count, firstBeingWritten)
        }
        state.verifiedAt = verifiedAt
        state.transferProblem = transfers
        if case .away(let away) = server { (state.offlineSince, state.offlineProblem) = (away.since, away.problem) }
        return state
    }
}
