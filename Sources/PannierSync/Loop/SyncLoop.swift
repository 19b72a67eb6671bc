package import PannierCore
import PannierMirror

/// The synced folder at work: one owner, one thread. What is to be done next is decided and done, one piece a turn, so that
/// whatever is heard in between counts at once.
package struct SyncLoop: Sendable {
    private var agenda: SyncAgenda
    private var cleaner: WatchCleaner
    package let work: SyncWork

    package enum Turn: Sendable {
        /// Something was done; there may be more.
        case worked(SyncEvent)
        /// To be sent; its answer comes by ``take(_:to:now:)`` or as ``SyncEvent/unanswered(_:)``. Other turns go on.
        case request(ThereRequest)
        /// Nothing is to be done before something is heard; with a time, at the latest then.
        case idle(until: Milliseconds?)
    }

    package init(_ work: SyncWork, timing: SyncTiming = SyncTiming()) {
        self.work = work
        agenda = SyncAgenda(timing: timing)
        var times = WatchCleaner.Times()
        times.rest = timing.settle
        cleaner = WatchCleaner(times: times)
    }

    /// What people are told.
    package var state: SyncAgenda.State {
        var state = agenda.state
        // Something was heard of, and has not come to rest.
        guard !cleaner.isEmpty else { return state }
        (state.isSame, state.isWaiting, state.sameAsOf) = (false, false, nil)
        state.restless.add(cleaner.restless)
        if cleaner.isLost { state.restless.areMore = true }
        state.beingWritten = cleaner.beingWritten
        return state
    }

    /// - Parameters:
    ///   - wall: by which the disk stamps files, in nanoseconds.
    ///   - clock: only goes forward. Work takes its time, so it is asked once more after that.
    package mutating func turn(wall: Nanoseconds, clock: () -> Milliseconds) -> Turn {
        let now = clock()
        let news = cleaner.due(now: now)
        if news.isEverything { agenda.take(.overflow, now: now) }
        if !news.folders.isEmpty {
            agenda.take(.due(news.folders.map { FolderLook($0.folder, busy: $0.busy) }), now: now)
        }
        let action = agenda.next(now: now, isMoving: cleaner.holdsMoved, isLost: cleaner.isLost)
        let heard = cleaner
        let busy = { heard.busy(in: $0, now: now) }
        guard let event = work.perform(action, now: now, wall: wall, busy: busy) else {
            guard case .wait(let until) = action else { return .idle(until: nil) }
            return .idle(until: [until, cleaner.nextDue()].compactMap { $0 }.min())
        }
        for folder in event.gone {
            cleaner.forget(folder)
            work.watch.forget(folder)
        }
        if case .didHere(let outcome) = event { cleaner.expect(outcome.moves, now: clock()) }
        agenda.take(event, now: clock())
        if case .asking(let request?, _, _) = event { return .request(request) }
        return .worked(event)
    }

    /// What the watcher has heard.
    package mutating func hear(_ events: [WatchEvent], now: Milliseconds) { cleaner.take(events, now: now) }

    package mutating func take(_ event: SyncEvent, now: Milliseconds) { agenda.take(event, now: now) }

    /// The service has answered a request.
    package mutating func take(_ answer: ThereAnswer, to request: ThereRequest, now: Milliseconds) {
        if let event = work.take(answer, to: request) { agenda.take(event, now: now) }
    }
}

extension SyncEvent {
    /// Folders that are not there any more.
    fileprivate var gone: [LocalID] {
        switch self {
        case .looked(let outcome), .passed(let outcome, _): outcome.gone
        case .didHere(let outcome): outcome.gone
        default: []
        }
    }
}
