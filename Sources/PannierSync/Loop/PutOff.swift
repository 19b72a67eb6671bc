import PannierCore
import PannierMirror

/// What did not come about, and when it is thought of again: later each time. It holds up nothing else.
struct PutOff: Sendable {
    private struct Failure: Sendable {
        var tries = 0
        var until: Milliseconds = 0
    }

    private var failures: [SyncItem: Failure] = [:]

    /// The first time that something turns out to be otherwise, it is thought of anew at once.
    mutating func add(_ item: SyncItem, _ timing: SyncTiming, _ now: Milliseconds, atMost longest: Milliseconds = .max)
    {
        var failure = failures[item] ?? Failure()
        failure.until = now + (failure.tries == 0 ? 0 : min(timing.pause(failure.tries - 1), longest))
        failure.tries += 1
        failures[item] = failure
    }

    /// Also the first time it waits.
    mutating func addReturned(_ item: SyncItem, _ timing: SyncTiming, _ now: Milliseconds) {
        let tries = failures[item]?.tries ?? 0
        failures[item] = Failure(tries: tries + 1, until: now + timing.pause(tries))
    }

    /// Nothing is waited for any longer.
    mutating func retry(_ now: Milliseconds) {
        failures = failures.mapValues { failure in
            var failure = failure
            failure.until = min(failure.until, now)
            return failure
        }
    }

    /// Those that are left alone now.
    func items(_ now: Milliseconds) -> Set<SyncItem> { Set(failures.filter { $0.value.until > now }.keys) }

    /// Whether the time of some has come since then.
    func isAnyDue(since time: Milliseconds, _ now: Milliseconds) -> Bool {
        failures.values.contains { $0.until > time && $0.until <= now }
    }

    func times(after now: Milliseconds) -> [Milliseconds] { failures.values.map(\.until).filter { $0 > now } }

    /// What has not failed again for so long begins anew.
    mutating func forget(before time: Milliseconds) { failures = failures.filter { $0.value.until > time } }
}
