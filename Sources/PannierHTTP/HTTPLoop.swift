internal import CCurl
import Foundation
import Synchronization

/// The thread that owns libcurl's multi handle. Everything of libcurl happens on it, but for the bell that wakes it.
final class HTTPLoop: Sendable {
    /// A request handed over to the loop.
    struct Job: Sendable {
        let number: UInt64
        let request: HTTPRequest
        let meter: TransferMeter?
        let position: BodyPosition?
        let limit: SpeedLimit?
        let continuation: CheckedContinuation<Result<HTTPResponse, HTTPFailure>, Never>
    }

    private struct Inbox {
        var jobs: [Job] = []
        var cancelled: Set<UInt64> = []
        var isStopping = false
        /// Nil before the loop runs and after it has ended: nobody is to be woken then.
        var bell: WakeBell?
    }

    private let inbox = Mutex(Inbox())
    private let settings: HTTPSettings

    init(settings: HTTPSettings) { self.settings = settings }

    /// Starts the thread. It holds on to the loop until ``stop()``.
    func start() {
        let thread = Thread { self.run() }
        thread.name = "pannier-http"
        thread.start()
    }

    func add(_ job: Job) {
        let isAccepted = inbox.withLock { inbox in
            guard !inbox.isStopping else { return false }
            inbox.jobs.append(job)
            inbox.bell?.ring()
            return true
        }
        if !isAccepted { job.continuation.resume(returning: .failure(Self.stopped)) }
    }

    func cancel(_ number: UInt64) {
        inbox.withLock { inbox in
            inbox.cancelled.insert(number)
            inbox.bell?.ring()
        }
    }

    /// Ends the thread; what is on its way fails as cancelled.
    func stop() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            inbox.bell?.ring()
        }
    }

    private static let stopped = HTTPFailure(.cancelled, "The client is shutting down.")

    private func run() {
        let exchanges = RunningExchanges(settings: settings)
        inbox.withLock { $0.bell = exchanges.bell }
        while true {
            let (jobs, cancelled, isStopping) = inbox.withLock { inbox in
                defer { (inbox.jobs, inbox.cancelled) = ([], []) }
                return (inbox.jobs, inbox.cancelled, inbox.isStopping)
            }
            for job in jobs where !isStopping { exchanges.add(job) }
            for number in cancelled { exchanges.end(number, HTTPFailure(.cancelled, "Cancelled.")) }
            if isStopping {
                for job in jobs { job.continuation.resume(returning: .failure(Self.stopped)) }
                break
            }
            exchanges.perform()
        }
        inbox.withLock { $0.bell = nil }
        exchanges.endAll(Self.stopped)
    }
}

/// Wakes the loop out of its wait. Holds the multi handle as a bare address.
struct WakeBell: @unchecked Sendable {
    // Unchecked: curl_multi_wakeup is the one call of libcurl that any thread may make on a multi handle that another
    // owns, for as long as the handle lives; ``HTTPLoop`` forgets the bell under its lock before the handle goes.
    private let multi: UnsafeMutableRawPointer

    init(_ multi: UnsafeMutableRawPointer) { self.multi = multi }

    func ring() { curl_multi_wakeup(multi) }
}
