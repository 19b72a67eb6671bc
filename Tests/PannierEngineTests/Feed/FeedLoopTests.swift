import PannierCore
import PannierEngine
import Synchronization
import Testing

@Suite struct FeedPaceTests {
    @Test func noServerKeepsTheFeedAwayForMoreThanAnHour() {
        var pace = FeedPace()
        let problem = Problem(.unavailable, "Later.", retryAfter: .max)
        #expect(pace.wait(after: problem, random: 0) == 3_600_000)
    }

    @Test func pollsEveryMinuteGiveOrTake() {
        var pace = FeedPace()
        #expect(pace.wait(after: nil, random: 0) == 48_000)
        #expect(pace.wait(after: nil, random: 1) == 72_000)
    }

    @Test func waitsLongerEachTimeAndNeverLongerThanThePoll() {
        var pace = FeedPace()
        let gone = Problem(.serverUnreachable, "")
        let waits = (0..<9).map { _ in pace.wait(after: gone, random: 0.5) }
        #expect(waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
        _ = pace.wait(after: nil, random: 0.5)
        #expect(pace.wait(after: gone, random: 0.5) == 1_000)
    }

    @Test func waitsUpToAQuarterOfAnHourWhenNothingIsFresh() {
        var pace = FeedPace()
        let waits = (0..<6).map { _ in pace.wait(after: nil, isFresh: false, random: 0.5) }
        #expect(waits == [120_000, 240_000, 480_000, 900_000, 900_000, 900_000])
        #expect(pace.interval == 900_000)
        #expect(pace.wait(after: nil, isFresh: false, random: 1) == 1_080_000)
        #expect(pace.wait(after: nil, random: 0.5) == 60_000)
        #expect(pace.wait(after: nil, isFresh: false, random: 0) == 96_000)
        // Away from home it tries as often as ever.
        #expect(pace.wait(after: Problem(.serverUnreachable, ""), isFresh: false, random: 0.5) == 1_000)
        #expect(pace.interval == 60_000)
    }

    @Test func heedsTheServerAndWaitsForASignIn() {
        var pace = FeedPace()
        #expect(pace.wait(after: Problem(.rateLimited, "", retryAfter: 300), random: 0.5) == 300_000)
        #expect(pace.wait(after: Problem(.tokenInvalid, ""), random: 0.5) == nil)
    }
}

@Suite struct FeedLoopTests {
    /// A refresh is answered by a look that began after it, however many ask, and each look serves all who wait.
    @Test func refreshIsAnsweredByALaterLook() async throws {
        let loop = FeedLoop()
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await loop.run {
                    counter.add()
                    try? await Task.sleep(for: .milliseconds(30))
                    return nil
                }
            }
            try await loop.refresh()
            let before = counter.value
            try await withThrowingTaskGroup(of: Void.self) { waiters in
                for _ in 0..<50 { waiters.addTask { try await loop.refresh() } }
                try await waiters.waitForAll()
            }
            let looks = counter.value - before
            #expect((1...3).contains(looks), "\(looks) looks for 50 who asked at once")
            group.cancelAll()
        }
        let problem = await #expect(throws: Problem.self) { try await loop.refresh() }
        #expect(problem?.code == .agentUnreachable)
    }

    /// Something became fresh while it had a long time to wait.
    @Test(.timeLimit(.minutes(5))) func looksAtOnceWhenSomethingIsFresh() async {
        let loop = FeedLoop()
        let looked = Bell()
        let intervals = Notes<Milliseconds>()
        loop.set(isFresh: false)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await loop.run(paced: { interval in
                    intervals.add(interval)
                    looked.ring()
                }) { nil }
            }
            await looked.wait()
            loop.set(isFresh: false)
            loop.set(isFresh: true)
            await looked.wait()
            group.cancelAll()
        }
        #expect(intervals.all == [120_000, 60_000])
    }

    @Test func whoAsksIsKnownToWait() async throws {
        let loop = FeedLoop()
        let seen = Notes<Bool>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let begun = Bell()
            group.addTask {
                await loop.run {
                    seen.add(loop.isAwaited)
                    begun.ring()
                    return nil
                }
            }
            await begun.wait()
            try await loop.refresh()
            group.cancelAll()
        }
        #expect(seen.all.prefix(2) == [false, true])
    }

    @Test func whyALookFailedIsTold() async throws {
        let loop = FeedLoop()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await loop.run { Problem(.serverUnreachable, "gone") } }
            let problem = await #expect(throws: Problem.self) { try await loop.refresh() }
            #expect(problem?.title == "gone")
            group.cancelAll()
        }
    }

    /// A look that hangs keeps nobody waiting, and the next one may end well.
    @Test(.timeLimit(.minutes(5))) func nobodyWaitsForALookThatHangs() async throws {
        let loop = FeedLoop()
        let (begun, release) = (Bell(), Bell())
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await loop.run {
                    begun.ring()
                    await release.wait()
                    return nil
                }
            }
            await begun.wait()
            let early = Task { try await loop.refresh() }
            // It waits for the next look; only that one's beginning takes it up.
            release.ring()
            await begun.wait()
            loop.fail(Problem(.serverUnreachable, "silent"))
            let first = await #expect(throws: Problem.self) { try await early.value }
            #expect(first?.title == "silent")
            let second = await #expect(throws: Problem.self) { try await loop.refresh() }
            #expect(second?.title == "silent", "asked while it still hangs")
            release.ring()
            await begun.wait()
            let late = Task { try await loop.refresh() }
            release.ring()
            await begun.wait()
            release.ring()
            try await late.value
            group.cancelAll()
            release.ring()
        }
    }
}

