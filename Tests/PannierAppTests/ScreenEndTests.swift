import Foundation
import Glibc
import PannierApp
import PannierCore
import PannierScreen
import PannierSettings
import TerminalEmulator
import Testing

/// However the screen ends, the terminal is as it was: the real full screen, in a process of its own.
@Suite("The end of the screen", .timeLimit(.minutes(5)))
struct ScreenEndTests {
    enum End: String, Codable, Sendable, CaseIterable {
        case key, terminate, interrupt, hangup, exit, trap, fault, abort
    }

    /// Shows the screen on a device, and ends it when the courier begins its work.
    /// - Returns: the exit status.
    private static func show(on path: String, _ end: End) throws -> Int32 {
        try take(path)
        return try FullScreen.run(configuration: Configuration(environment: [:])) {
            Self.perform(end)
            throw Problem(.agentUnreachable, "There is none.")
        }
    }

    /// The device becomes standard input and output.
    private static func take(_ path: String) throws {
        for (name, value) in [("TERM", "xterm-256color"), ("LC_ALL", "C.UTF-8"), ("SWIFT_BACKTRACE", "enable=no")] {
            setenv(name, value, 1)
        }
        for name in ["COLORTERM", "NO_COLOR"] { unsetenv(name) }
        // Nothing stays behind when the test itself is ended.
        alarm(100)
        let device = open(path, O_RDWR | O_NOCTTY)
        guard device >= 0, dup2(device, STDIN_FILENO) >= 0, dup2(device, STDOUT_FILENO) >= 0 else {
            throw TerminalError("no device: \(errno)")
        }
    }

    private static func perform(_ end: End) {
        switch end {
        case .key: break
        case .terminate: kill(getpid(), SIGTERM)
        case .interrupt: kill(getpid(), SIGINT)
        case .hangup: kill(getpid(), SIGHUP)
        case .exit: Glibc.exit(7)
        case .trap:
            let none: [Int] = []
            print(none[Int(getpid())])
        case .fault: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case .abort: Glibc.abort()
        }
    }

    private func expectAsFound(_ device: PseudoTerminal, _ before: termios, _ words: Comment) throws {
        try device.settle()
        let emulator = device.emulator
        #expect(emulator.modesSeen.isSuperset(of: ["alternate screen", "mouse", "paste"]), words)
        #expect(emulator.showsCursor, words)
        #expect(emulator.modes == ["reversed order"] && emulator.unknown == [], words)
        let after = device.modes
        #expect(after.c_lflag == before.c_lflag && after.c_iflag == before.c_iflag, words)
        #expect(after.c_oflag == before.c_oflag && after.c_cflag == before.c_cflag, words)
    }

    /// Before it stands there, the device takes C-z and its like for itself.
    private static func waitForScreen(on device: PseudoTerminal) throws {
        try device.wait { $0.lines.contains { $0.contains("My Files") } }
    }

    private func device() throws -> PseudoTerminal { try PseudoTerminal(size: Size(columns: 80, rows: 24)) }

