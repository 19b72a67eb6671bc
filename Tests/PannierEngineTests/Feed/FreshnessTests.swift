import PannierCore
import PannierEngine
import PannierMirror
import Testing

@Suite struct FreshnessTests {
    private let own = ViewID.random()
    private let shared = ViewID.random()
    private static let hour: Milliseconds = 3_600_000
    /// The server's clock is another one.
    private static let ahead: Milliseconds = 1_700_000_000_000

    /// - Parameters: hours ago.
    private func learned(own: Milliseconds?, shared: Milliseconds?, now: Milliseconds = 0) -> Freshness {
        var freshness = Freshness()
        func age(_ view: ViewID, _ hours: Milliseconds?) -> ViewAge {
            ViewAge(view, newestChange: hours.map { Self.ahead + now - $0 * Self.hour })
        }
        freshness.learn([age(self.own, own), age(self.shared, shared)], serverTime: Self.ahead + now, now: now)
        return freshness
    }

    @Test func whatWasChangedInTheLastHoursIsFresh() {
        #expect(learned(own: 3, shared: 5).views(now: 0) == [own])
        #expect(learned(own: 5, shared: 1).views(now: 0) == [shared])
        #expect(learned(own: 0, shared: 3).views(now: 0) == [own, shared])
        #expect(learned(own: nil, shared: 4).views(now: 0) == [])
        #expect(!learned(own: nil, shared: 4).isFresh(now: 0))
        #expect(!Freshness().isFresh(now: 0))
    }

    /// Only the server's clock tells an age; ours how much time has passed since.
    @Test func growsStaleAsTimePasses() {
        let freshness = learned(own: 3, shared: 1, now: 77)
        #expect(freshness.views(now: 77 + Self.hour - 1) == [own, shared])
        #expect(freshness.views(now: 77 + Self.hour) == [shared])
        #expect(freshness.isFresh(now: 77 + 3 * Self.hour - 1))
        #expect(!freshness.isFresh(now: 77 + 3 * Self.hour))
    }

    /// The server's clock was set: what it says now counts.
    @Test func believesTheServersLatestTime() {
        var freshness = learned(own: 3, shared: nil)
        let changed = Self.ahead - 3 * Self.hour
        freshness.learn(
            [ViewAge(own, newestChange: changed)], serverTime: Self.ahead + 2 * Self.hour, now: 60_000)
        #expect(!freshness.isFresh(now: 60_000))
    }

    @Test func somebodyWhoWorksHereMakesAllFresh() {
        var freshness = learned(own: 9, shared: nil)
        freshness.touch(now: 1_000)
        #expect(freshness.views(now: 1_000) == [own, shared])
        #expect(freshness.isFresh(now: 1_000 + 4 * Self.hour - 1))
        #expect(!freshness.isFresh(now: 1_000 + 4 * Self.hour))
    }

    @Test func anAttachedScreenKeepsAllFresh() {
        var freshness = learned(own: 9, shared: 9)
        freshness.attach(1, now: 0)
        #expect(freshness.views(now: 100 * Self.hour) == [own, shared])
        freshness.attach(0, now: 100 * Self.hour)
        #expect(freshness.isFresh(now: 104 * Self.hour - 1))
        #expect(!freshness.isFresh(now: 104 * Self.hour))
    }

    /// The screen is still there when somebody else signs in, whose views nobody knows yet.
    @Test func anotherAccountBeginsAnew() {
        var freshness = learned(own: 1, shared: 1)
        freshness.touch(now: 0)
        freshness.forget()
        #expect(!freshness.isFresh(now: 0))
        freshness.attach(1, now: 0)
        freshness.forget()
        #expect(freshness.isFresh(now: 0) && freshness.views(now: 0) == [])
    }

    @Test func whatIsPushedFollows() {
        var followed = Followed()
        var freshness = learned(own: 3, shared: 2)
        #expect(followed.follow(freshness, now: 0) == .socket)
        #expect(followed.isOpen && followed.views == [own, shared])
        #expect(followed.follow(freshness, now: 1) == .none)
        #expect(followed.follow(freshness, now: Self.hour) == .views)
        #expect(followed.views == [shared])
        #expect(followed.follow(freshness, now: 2 * Self.hour) == .socket)
        #expect(!followed.isOpen)
        // Until it is told, it stays closed, even where it would be open by now.
        freshness.touch(now: 3 * Self.hour)
        #expect(!followed.isOpen)
        #expect(followed.follow(freshness, now: 3 * Self.hour) == .socket)
        #expect(followed.isOpen && followed.views == [own, shared])
    }

    @Test(
        arguments: [
            (nil, "polled: asked every minute"), (60_000, "polled: asked every minute"),
            (120_000, "polled: asked every 2 minutes"), (900_000, "polled: asked every 15 minutes"),
        ] as [(Milliseconds?, String)]) func saysHowOftenItIsAsked(_ interval: Milliseconds?, _ words: String)
    {
        var board = StatusBoard()
        board.session(server: "http://x", account: Sample.account, device: .random())
        board.looked(from: 5, milliseconds: 12, problem: nil)
        board.pollMilliseconds = interval
        #expect(board.status(process: 1).connectionWords == words)
        board.push(isOpen: true)
        #expect(board.status(process: 1).connectionWords == "live: changes are pushed")
    }
}
