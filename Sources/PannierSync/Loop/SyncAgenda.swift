package import PannierCore
import PannierMirror

/// What the synced folder does next: a value without I/O, clock or tasks. Whoever drives it performs the actions one after
/// the other (``SyncWork``), and hands back what came of them; requests alone may be under way meanwhile.
///
/// 1. What has changed on the disk is looked at; what is missing, twice.
///    What has gone from one place may have come to another: nothing is concluded before both were looked at.
/// 2. A plan is made when nothing is left to look at, and never before all of the folder was looked at once.
/// 3. What it says is done: here, there, and by transfers. Then another plan is made, until one is empty.
/// 4. What fails waits, longer each time, and holds up nothing else.
package struct SyncAgenda: Sendable {
    package let timing: SyncTiming
    private var told = State()
    /// The last plan had nothing to do, and nothing was heard of since that would make another one.
    private var isPlanEmpty = false
    private var sameness = Sameness()
    private var looks = LookQueue()
    private var later: [LocalID: Milliseconds] = [:]
    private var proofs = SecondLooks()
    private var passes = WholePasses()
    /// Words to look at all that were heard before the last pass began.
    private var looksBegun = 0
    private var patience = ProofPatience()
    private var reads: [LocalID] = []
    /// Of which only a piece is read.
    private var partlyRead: LocalID?
    private var readingAnew = ReadingAnew()
    private var here: ArraySlice<PlanStep> = []
    private var there: ArraySlice<PlanStep> = []
    private var plannedAt: Revision?
    private var transfers: [PlanStep] = []
    private var isAsking = false
    /// Nothing is asked before.
    private var askAt: Milliseconds = 0
    /// Requests since the last one that was answered.
    private var unanswered = 0
    private var isPlanWanted = true
    private var planAt: Milliseconds = 0
    private var planBegan: Milliseconds = 0
    private var failures = PutOff()
    /// What was given to the transfer queue, and has not been found to be done.
    private var queued: Set<SyncItem> = []
    /// The last time that all of it failed, how often it has with no long time in between, and until when nothing is done.
    private var failedAt: (tries: Int, until: Milliseconds)?
    private var checkAt: Milliseconds? = 0
    private var isAllWatched = false
    private var tidyAt: Milliseconds

    /// How much is done in one go: nothing else is done meanwhile.
    private static let looksAtOnce = 64
    private static let readsAtOnce = 16
    private static let stepsAtOnce = 128

    package init(timing: SyncTiming = SyncTiming()) {
        self.timing = timing
        tidyAt = timing.firstTidying
    }

    /// What people are told.
    package var state: State {
        var state = told
        state.isPlanWanted = isPlanWanted
        // What is looked for once more may be what somebody was told of.
        state.isWaiting = told.isWaiting && !isPlanWanted && proofs.isEmpty
        state.isLookingLater = !later.isEmpty
        state.isSame =
            isPlanEmpty && !told.isWaiting && !isPlanWanted && looks.isEmpty && later.isEmpty && proofs.isEmpty
            && !passes.isAny
        state.sameAsOf = state.isSame ? sameness.look : nil
        state.timesSame = sameness.times
        state.restless.add(looks.all)
        state.restless.add(later.keys)
        state.restless.add(proofs.all)
        return state
    }

    // MARK: What is next

    /// Called again when what it said is done, and after every ``take(_:now:)``.
    /// - Parameters:
    ///   - isMoving: things have gone or come somewhere that is still to be looked at.
    ///   - isLost: nobody knows where: all is to be looked at soon.
    package mutating func next(now: Milliseconds, isMoving: Bool = false, isLost: Bool = false) -> SyncAction {
        if told.isPaused { return .wait(until: nil) }
        if let failedAt, failedAt.until > now { return .wait(until: failedAt.until) }
        if let checkAt {
            return checkAt <= now ? .check : .wait(until: checkAt)
        }
        for (folder, time) in later where time <= now {
            later[folder] = nil
            looks.add(folder)
        }
        if failures.isAnyDue(since: planBegan, now) { isPlanWanted = true }
        let isLost = isLost || passes.hasMissed
        patience.weigh(isAnyMissing: !proofs.isEmpty, isMoving: isMoving, isLost: isLost, timing, now)
        return nextLook(now) ?? nextStep(now) ?? nextPassThatWasAsked(now) ?? .wait(until: nextTime(now))
    }

    /// The pass that must have come after something was missing; nil: none.
    private var neededPass: Milliseconds? { isAllWatched ? nil : passes.lastBegan }

    private mutating func nextLook(_ now: Milliseconds) -> SyncAction? {
        passes.wantIfDue(now, isNeeded: proofs.needPass(after: neededPass))
        if !looks.isEmpty { return .look(looks.next(atMost: Self.looksAtOnce)) }
        if let pass = nextPass(now) { return pass }
        guard patience.canProve else { return nil }
        let due = proofs.due(timing, passBegan: neededPass, now: now, atMost: Self.looksAtOnce)
        return due.isEmpty ? nil : .prove(due)
    }

    private mutating func nextPass(_ now: Milliseconds) -> SyncAction? {
        if passes.begin(now) {
            sameness.passBegins()
            looksBegun = told.looksAsked
        }
        return passes.last.map { .pass(after: $0) }
    }

    private mutating func nextPassThatWasAsked(_ now: Milliseconds) -> SyncAction? {
        passes.wantIfAsked()
        return nextPass(now)
    }

    private mutating func nextStep(_ now: Milliseconds) -> SyncAction? {
        // What is looked for once more decides what a plan says.
        guard !patience.isPatient else { return nil }
        // The rest of a long file has time; whatever else there is goes before it.
        if partlyRead == nil, let read = nextRead() { return read }
        if !here.isEmpty {
            let batch = Array(here.prefix(Self.stepsAtOnce))
            here = here.dropFirst(batch.count)
            return .here(batch)
        }
        if !transfers.isEmpty {
            defer { transfers = [] }
            return .queue(transfers)
        }
        if !isAsking, !there.isEmpty, told.isConnected, askAt <= now {
            isAsking = true
            defer { there = [] }
            return .ask(Array(there), plannedAt: plannedAt)
        }
        if !isAsking, isPlanWanted, planAt <= now { return plan(now) }
        if let read = nextRead() { return read }
        return isAsking ? nil : nextUpkeep(now)
    }

    private mutating func nextRead() -> SyncAction? {
        guard !reads.isEmpty else { return nil }
        let batch = Array(reads.prefix(Self.readsAtOnce))
        reads.removeFirst(batch.count)
        return .read(batch)
    }

    private mutating func plan(_ now: Milliseconds) -> SyncAction {
        isPlanWanted = false
        planBegan = now
        there = []
        return .plan(
            leavingOut: failures.items(now), despiteMissing: patience.isUnproven)
    }

    private mutating func nextUpkeep(_ now: Milliseconds) -> SyncAction? {
        // All is looked at before it is read anew.
        let asked = passes.isAnotherAsked ? 0 : told.verificationsAsked
        if let last = readingAnew.next(asked: asked) { return .verify(after: last) }
        guard tidyAt <= now else { return nil }
        tidyAt = now + timing.tidying
        return .tidy
    }

    /// When something is to be done that nobody will tell of.
    private func nextTime(_ now: Milliseconds) -> Milliseconds? {
        var times = Array(later.values)
        if let time = passes.time(isNeeded: proofs.needPass(after: neededPass)) { times.append(time) }
        if patience.canProve { times += proofs.times(timing, passBegan: neededPass) }
        if let end = patience.end(timing) { times.append(end) }
        // No plan is made before these are done, and what ends a request is heard of.
        guard !patience.isPatient, !isAsking else { return times.min() }
        if !there.isEmpty, told.isConnected { times.append(askAt) }
        if isPlanWanted { times.append(planAt) }
        times.append(tidyAt)
        // What failed is planned for again.
        times += failures.times(after: now)
        return times.min()
    }

    // MARK: What has happened

    package mutating func take(_ event: SyncEvent, now: Milliseconds) {
        switch event {
        case .due(let due): for look in due { add(look) }
        case .overflow: passes.ask(hasMissed: true)
        case .lookAtAll:
            told.looksAsked += 1
            passes.ask()
            // Whoever asks may have mended something.
            failures.retry(now)
            failedAt?.until = now
            wantPlan()
        case .serverLooked(let look):
            told.lastServerLook = max(told.lastServerLook, look.number)
            sameness.looked(look, now: now)
        case .verify:
            told.verificationsAsked += 1
            passes.ask()
        case .verified(let next):
            // What it has found shows in the next plan: before that nobody is told that it is over.
            if readingAnew.wasRead(next: next) { wantPlan() }
        case .tidied: break
        case .watching(let isComplete):
            isAllWatched = isComplete
            sameness.watching(isComplete: isComplete, now: now)
        case .mirrorMoved, .planAnew: wantPlan()
        case .paused(let isPaused):
            told.isPaused = isPaused
            if !isPaused { begin(now) }
        case .connected(let isConnected):
            // Who is signed in may be another one by now, or be let do more.
            if isConnected, !told.isConnected { told.refusal = nil }
            if isConnected, !told.isConnected || unanswered > 0 {
                (unanswered, askAt) = (0, now)
                wantPlan()
            }
            told.isConnected = isConnected
        case .checked(let problem): check(problem, now)
        case .looked(let outcome): take(outcome, now)
        case .passed(let outcome, let next):
            let every = isAllWatched ? timing.watchedPass : timing.unwatchedPass
            if passes.passed(next: next, every: every, timing, now) {
                told.looksEvery = passes.pause(timing.unwatchedPass, now)
                told.passes += 1
                // By other rules than it began with, it has not looked at all.
                if !outcome.areRulesChanged {
                    told.looksDone = looksBegun
                    sameness.passEnds()
                }
                wantPlan()
            }
            // It may make another pass.
            take(outcome, now)
        case .wasRead(let outcome, let left):
            partlyRead = left.first
            reads = left + reads
            take(outcome, now)
            for local in outcome.unread { putOff(.local(local), now, atMost: timing.lastReading) }
        case .planned(let outcome): take(outcome, now)
        case .didHere(let outcome): take(outcome, now)
        case .queued(let outcome):
            // What rests on a folder that is only being made there was given to no transfer.
            for (step, _) in outcome.failures { queued.remove(step.transferred) }
            take(outcome, now)
        case .asking(let request, let left, let outcome):
            there = left[...]
            if request == nil { isAsking = false }
            take(outcome, now)
        case .answered(let outcome):
            isAsking = false
            unanswered = 0
            told.refusal = nil
            take(outcome, now)
        case .unanswered(let problem):
            isAsking = false
            there = []
            askLater(problem, now)
        case .failed(let problem): fail(problem, now)
        }
    }

    /// After a pause: nothing of what was thought before holds.
    private mutating func begin(_ now: Milliseconds) {
        (here, there, transfers, reads, partlyRead) = ([], [], [], [], nil)
        passes.startOver()
        (checkAt, failedAt) = (now, nil)
        wantPlan()
    }

    private mutating func add(_ look: FolderLook) {
        later[look.folder] = nil
        looks.add(look.folder, busy: look.busy)
    }

    private mutating func wantPlan() {
        isPlanWanted = true
        isPlanEmpty = false
    }

    private mutating func check(_ problem: Problem?, _ now: Milliseconds) {
        told.problem = problem
        guard problem == nil else {
            sameness.lose()
            checkAt = now + timing.lostCheck
            return
        }
        checkAt = nil
    }

    private mutating func take(_ outcome: LookOutcome, _ now: Milliseconds) {
        for folder in outcome.folders + outcome.others { looks.add(folder) }
        for folder in outcome.gone {
            looks.remove(folder)
            later[folder] = nil
            proofs.remove(folder)
        }
        for (folder, time) in outcome.again { later[folder] = min(later[folder] ?? time, time) }
        for folder in outcome.missing {
            proofs.add(folder, now: now, notBefore: outcome.unlisted.contains(folder) ? outcome.again[folder] : nil)
        }
        if outcome.areRulesChanged { passes.startOver() }
        if outcome.isChanged { wantPlan() }
    }

    private mutating func take(_ outcome: PlanOutcome, _ now: Milliseconds) {
        // A large plan is not made again and again.
        planAt = now + min(5 * max(0, now - planBegan), 10_000)
        passes.planned()
        guard case .made(let plan) = outcome else { return sameness.lose() }
        readOn(plan.parts.reads)
        here = plan.parts.here[...]
        (there, plannedAt) = (plan.parts.there[...], plan.revision)
        // Nobody wants any more what was refused.
        if there.isEmpty { told.refusal = nil }
        transfers = withoutReturned(plan.parts.uploads + plan.parts.downloads, plan.underWay, now)
        told.held = plan.held
        told.isUnderWay = plan.isUnderWay
        failures.forget(before: now - timing.lastRetry)
        let given = plan.parts.uploads.count + plan.parts.downloads.count
        told.isLeavingOut = plan.isLeavingOut || transfers.count < given
        let isIdle = plan.parts.isEmpty && !plan.isUnderWay
        told.isWaiting = isIdle && (!plan.held.isEmpty || plan.hasProblems)
        isPlanEmpty = isIdle && !told.isWaiting && !told.isLeavingOut
        sameness.planned(isEmpty: isPlanEmpty, now: now)
        if let done = readingAnew.planned() { told.verifications = done }
    }

    private mutating func take(_ outcome: StepOutcome, _ now: Milliseconds) {
        if outcome.done > 0 { wantPlan() }
        for folder in outcome.folders { looks.add(folder) }
        for (step, failure) in outcome.failures {
            if case .stale(let folders) = failure {
                for folder in folders { looks.add(folder) }
            }
            putOff(step.subject, now)
        }
    }

    /// What was begun is read to its end first.
    private mutating func readOn(_ wanted: [LocalID]) {
        reads = wanted.filter { $0 != partlyRead }
        if let local = partlyRead, reads.count < wanted.count { reads.insert(local, at: 0) } else { partlyRead = nil }
    }

    /// What a transfer gave back without a word (the file was changed while it was read, or its place is gone) waits before
    /// it is given to one again, longer each time.
    private mutating func withoutReturned(
        _ steps: [PlanStep], _ underWay: Set<SyncItem>, _ now: Milliseconds
    ) -> [PlanStep] {
        let wanted = Set(steps.map(\.transferred))
        queued = queued.filter { wanted.contains($0) || underWay.contains($0) }
        return steps.filter { step in
            guard !queued.insert(step.transferred).inserted else { return true }
            queued.remove(step.transferred)
            failures.addReturned(step.subject, timing, now)
            return false
        }
    }

    private mutating func putOff(_ item: SyncItem, _ now: Milliseconds, atMost longest: Milliseconds = .max) {
        failures.add(item, timing, now, atMost: longest)
        wantPlan()
    }

    /// What was asked for may have been done all the same: it is planned anew. What the server refuses as a whole it may go on
    /// to refuse.
    private mutating func askLater(_ problem: Problem, _ now: Milliseconds) {
        wantPlan()
        if !problem.isOfTheWay { told.refusal = problem }
        askAt = now + timing.pause(unanswered)
        unanswered += 1
    }

    /// Something that concerns everything: the mirror cannot be written, or the folder is not there.
    private mutating func fail(_ problem: Problem, _ now: Milliseconds) {
        isAsking = false
        (here, there, transfers, reads, partlyRead) = ([], [], [], [], nil)
        sameness.lose()
        passes.startOver()
        told.problem = problem
        wantPlan()
        // That something else has succeeded meanwhile says nothing of what has failed.
        let tries = (failedAt.map { now - $0.until < timing.lastRetry ? $0.tries : 0 } ?? 0) + 1
        failedAt = (tries, now + min(timing.pause(tries - 1), 60_000))
        checkAt = now
    }
}

extension Problem {
    /// The server did not hear of it, or nobody heard what it said, or it was asked as if it were the one of before it was
    /// restored: nothing of it says that it will be refused again.
    fileprivate var isOfTheWay: Bool {
        [.serverUnreachable, .notSignedIn, .epochChanged, .cancelled].contains(code)
    }
}
