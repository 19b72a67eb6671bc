import PannierScreen
import Synchronization

/// Waits on this thread for work that is done elsewhere, and stays able to be interrupted.
struct Blocking {
    private let interruptions: Interruptions

    init(_ interruptions: Interruptions) { self.interruptions = interruptions }

    /// - Throws: what the work throws, or ``DemoFailure`` when `limit` has passed or a signal asks for the end.
    func run<Value: Sendable>(limit: Duration, _ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let bell = try Bell()
        let result = Slot<Value>()
        let task = Task.detached {
            do { result.put(.success(try await work())) } catch { result.put(.failure(error)) }
            bell.ring()
        }
        defer { task.cancel() }
        guard try interruptions.wait(for: [bell.descriptor], limit: limit) != nil,
            let value = result.take()
        else { throw DemoFailure(description: "no answer within \(limit.components.seconds) s") }
        return try value.get()
    }

    /// Where the work leaves its result.
    private final class Slot<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, any Error>?>(nil)
        func put(_ new: Result<Value, any Error>) { result.withLock { $0 = new } }
        func take() -> Result<Value, any Error>? { result.withLock { $0 } }
    }
}
