internal import Dispatch

/// Runs an actor's methods one after the other on a dispatch queue of its own. For actors that block in the kernel or
/// keep a core busy for long: neither may happen on Swift's shared threads.
final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    init(_ label: String) { queue = DispatchQueue(label: "pannier." + label) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
