import PannierCore
import Testing

@testable import PannierTransfer

@Suite struct PackSendingTests {
    private func opened() -> OpenPacks.Opened {
        .init(pack: .random(), put: SignedRequest(url: "http://127.0.0.1/", headers: [:], expiresAt: 0))
    }

    @Test func storedThenAcknowledged() {
        var sending = PackSending(opened: opened())
        #expect(sending.next() == .put)
        sending.put(.stored)
        #expect(sending.next() == .describe)
        sending.described(.acknowledged)
        #expect(sending.next() == .done)
    }

    /// A 412 or 409 is never an error by itself: the service looks.
    @Test func maybeThereMeansLook() {
        var sending = PackSending(opened: opened())
        sending.put(.maybeThere)
        #expect(sending.next() == .describe)
        sending.described(.missing)
        #expect(sending.next() == .newURL)
        sending.opened = opened()
        #expect(sending.next() == .put)
    }

    @Test func aDeadURLIsReplacedForTheSamePackButNotForEver() {
        var sending = PackSending(opened: opened())
        for _ in 0..<4 {
            sending.put(.expired)
            #expect(sending.next() == .newURL)
            sending.opened = opened()
        }
        sending.put(.expired)
        guard case .giveUp(let problem) = sending.next() else {
            Issue.record("goes on for ever")
            return
        }
        #expect(problem.code == .storeRefused)
    }

    @Test func aDamagedPackIsSentOnceMoreAsAnother() {
        var sending = PackSending(opened: opened())
        let damage = Problem(.packDamaged, "Damaged.")
        sending.put(.stored)
        sending.described(.damaged(damage))
        #expect(sending.next() == .newPack)
        sending.opened = opened()
        sending.put(.stored)
        sending.described(.damaged(damage))
        #expect(sending.next() == .giveUp(damage))
    }

    /// First it is sent again, then as another pack: its name may be one that the store cannot use.
    @Test func aPackThatVanishesIsGivenUpInTheEnd() {
        var sending = PackSending(opened: opened())
        for expected in [PackSending.Step.newURL, .newPack] {
            sending.put(.stored)
            sending.described(.missing)
            #expect(sending.next() == expected)
            sending.opened = opened()
            #expect(sending.next() == .put)
        }
        sending.put(.stored)
        sending.described(.missing)
        guard case .giveUp(let problem) = sending.next() else {
            Issue.record("goes on for ever")
            return
        }
        #expect(problem.code == .storeRefused)
    }
}
