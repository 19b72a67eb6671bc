import Foundation
import Synchronization
import Testing

/// A real `pannier-server serve`, killed and started again on the same port and data.
final class ServerProcess: Sendable {
    let data: URL
    private let directory: URL
    let port: UInt16
    /// Where clients go: the server, or the proxy before it.
    let proxy: CountingProxy?
    private let running = Mutex<Program?>(nil)

    var address: String { "http://127.0.0.1:\(proxy?.port ?? port)" }
    var pid: Int32? { running.withLock { $0?.pid } }

    static func start(in directory: URL, throughProxy: Bool) async throws -> ServerProcess {
        let server = try ServerProcess(directory: directory, throughProxy: throughProxy)
        try await server.serve()
        return server
    }

    private init(directory: URL, throughProxy: Bool) throws {
        self.directory = directory.appending(path: "server-output")
        data = directory.appending(path: "server")
        try FileManager.default.createDirectory(at: self.directory, withIntermediateDirectories: true)
        port = try Sockets.freePort()
        proxy = throughProxy ? try CountingProxy(to: port) : nil
    }

    /// Starts it, and returns when it says that it is ready.
    /// - Parameter variables: of the environment, besides its own.
    /// - Throws: ``Missed`` when it ends or stands still before that.
    func serve(_ variables: [String: String] = [:]) async throws {
        let program = try Program(
            Products.server,
            [
                "serve", "--data", data.path(percentEncoded: false), "--listen", "127.0.0.1:\(port)", "--public-url",
                address,
            ],
            environment: environment.merging(variables) { $1 }, directory: directory)
        running.withLock { $0 = program }
        do {
            _ = try await program.waitForOutput { $0.contains("listening on") }
        } catch {
            throw Missed(what: "\(error): \(program.errorText)")
        }
    }

    func addUser(_ email: String) async throws {
        let added = try await administer(["user", "add", email, "--password-stdin"], input: House.password + "\n")
        try #require(added.exitCode == 0, "\(added.story)")
    }

    func administer(_ arguments: [String], input: String = "") async throws -> Finished {
        try await Program(
            Products.server, arguments + ["--data", data.path(percentEncoded: false)], environment: environment,
            directory: directory, input: input
        ).finish(within: 60)
    }

    /// A value of the metrics page; labels are part of the name.
    func metric(_ name: String) throws -> Int64 {
        let page = try #require(Sockets.get("/v1/metrics", port: port), "the server gives no metrics")
        var sum: Int64 = 0
        for line in page.split(separator: "\n") where line.hasPrefix(name) {
            guard let value = line.split(separator: " ").last, let number = Double(String(value)) else { continue }
            sum += Int64(number)
        }
        return sum
    }

    /// Signs a device out, as somebody else who has its token could.
    func revoke(_ token: String) throws {
        _ = try #require(Sockets.get("/v1/devices/current", port: port, method: "DELETE", token: token))
    }

    /// The files of the object store, with what is on its way.
    func packs() -> [URL] {
        let root = data.appending(path: "packs")
        let names = FileManager.default.enumerator(atPath: root.path(percentEncoded: false))?.compactMap {
            $0 as? String
        }
        return (names ?? []).map { root.appending(path: $0) }.filter {
            (try? $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile) == true
        }
    }

    /// SIGSTOP holds the line without a word; SIGCONT lets it go on.
    func signal(_ number: Int32) { running.withLock { $0 }?.signal(number) }

    /// Whether it has ended by itself.
    var hasEnded: Bool { running.withLock { $0.map { !$0.isRunning } ?? true } }

    /// Whether it stands still, by SIGSTOP.
    var isStopped: Bool { running.withLock { $0 }?.isStopped ?? false }

    /// A copy of all its data, as of now. It must not run.
    func copyData() async throws -> URL {
        let copy = directory.appending(path: "copy-\(UUID().uuidString.prefix(8))")
        try await Program.copy(data, to: copy, in: directory)
        return copy
    }

    /// Puts a copy in the place of its data. It must not run.
    func putBack(_ copy: URL) async throws {
        try FileManager.default.removeItem(at: data)
        try await Program.copy(copy, to: data, in: directory)
    }

    /// kill -9, and back again.
    func killAndRestart() async throws {
        await kill()
        try await serve()
    }

    func kill() async {
        guard let program = running.withLock({ $0 }) else { return }
        program.signal(SIGKILL)
        _ = try? await program.finish(within: 10)
        running.withLock { $0 = nil }
    }

    /// Asks it to end, by SIGTERM.
    func stop(within seconds: Int) async throws -> Finished {
        let program = try #require(running.withLock { $0 })
        program.signal(SIGTERM)
        let finished = try await program.finish(within: seconds)
        running.withLock { $0 = nil }
        return finished
    }

    func end() async {
        if let program = running.withLock({ $0 }) {
            program.signal(SIGTERM)
            _ = try? await program.finish(within: 15)
        }
        proxy?.stop()
    }

    private var environment: [String: String] {
        [
            "HOME": directory.path(percentEncoded: false), "LANG": "C.UTF-8",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ]
    }
}