@Suite struct BellTests {
    @Test func holdsOneRing() async {
        let bell = Bell()
        for _ in 0..<10 { bell.ring() }
        await bell.wait()
        let start = ContinuousClock.now
        await bell.wait(for: .milliseconds(50))
        #expect(ContinuousClock.now - start >= .milliseconds(45), "a second ring was held")
    }

    @Test func wakesWhoWaits() async {
        let bell = Bell()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait(for: .seconds(60)) }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(20))
                bell.ring()
            }
            await group.waitForAll()
        }
    }

    @Test func cancellingEndsTheWait() async {
        let bell = Bell()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait() }
            group.cancelAll()
            await group.waitForAll()
        }
    }
}

@Suite struct StatusBoardTests {
    private var signedIn: StatusBoard {
        var board = StatusBoard()
        board.session(server: "http://x", account: Sample.account, device: .random())
        return board
    }

    @Test func saysHowThingsStand() {
        var board = StatusBoard()
        #expect(board.connection == .signedOut)
        board = signedIn
        #expect(board.connection == .connecting)
        board.looked(from: 5, milliseconds: 12, problem: nil)
        #expect(board.connection == .polled)
        #expect(board.verifiedAt == 5)
        board.push(isOpen: true)
        #expect(board.connection == .live)
        board.looked(from: 9, milliseconds: 12, problem: Problem(.serverUnreachable, "gone"))
        #expect(board.connection == .offline)
        #expect(board.status(process: 1).problem?.title == "gone")
        #expect(board.verifiedAt == 5, "a look that failed verifies nothing")
        board.looked(from: 10, milliseconds: 3, problem: nil)
        #expect(board.connection == .live)
        #expect(board.status(process: 1).problem == nil)
    }

    /// What was true before a question remained unanswered is not told on.
    @Test(arguments: [StatusBoard.Question.look, .ping])
    func aSilentServerIsNotLive(_ question: StatusBoard.Question) {
        var board = signedIn
        board.looked(from: 5, milliseconds: 12, problem: nil)
        board.push(isOpen: true)
        board.answered(milliseconds: 7)
        #expect(board.status(process: 1).latencyMilliseconds == 7)
        board.waits(for: question)
        #expect(board.connection == .offline)
        #expect(board.status(process: 1).latencyMilliseconds == nil)
        #expect(board.status(process: 1).problem?.title.contains("does not answer") == true)
        // The socket ends for it: that is no poll that works.
        if question == .look { board.push(isOpen: false) }
        #expect(board.connection == .offline)
        board.looked(from: 6, milliseconds: 3, problem: nil)
        #expect(board.connection == (question == .look ? .polled : .live))
    }

    @Test func aPongAnswersThePingAlone() {
        var board = signedIn
        board.looked(from: 5, milliseconds: 12, problem: nil)
        board.push(isOpen: true)
        board.waits(for: .ping)
        board.answered(milliseconds: 9)
        #expect(board.connection == .live)
        board.waits(for: .look)
        board.answered(milliseconds: 9)
        #expect(board.connection == .offline)
    }

    @Test func aRefusedTokenStaysUntilTheNextSignIn() {
        var board = signedIn
        board.looked(from: 1, milliseconds: 1, problem: Problem(.tokenInvalid, "revoked"))
        board.looked(from: 2, milliseconds: 1, problem: nil)
        #expect(board.connection == .signedOut)
        #expect(board.account != nil, "whose mirror it is stays known")
        board.session(server: "http://x", account: Sample.account, device: .random())
        #expect(board.connection == .connecting)
    }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func add() { count.add(1, ordering: .relaxed) }
}

private final class Notes<Value: Sendable>: Sendable {
    private let values = Mutex<[Value]>([])
    var all: [Value] { values.withLock { $0 } }
    func add(_ value: Value) { values.withLock { $0.append(value) } }
}

enum Sample {
    static let account = Account(
        id: .random(), email: "alice@example.org", name: "Alice", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "0", count: 64), usedBytes: 0, quotaBytes: nil)
}
