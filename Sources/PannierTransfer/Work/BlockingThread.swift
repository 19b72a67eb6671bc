internal import Foundation
package import PannierCore

/// For calls that block: a thread of their own, so that the shared pool keeps its threads and actors stay responsive.
package enum BlockingThread {
    package static func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let result: Result<Value, Problem> = await withCheckedContinuation { continuation in
            let thread = Thread {
                do throws(Problem) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            thread.start()
        }
        return try result.get()
    }

    package static func run(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                body()
                continuation.resume()
            }
            thread.start()
        }
    }
}
