import PannierCore
import PannierServer
import Testing

@Suite struct PushHubTests {
    private let alice = Caller(account: .random(), device: .random(), email: "alice@example.org", namespace: .random())
    private let view = ViewID.random()

    @Test func aThousandChangesAreOneMessage() async throws {
        let hub = PushHub()
        let seat = hub.join(alice, tokenHash: [1])
        seat.hear(of: [view])
        for _ in 0..<1_000 { hub.ring(views: [view, .random()], accounts: []) }
        var bells = seat.bells.makeAsyncIterator()
        await bells.next()
        #expect(seat.take() == PushMarks(look: [view]))
        #expect(seat.take() == PushMarks())
        // The bell holds one ring, and that was it.
        seat.close()
        await bells.next()
        #expect(seat.take() == PushMarks(isClosing: true))
        seat.leave()
        #expect(await bells.next() == nil)
    }

    @Test func nobodyHearsOfWhatTheyDidNotAskFor() {
        let hub = PushHub()
        let seat = hub.join(alice, tokenHash: [1])
        hub.ring(views: [view], accounts: [])
        #expect(seat.take() == PushMarks())
        seat.hear(of: [view])
        hub.ring(views: [.random()], accounts: [.random()])
        #expect(seat.take() == PushMarks())
    }

    @Test func grantsOfAnAccountWakeItsSockets() {
        let hub = PushHub()
        let seat = hub.join(alice, tokenHash: [1])
        let bob = Caller(account: .random(), device: .random(), email: "bob@example.org", namespace: .random())
        let other = hub.join(bob, tokenHash: [2])
        hub.ring(views: [], accounts: [alice.account])
        #expect(seat.take() == PushMarks(mustRecheck: true))
        #expect(other.take() == PushMarks())
        hub.recheck(tokenHash: [2])
        #expect(other.take() == PushMarks(mustRecheck: true))
        #expect(seat.take() == PushMarks())
    }

    @Test func whoLeftIsForgotten() {
        let hub = PushHub()
        let seat = hub.join(alice, tokenHash: [1])
        #expect(hub.count == 1)
        seat.leave()
        #expect(hub.count == 0)
        #expect(seat.take() == PushMarks(isClosing: true))
        hub.ring(views: [view], accounts: [alice.account])
    }
}
