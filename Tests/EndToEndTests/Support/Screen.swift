import Foundation

/// pannier's full screen in a terminal of its own: tmux draws it, presses keys, and tells what it shows.
final class Screen: Sendable {
    private let socket: String
    private let environment: [String: String]
    private let directory: URL

    /// Starts the program with a terminal of this size; returns at once.
    static func open(
        _ device: Device, arguments: [String] = [], columns: Int = 120, rows: Int = 36
    ) async throws -> Screen {
        var environment = device.environment
        environment["TERM"] = "xterm-256color"
        environment["LANG"] = "C.UTF-8"
        let screen = Screen(environment: environment, directory: device.home)
        let command = ([Products.client.path(percentEncoded: false)] + arguments).map { "'\($0)'" }
            .joined(separator: " ")
        // The shell stays when the program has ended: what it printed last can be read.
        _ = try await screen.tmux(
            "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
            "\(command); echo ended $?; cat")
        return screen
    }

    /// Opens one, and ends it, whatever becomes of it.
    static func with(_ device: Device, _ body: (Screen) async throws -> Void) async throws {
        let screen = try await open(device)
        do {
            try await body(screen)
        } catch {
            try? await screen.close()
            throw error
        }
        try await screen.close()
    }

    private init(environment: [String: String], directory: URL) {
        // A name alone would lie in a folder that all share.
        socket = directory.appending(path: "tmux").path(percentEncoded: false)
        self.environment = environment
        self.directory = directory
    }

    private func tmux(_ arguments: String...) async throws -> Finished {
        try await tmux(arguments)
    }

    private func tmux(_ arguments: [String]) async throws -> Finished {
        let program = try Program(
            URL(filePath: "/usr/bin/tmux"), ["-S", socket] + arguments, environment: environment, directory: directory)
        return try await program.finish(within: 30)
    }

    /// Presses keys by tmux' names: `Enter`, `C-s`, `F5`, `x`.
    func press(_ keys: String...) async throws { _ = try await tmux(["send-keys"] + keys) }

    func type(_ text: String) async throws { _ = try await tmux("send-keys", "-l", text) }

    func lines() async throws -> [String] {
        try await tmux("capture-pane", "-p").output.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// Waits until the screen shows something.
    /// - Returns: the line that does.
    @discardableResult
    func wait(for text: String, within seconds: Int = 20) async throws -> String {
        try await wait("“\(text)”", within: seconds) { lines in lines.first { $0.contains(text) } }
    }

    func wait(untilGone text: String, within seconds: Int = 20) async throws {
        _ = try await wait("no “\(text)”", within: seconds) { lines in
            lines.contains { $0.contains(text) } ? nil : true
        }
    }

    func wait<Found: Sendable>(
        _ what: String, within seconds: Int = 20, _ look: @Sendable ([String]) -> Found?
    ) async throws -> Found {
        do {
            return try await eventually(within: seconds, what) { look(try await self.lines()) }
        } catch let missed as Missed {
            throw Missed(
                what: "\(missed.what). The screen:\n\(try await lines().map(Self.plain).joined(separator: "\n"))")
        }
    }

    /// In ASCII: `swift test` prints nothing of a message whose letters fall on the border of two reads.
    private static func plain(_ line: String) -> String {
        let borders: [Character: Character] = ["│": "|", "─": "-"]
        return String(line.map { $0.isASCII ? $0 : borders[$0] ?? "?" })
    }

    /// Ends tmux, and with it what runs in it: by its process id where it does not end when it is asked.
    func close() async throws {
        let process = Int32(try await tmux("display-message", "-p", "#{pid}").output.filter(\.isNumber))
        _ = try await tmux("kill-server")
        guard let process else { return }
        if (try? await eventually(within: 2, "the end of tmux", { kill(process, 0) == 0 ? nil : true })) == nil {
            kill(process, SIGKILL)
        }
    }
}
