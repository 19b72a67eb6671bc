import CLinux
import Glibc

/// A process that this one started (posix_spawn; Foundation's would put it into a process group of its own, which a
/// program that reads the terminal must not be in).
struct ChildProcess {
    enum Input {
        /// This process's own: the terminal.
        case inherited
        /// A line and then the end: a password never stands among the arguments.
        case line(String)
        case nothing
        case descriptor(CInt)
    }

    enum Output {
        case inherited
        case file(String)
        case descriptor(CInt)
    }

    let id: pid_t
    /// Readable once it has ended.
    let descriptor: CInt

    /// - Parameter isApart: In a session of its own, where keys of the terminal do not reach it.
    /// - Throws: ``DemoFailure`` when it cannot be started.
    init(
        _ program: String, _ arguments: [String], environment: [String: String], input: Input = .nothing,
        output: Output, errors: Output, isApart: Bool = false
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let opened = try Self.connect(input, to: &actions)
        defer { opened.map { _ = close($0) } }
        Self.connect(output, STDOUT_FILENO, to: &actions)
        Self.connect(errors, STDERR_FILENO, to: &actions)

        var attributes = posix_spawnattr_t()
        Self.prepare(&attributes, isApart: isApart)
        defer { posix_spawnattr_destroy(&attributes) }

        var process: pid_t = 0
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        let error = posix_spawn(&process, program, &actions, &attributes, words, variables)
        guard error == 0 else {
            throw DemoFailure(description: "\(program) cannot be started: \(String(cString: strerror(error)))")
        }
        id = process
        descriptor = pannier_pidfd(process)
        guard descriptor >= 0 else {
            kill(process, SIGKILL)
            throw DemoFailure(description: "no pidfd: \(String(cString: strerror(errno)))")
        }
    }

    /// Takes the status of a process that has ended: 0 to 255, or 128 and the number of the signal that ended it.
    func reap() -> Int32 {
        var status: CInt = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        close(descriptor)
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Asks it to end, and sees to it that it does.
    func end(within limit: Duration = .seconds(10)) {
        kill(id, SIGTERM)
        if Interruptions.poll([descriptor], limit: limit) == nil { kill(id, SIGKILL) }
        _ = reap()
    }

    // MARK: Spawning

    private static func connect(_ input: Input, to actions: inout posix_spawn_file_actions_t) throws -> CInt? {
        switch input {
        case .inherited: return nil
        case .descriptor(let other):
            posix_spawn_file_actions_adddup2(&actions, other, STDIN_FILENO)
            return nil
        case .nothing:
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
            return nil
        case .line(let line):
            var ends: [CInt] = [-1, -1]
            guard pipe(&ends) == 0 else {
                throw DemoFailure(description: "no pipe: \(String(cString: strerror(errno)))")
            }
            // A line is far shorter than a pipe is long, so this does not wait for a reader.
            let text = line + "\n"
            _ = write(ends[1], text, text.utf8.count)
            close(ends[1])
            _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
            posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
            return ends[0]
        }
    }

    private static func connect(
        _ output: Output, _ descriptor: CInt, to actions: inout posix_spawn_file_actions_t
    ) {
        switch output {
        case .inherited: break
        case .file(let path):
            let flags = O_WRONLY | O_CREAT | O_APPEND
            posix_spawn_file_actions_addopen(&actions, descriptor, path, flags, 0o600)
        case .descriptor(let other): posix_spawn_file_actions_adddup2(&actions, other, descriptor)
        }
    }

    /// POSIX_SPAWN_SETSID of glibc, which hides it from Swift.
    private static let setSession: Int32 = 0x80

    /// Handlers do not survive exec, but what is ignored and what is blocked does.
    private static func prepare(_ attributes: inout posix_spawnattr_t, isApart: Bool) {
        posix_spawnattr_init(&attributes)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        let apart = isApart ? setSession : 0
        posix_spawnattr_setflags(&attributes, Int16(Int32(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | apart))
    }
}
