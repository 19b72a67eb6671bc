import PannierCore
import Testing

@testable import PannierTransfer

@Suite struct PackSendingTests {
    private func opened() -> OpenPacks.Opened {
        .init(pack: .random(), put: SignedRequest(url: "http://127.0.0.1/", headers: [:], expiresAt: 0))
    }

    @Test func storedThenAcknowledged() {
        var sending = PackSending(opened: opened(), pause: 1_000)
        #expect(sending.next() == .put)
        sending.put(.stored)
        #expect(sending.next() == .describe)
        sending.described(.acknowledged)
        #expect(sending.next() == .done)
    }

    /// A 412 or 409 is never an error by itself: the service looks.
    @Test func maybeThereMeansLook() {
        var sending = PackSending(opened: opened(), pause: 1_000)
        sending.put(.maybeThere)
        #expect(sending.next() == .describe)
        sending.described(.missing)
        // It may be on its way to the disk: another look after a while, then it is sent again.
        #expect(sending.next() == .pause(1_000))
        sending.paused()
        #expect(sending.next() == .describe)
        sending.described(.missing)
        #expect(sending.next() == .pause(2_000))
        sending.paused()
        #expect(sending.next() == .newURL)
        sending.opened = opened()
        #expect(sending.next() == .put)
    }

    @Test func aDeadURLIsReplacedForTheSamePackButNotForEver() {
        var sending = PackSending(opened: opened(), pause: 1_000)
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
        var sending = PackSending(opened: opened(), pause: 1_000)
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
    /// A minute of waiting under each of two names.
    @Test(arguments: [StoreClient.PutAnswer.stored, .maybeThere])
    func aPackThatVanishesIsSentUnderAnotherNameAndThenGivenUp(_ answer: StoreClient.PutAnswer) {
        var sending = PackSending(opened: opened(), pause: 1_000)
        var (steps, packs, waited): (Int, Int, Milliseconds) = (0, 1, 0)
        while steps < 100 {
            steps += 1
            switch sending.next() {
            case .put: sending.put(answer)
            case .describe: sending.described(.missing)
            case .newURL: sending.opened = opened()
            case .pause(let delay):
                waited += delay
                sending.paused()
            case .newPack:
                packs += 1
                #expect(waited == 63_000)
                sending.opened = opened()
            case .giveUp(let problem):
                #expect(problem.code == .storeRefused)
                #expect(packs == 2)
                #expect(waited == 126_000)
                return
            case .done: Issue.record("wrong step")
            }
        }
        Issue.record("goes on for ever")
    }
}
