import PannierCore
import Synchronization

/// Slows guessing down: after ten attempts for one e-mail from one network address within a minute without success, the
/// rest of that minute is refused before any hashing.
final class SignInLimit: Sendable {
    struct Attempt: Hashable, Sendable {
        let address: String
        let email: String

        init(address: String, email: String) {
            self.address = address
            self.email = EmailAddress.normalised(email) ?? ""
        }
    }

    private struct Failures {
        var count = 0
        var since: Milliseconds
    }

    private static let window: Milliseconds = 60_000
    private static let allowed = 10
    /// More are not remembered at once: then those are forgotten that have failed least.
    private static let remembered = 10_000

    private let failures = Mutex<[Attempt: Failures]>([:])

    /// Counts an attempt as failed until it has ``succeeded(_:)``: those under way count too.
    /// - Throws: ``Problem`` with the code rateLimited.
    func begin(_ attempt: Attempt, now: Milliseconds) throws(Problem) {
        let wait = failures.withLock { failures -> Milliseconds? in
            guard let known = failures[attempt], known.count >= Self.allowed, now < known.since + Self.window else {
                return nil
            }
            return known.since + Self.window - now
        }
        guard let wait else { return failed(attempt, now: now) }
        throw Problem(
            .rateLimited, "Too many wrong passwords for this address.", detail: "Wait a minute, then try again.",
            retryAfter: Int(wait / 1_000) + 1)
    }

    private func failed(_ attempt: Attempt, now: Milliseconds) {
        failures.withLock { failures in
            if failures.count >= Self.remembered {
                failures = failures.filter { now < $0.value.since + Self.window }
                if failures.count >= Self.remembered {
                    // To begin anew for one address takes as many attempts as all the others have made together.
                    let kept = failures.sorted { $0.value.count > $1.value.count }.prefix(Self.remembered / 2)
                    failures = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
                }
            }
            var known = failures[attempt] ?? Failures(since: now)
            if now >= known.since + Self.window { known = Failures(since: now) }
            known.count += 1
            failures[attempt] = known
        }
    }

    func succeeded(_ attempt: Attempt) { failures.withLock { failures in failures[attempt] = nil } }
}
