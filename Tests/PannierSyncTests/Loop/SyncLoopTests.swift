import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// The loop, with work that takes its time.
@Suite struct SyncLoopTests {
    private let bench: WorkBench
    private var loop: SyncLoop
    private var now: Milliseconds = 0

    init() throws {
        bench = try WorkBench()
        try bench.mirror.write { try $0.execute(sql: "DELETE FROM frontier") }
        loop = SyncLoop(bench.work())
        loop.take(.watching(true), now: 0)
    }

    /// - Parameter took: how long the work of the turn takes.
    private mutating func turn(took: Milliseconds = 0) -> SyncLoop.Turn {
        var times = [now, now + took]
        now += took
        return loop.turn(wall: 2_000_000_000_000) { times.count > 1 ? times.removeFirst() : times[0] }
    }

    private mutating func rest() -> Milliseconds? {
        while true { if case .idle(let until) = turn() { return until } }
    }

    @Test mutating func aPlanThatTookLongIsNotMadeAgainAtOnce() throws {
        _ = rest()
        loop.take(.planAnew, now: now)
        guard case .worked(.planned) = turn(took: 1_000) else {
            Issue.record("no plan")
            return
        }
        loop.take(.planAnew, now: now)
        #expect(rest() == now + 5_000)
        now += 5_000
        guard case .worked(.planned) = turn() else {
            Issue.record("no plan")
            return
        }
    }

    /// The second look comes so much later than the first one ended.
    @Test mutating func aSecondLookWaitsFromTheEndOfTheFirst() throws {
        try bench.person.write([1], path("a"))
        _ = rest()
        try bench.person.remove(path("a"))
        loop.take(.due([FolderLook(LocalID(1))]), now: now)
        guard case .worked(.looked(let outcome)) = turn(took: 3_000) else {
            Issue.record("no look")
            return
        }
        #expect(outcome.missing == [LocalID(1)])
        #expect(rest() == now + SyncTiming().secondLook)
    }
}
