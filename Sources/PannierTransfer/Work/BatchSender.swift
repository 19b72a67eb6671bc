internal import PannierCore
internal import Synchronization

/// Sends batches so that an item that the service cannot bear fails alone.
///
/// A request that ends in `internalError` again and again is halved until the items at fault stand by themselves. Many of
/// them in a row, with nothing that succeeds in between, mean that the service is ill: then no file is blamed, and the
/// problem is that of the whole transfer.
final class BatchSender: Sendable {
    private let progress: RunProgress
    private let patience: RetryPolicy
    private let blamed = Mutex(0)

    /// Items in a row.
    private static let limit = 16

    init(_ progress: RunProgress, _ patience: RetryPolicy) {
        self.progress = progress
        self.patience = patience
    }

    /// - Parameter request: is given the items of one request, and the key of all tries at it.
    /// - Returns: an answer for each item.
    func send<Item: Sendable, Value: Sendable>(
        _ items: [Item],
        _ request: @Sendable ([Item], IdempotencyKey) async throws(Problem) -> [ItemResult<Value>]
    ) async throws(Problem) -> [ItemResult<Value>] {
        guard !items.isEmpty else { return [] }
        return try await send(items, RetryPolicy.wholeFaults, request)
    }

    private func send<Item: Sendable, Value: Sendable>(
        _ items: [Item], _ faults: Int,
        _ request: @Sendable ([Item], IdempotencyKey) async throws(Problem) -> [ItemResult<Value>]
    ) async throws(Problem) -> [ItemResult<Value>] {
        let key = IdempotencyKey()
        switch try await attempt(faults, { () throws(Problem) in try await request(items, key) }) {
        case .success(let answers): return try UploadRun.complete(answers, items.count)
        case .failure(let problem) where items.count == 1: return [.problem(try blame(problem))]
        case .failure:
            let middle = items.count / 2
            let first = try await send(Array(items[..<middle]), RetryPolicy.partFaults, request)
            return try await first + send(Array(items[middle...]), RetryPolicy.partFaults, request)
        }
    }

    /// One request, tried for as long as it may succeed.
    /// - Parameter faults: tries that may end in a fault of the service.
    /// - Returns: the fault, if it stays. Everything else is thrown.
    func attempt<Answer: Sendable>(
        _ faults: Int, _ request: () async throws(Problem) -> Answer
    ) async throws(Problem) -> Result<Answer, Problem> {
        do throws(Problem) {
            let answer = try await progress.retrying(patience.bearing(faults)) { _ throws(Problem) in
                try await request()
            }
            blamed.withLock { $0 = 0 }
            return .success(answer)
        } catch  where error.code == .internalError {
            return .failure(error)
        }
    }

    /// A problem that is one item's own.
    /// - Throws: it, when it has become everyone's.
    func blame(_ problem: Problem) throws(Problem) -> Problem {
        let count = blamed.withLock { count in
            count += 1
            return count
        }
        guard count < Self.limit else { throw problem }
        return problem
    }
}
