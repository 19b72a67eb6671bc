import Dispatch
import Foundation
package import Glibc
import Synchronization

/// A process that a test started, with its input and output in files, so that nothing can block on a full pipe.
///
/// posix_spawn and waitpid, not Foundation's Process: that one learns of an end through a socket which other children,
/// started at the same moment, inherit; and then waits for ever.
package final class ChildProgram: Sendable {
    private struct State {
        var status: Int32?
        var waiting: [@Sendable (Int32) -> Void] = []
    }

    package struct NotStarted: Error, CustomStringConvertible {
        package let description: String
    }

    package let pid: pid_t
    private let state = Mutex(State())

    /// - Parameters:
    ///   - input: the path of a file; output and errors are appended to theirs.
    ///   - directory: where it runs; nil: where the test does.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String], directory: String? = nil,
        input: String = "/dev/null", output: String, errors: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        for (descriptor, file) in [(STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
            posix_spawn_file_actions_addopen(&actions, descriptor, file, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        // What else is open here closes by itself (O_CLOEXEC).
        let mover = directory.map { ["/usr/bin/env", "--chdir=\($0)"] } ?? []
        let words = (mover + [program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, mover.first ?? program, &actions, nil, words, variables)
        guard code == 0 else { throw NotStarted(description: "\(program): \(String(cString: strerror(code)))") }
        self.pid = pid
        Thread { [self] in reap() }.start()
    }

    private func reap() {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        let code = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
        let waiting = state.withLock { state in
            state.status = code
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one(code) }
    }

    package var isRunning: Bool { state.withLock { $0.status == nil } }

    package func signal(_ number: Int32) {
        // Not after its end: the number may be another's by then.
        state.withLock { if $0.status == nil { _ = kill(pid, number) } }
    }

    /// Its status when it has ended; a signal is told as 128 + its number, as shells do.
    package func end() async -> Int32 {
        await withCheckedContinuation { continuation in whenEnded { continuation.resume(returning: $0) } }
    }

    /// As ``end()``, on this thread: for what cannot wait otherwise.
    package func endBlocking() -> Int32 {
        let ended = DispatchSemaphore(value: 0)
        whenEnded { _ in ended.signal() }
        ended.wait()
        return state.withLock { $0.status ?? 0 }
    }

    private func whenEnded(_ body: @escaping @Sendable (Int32) -> Void) {
        let status = state.withLock { state in
            if state.status == nil { state.waiting.append(body) }
            return state.status
        }
        if let status { body(status) }
    }
}
