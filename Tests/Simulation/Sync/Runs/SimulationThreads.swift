import CLinux
import Foundation
import Synchronization

/// Simulations are long and never wait: they run on threads of their own, each with databases of its own, and leave the
/// shared pool to others.
package enum SimulationThreads {
    /// As a main thread has it: folders lie deep in each other at times.
    private static let stack = 16 << 20
    /// Memory that was given back is kept for the next simulation: to ask the kernel for it each time took an eighth of the
    /// time.
    private static let keptBytes: Int32 = 256 << 20

    /// - Parameters:
    ///   - body: called once on each thread.
    ///   - ended: called by the last of them.
    package static func run(
        _ count: Int, _ body: @escaping @Sendable (SimulationDatabases) -> Void, ended: @escaping @Sendable () -> Void
    ) {
        pannier_keep_freed(keptBytes)
        let left = Left(count)
        for _ in 0..<count {
            let thread = Thread {
                body(SimulationDatabases())
                if left.takeOne() { ended() }
            }
            thread.stackSize = stack
            thread.start()
        }
    }

    /// Returns when all of them have ended.
    package static func run(_ count: Int, _ body: @escaping @Sendable (SimulationDatabases) -> Void) async {
        await withCheckedContinuation { continuation in
            run(count, body, ended: { continuation.resume() })
        }
    }

    private final class Left: Sendable {
        private let count: Mutex<Int>

        init(_ count: Int) { self.count = Mutex(count) }

        /// - Returns: whether it was the last one.
        func takeOne() -> Bool {
            count.withLock { count in
                count -= 1
                return count == 0
            }
        }
    }
}

/// Work that several threads take from, one piece at a time.
package final class SharedWork<Piece: Sendable, Result: Sendable>: Sendable {
    private struct State {
        var left: ArraySlice<Piece>
        var results: [Result] = []
    }

    private let state: Mutex<State>

    package init(_ pieces: [Piece]) { state = Mutex(State(left: pieces[...])) }

    package func next() -> Piece? { state.withLock { $0.left.popFirst() } }

    /// Nothing more is begun.
    package func end() { state.withLock { $0.left = [] } }

    package func add(_ result: Result) { state.withLock { $0.results.append(result) } }

    package var results: [Result] { state.withLock { $0.results } }
}