    @Test("By a key") func byKey() async throws {
        let device = try device()
        let before = device.modes
        let hands = Self.meanwhile {
            try Self.waitForScreen(on: device)
            device.type("q")
        }
        await #expect(processExitsWith: .exitCode(0)) { [path = device.path as String] in
            exit(try Self.show(on: path, .key))
        }
        for try await _ in hands {}
        try expectAsFound(device, before, "q")
    }

    @Test("By a signal that asks", arguments: [(End.terminate, SIGTERM), (.interrupt, SIGINT), (.hangup, SIGHUP)])
    func bySignal(end: End, signal: CInt) async throws {
        let device = try device()
        let before = device.modes
        let result = await #expect(processExitsWith: .failure) { [path = device.path as String, end = end as End] in
            exit(try Self.show(on: path, end))
        }
        #expect(result?.exitStatus == .exitCode(128 + signal))
        try expectAsFound(device, before, "\(end)")
    }

    @Test("By exit() on another thread") func byExit() async throws {
        let device = try device()
        let before = device.modes
        await #expect(processExitsWith: .exitCode(7)) { [path = device.path as String] in
            exit(try Self.show(on: path, .exit))
        }
        try expectAsFound(device, before, "exit")
    }

    @Test("By a fault", arguments: [End.trap, .fault, .abort])
    func byFault(end: End) async throws {
        let device = try device()
        let before = device.modes
        let result = await #expect(processExitsWith: .failure) { [path = device.path as String, end = end as End] in
            exit(try Self.show(on: path, end))
        }
        guard case .signal = result?.exitStatus else {
            Issue.record("\(end): \(String(describing: result?.exitStatus))")
            return
        }
        try expectAsFound(device, before, "\(end)")
    }

    // MARK: Job control

    @Test("Stopped by C-z and continued: given back in between, taken again afterwards")
    func stopped() async throws {
        let device = try device()
        let before = device.modes
        let folder = try TemporaryFolder()
        let note = folder.path + "/process"
        guard mkfifo(note, 0o600) == 0 else { throw TerminalError("no pipe: \(errno)") }
        let hands = Self.meanwhile {
            let process = Self.process(from: note)
            try Self.waitForScreen(on: device)
            device.type("\u{1A}")
            var status = siginfo_t()
            while waitid(P_PID, id_t(process), &status, WSTOPPED) != 0, errno == EINTR {}
            try device.settle()
            #expect(device.emulator.modes == ["reversed order"] && device.emulator.showsCursor)
            #expect(device.modes.c_lflag == before.c_lflag)
            kill(process, SIGCONT)
            device.type("q")
        }
        await #expect(processExitsWith: .exitCode(0)) { [path = device.path as String, note = note as String] in
            // A job of its own, as a shell makes them: a stop is for the whole job.
            setpgid(0, 0)
            Self.tell(getpid(), to: note)
            exit(try Self.show(on: path, .key))
        }
        for try await _ in hands {}
        try expectAsFound(device, before, "stopped")
        #expect(device.emulator.lines.contains { $0.contains("My Files") })
    }

    /// Does something on another thread. What comes back ends with it.
    private static func meanwhile(_ work: @escaping () throws -> Void) -> AsyncThrowingStream<Never, any Error> {
        let (stream, end) = AsyncThrowingStream<Never, any Error>.makeStream()
        // The test waits for its end before it uses anything of it again.
        nonisolated(unsafe) let work = work
        Thread.detachNewThread {
            do {
                try work()
                end.finish()
            } catch {
                end.finish(throwing: error)
            }
        }
        return stream
    }

    /// Waits until the screen's process has told who it is.
    private static func process(from pipe: String) -> pid_t {
        let descriptor = open(pipe, O_RDONLY)
        defer { close(descriptor) }
        var process: pid_t = -1
        while read(descriptor, &process, MemoryLayout<pid_t>.size) < 0, errno == EINTR {}
        return process
    }

    private static func tell(_ process: pid_t, to pipe: String) {
        let descriptor = open(pipe, O_WRONLY)
        defer { close(descriptor) }
        var process = process
        _ = write(descriptor, &process, MemoryLayout<pid_t>.size)
    }

    @Test("Three hundred sizes in a row: the last one is drawn, and the terminal is as found")
    func storm() async throws {
        let device = try device()
        let before = device.modes
        let folder = try TemporaryFolder()
        let note = folder.path + "/process"
        guard mkfifo(note, 0o600) == 0 else { throw TerminalError("no pipe: \(errno)") }
        let hands = Self.meanwhile {
            _ = Self.process(from: note)
            try Self.waitForScreen(on: device)
            for step in 0..<300 { device.resize(Size(columns: 1 + step * 7 % 190, rows: 1 + step * 5 % 60)) }
            device.resize(Size(columns: 100, rows: 30))
            // In whatever sizes these pictures are: none of them counts.
            device.forget(size: Size(columns: 100, rows: 30))
            device.type("\u{C}")
            try device.wait { Self.isFramed($0.places) }
            device.type("q")
        }
        await #expect(processExitsWith: .exitCode(0)) { [path = device.path as String, note = note as String] in
            // The kernel tells a size to the processes whose terminal it is.
            setsid()
            let terminal = open(path, O_RDWR)
            guard terminal >= 0, ioctl(terminal, UInt(TIOCSCTTY), 0) == 0 else {
                throw TerminalError("no terminal of its own: \(errno)")
            }
            Self.tell(getpid(), to: note)
            exit(try Self.show(on: path, .key))
        }
        for try await _ in hands {}
        try device.settle()
        let emulator = device.emulator
        #expect(emulator.modes == ["reversed order"] && emulator.showsCursor)
        #expect(device.modes.c_lflag == before.c_lflag)
        #expect(Self.isFramed(emulator.places))
    }

    /// The border of the panes stands in the first and in the last column.
    private static func isFramed(_ places: [[Emulator.Place]]) -> Bool {
        let edges = places.map { $0[0].text + $0[99].text }
        guard let first = edges.firstIndex(of: "┌┐"), let last = edges.lastIndex(of: "└┘") else { return false }
        return last - first > 15 && edges[(first + 1)..<last].allSatisfy { ["││", "┌┐", "└┘"].contains($0) }
    }
}
