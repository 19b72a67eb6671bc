import Logging
import PannierCore
import PannierMirror

// What is pushed, and how often the rest is asked for, follows what is fresh. That ends by the passing of time alone: a
// look, of which there is one a minute until then, finds it out.
extension Engine {
    /// Milliseconds since the agent began, asleep or awake.
    static var clock: Milliseconds { Milliseconds((ContinuousClock.now - begun) / .milliseconds(1)) }
    private static let begun = ContinuousClock.now

    /// So many screens and others want to hear of everything.
    func attached(_ count: Int) {
        freshness.attach(count, now: Self.clock)
        follow()
    }

    /// How old things are, as the mirror has it now.
    func learnAges() async {
        do throws(Problem) {
            let (ages, state) = try await mirror.read { (try ViewAge.read($0), try FeedState.read($0)) }
            freshness.learn(ages, serverTime: state?.serverTime, now: Self.clock)
        } catch {
            log.error("nobody knows what is fresh: the mirror cannot be read", metadata: ["problem": "\(error)"])
        }
        follow()
    }

    /// Tells those who have to know what is fresh now.
    func follow() {
        let difference = followed.follow(freshness, now: Self.clock)
        feed.set(isFresh: followed.isOpen)
        switch difference {
        case .none: break
        case .socket: push.sessionChanged()
        case .views: push.viewsChanged()
        }
    }

    func polls(every interval: Milliseconds) {
        update { $0.pollMilliseconds = interval }
    }
}
