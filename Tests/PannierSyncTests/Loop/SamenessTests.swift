import PannierCore
import PannierSync
import Testing

/// As of when both sides are the same, by what is told in which order.
@Suite struct SamenessTests {
    private var sameness = Sameness()
    private var number = 0

    /// A look at the server that began at this time and is told of at `end`.
    private mutating func look(from start: Milliseconds, end: Milliseconds) {
        number += 1
        sameness.looked(ServerLook(number: number, at: 1_000_000 + start, took: end - start), now: end)
    }

    private mutating func watched() { sameness.watching(isComplete: true, now: 0) }

    @Test mutating func isKnownFromTheBeginningOfALookAtTheServer() {
        watched()
        sameness.planned(isEmpty: true, now: 10)
        #expect(sameness.look == nil, "no plan says anything of the server")
        look(from: 20, end: 25)
        #expect(sameness.look == ServerLook(number: 1, at: 1_000_020, took: 5))
        sameness.planned(isEmpty: true, now: 500)
        #expect(sameness.look?.at == 1_000_020, "time alone makes it no later")
        look(from: 600, end: 601)
        #expect(sameness.look?.at == 1_000_600)
        #expect(sameness.times == 1)
    }

    @Test mutating func aLookThatBeganWhileSomethingDifferedSaysNothing() {
        watched()
        look(from: 0, end: 5)
        sameness.planned(isEmpty: false, now: 6)
        look(from: 7, end: 15)
        sameness.planned(isEmpty: true, now: 10)
        #expect(sameness.look == nil)
        look(from: 9, end: 15)
        #expect(sameness.look == nil, "it ended while all was the same, and began before")
        look(from: 10, end: 16)
        #expect(sameness.look?.at == 1_000_010)
    }

    @Test mutating func whatWasFoundToDifferWasSoAtTheLookBefore() {
        watched()
        sameness.planned(isEmpty: true, now: 0)
        look(from: 1, end: 2)
        sameness.planned(isEmpty: false, now: 3)
        #expect(sameness.look == nil)
        sameness.planned(isEmpty: true, now: 4)
        #expect(sameness.look == nil)
        #expect(sameness.times == 2)
    }

    @Test mutating func unwatchedADiskIsLookedAtAfterTheServer() {
        sameness.planned(isEmpty: true, now: 0)
        sameness.passBegins()
        look(from: 1, end: 2)
        sameness.passEnds()
        #expect(sameness.look == nil, "that pass may have looked before it at what has changed since")
        sameness.passBegins()
        look(from: 5, end: 6)
        #expect(sameness.look == nil)
        sameness.passEnds()
        sameness.planned(isEmpty: true, now: 7)
        #expect(sameness.look?.at == 1_000_001)
        sameness.passBegins()
        sameness.passEnds()
        #expect(sameness.look?.at == 1_000_005)
    }

    @Test mutating func aPassThatIsBegunAnewIsAnotherOne() {
        sameness.planned(isEmpty: true, now: 0)
        look(from: 1, end: 2)
        sameness.passBegins()
        look(from: 3, end: 4)
        sameness.passBegins()
        sameness.passEnds()
        #expect(sameness.look?.at == 1_000_003)
    }

    @Test mutating func whatWasNotWatchedAtTheLookIsNotKnown() {
        watched()
        sameness.planned(isEmpty: true, now: 0)
        look(from: 1, end: 2)
        sameness.watching(isComplete: false, now: 3)
        #expect(sameness.look == nil)
        sameness.watching(isComplete: true, now: 4)
        #expect(sameness.look == nil)
        look(from: 5, end: 6)
        #expect(sameness.look?.at == 1_000_005)
    }
}
