import Testing

@testable import PannierEngine

@Suite(.timeLimit(.minutes(1))) struct SlotsTests {
    @Test func whoWaitsPassesWhenOneIsFree() async {
        let slots = Slots(1)
        #expect(await slots.wait())
        async let next = slots.wait()
        slots.signal()
        #expect(await next)
        slots.signal()
        #expect(await slots.wait())
    }

    @Test func theEndWakesWhoeverWaits() async {
        let slots = Slots(1)
        #expect(await slots.wait())
        async let next = slots.wait()
        slots.end()
        #expect(await !next)
        slots.signal()
        #expect(await !slots.wait())
    }

    @Test func whoeverStopsWaitingIsWoken() async {
        let slots = Slots(0)
        let task = Task { await slots.wait() }
        task.cancel()
        #expect(await !task.value)
    }
}
