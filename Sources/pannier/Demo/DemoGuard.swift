import Glibc

/// A process that outlives a demonstration which is killed, and ends and removes what that leaves: it waits for the end of
/// a pipe whose other end only the demonstration holds.
final class DemoGuard {
    private let process: ChildProcess
    private let pipe: CInt

    /// - Throws: ``DemoFailure``.
    init(_ folder: DemoFolder, program: String, environment: [String: String]) throws {
        var ends: [CInt] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else {
            throw DemoFailure(description: "no pipe: \(String(cString: strerror(errno)))")
        }
        // No other process may hold the pipe open.
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        defer { close(ends[0]) }
        pipe = ends[1]
        do {
            process = try ChildProcess(
                program, ["demo", "--guard", folder.path], environment: environment, input: .descriptor(ends[0]),
                output: .file("/dev/null"), errors: .file("/dev/null"), isApart: true)
        } catch {
            close(ends[1])
            throw error
        }
    }

    /// Sends it home. After the folder has been removed; what is left of it by then, the guard tries to remove.
    func end() {
        close(pipe)
        _ = process.reap()
    }

    /// What the guard itself does.
    static func watch(_ folder: String) {
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 0 || count < 0 && errno != EINTR { break }
        }
        DemoFolder.clear(folder)
    }
}
