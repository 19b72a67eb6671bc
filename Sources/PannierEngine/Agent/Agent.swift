import Dispatch
import Glibc
package import Logging
package import PannierCore
import PannierHTTP
import PannierMirror

/// The background process of one profile, from its lock to its end.
package struct Agent: Sendable {
    private let paths: ClientPaths
    private let log: Logger

    package init(paths: ClientPaths, log: Logger) {
        self.paths = paths
        self.log = log
    }

    /// Seconds that an agent which is about to end is waited for.
    private static let patience = 10

    /// Runs until somebody stops it (SIGTERM, SIGINT, `pannier agent --stop`).
    /// - Parameter ready: is called once, when commands are taken, or with why they never will be.
    /// - Throws: ``Problem``: why it could not start.
    package func run(ready: @Sendable (Problem?) -> Void) async throws(Problem) {
        // The mask of whoever started it stays: downloads get the permissions that files of theirs get. What is
        // private lies in folders of mode 0700.
        _ = chdir("/")
        signal(SIGPIPE, SIG_IGN)
        let mirror: Mirror
        let engine: Engine
        let socket: AgentSocket
        do throws(Problem) {
            mirror = try Mirror.open(paths, lock: try await lock())
            engine = Engine(mirror: mirror, http: HTTPClient(), process: getpid(), log: log)
            try await engine.begin()
            socket = try await AgentSocket.listen(at: paths.socket, log: log)
        } catch {
            ready(error)
            throw error
        }
        log.info("the agent runs", metadata: ["profile": "\(paths.profile.name)", "version": "\(PannierVersion.text)"])
        ready(nil)
        await work(engine, socket)
        do throws(Problem) {
            try mirror.close()
        } catch {
            log.warning("the mirror could not be closed", metadata: ["error": "\(error)"])
        }
        log.info("the agent ends")
    }

    /// Takes the profile. One that is ending may need a moment: flock has no deadline, so it is tried again and again.
    private func lock() async throws(Problem) -> ProfileLock {
        for _ in 0..<(Self.patience * 50) {
            if let lock = try ProfileLock.take(paths) {
                lock.sign(socket: paths.socket)
                return lock
            }
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        let owner = ProfileLock.owner(paths).map { " (process \($0.process))" } ?? ""
        throw Problem(
            .agentUnreachable, "Another agent\(owner) holds this profile.",
            detail: "Use it, or end it with `pannier agent --stop`.")
    }

    private func work(_ engine: Engine, _ first: AgentSocket) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await Self.terminated() }
            group.addTask { await engine.stopRequested() }
            group.addTask { await serve(engine, first) }
            group.addTask { await engine.run() }
            await group.next()
            await engine.end()
            group.cancelAll()
        }
    }

    /// Serves, and listens anew when the socket was removed: a runtime folder goes when its person logs out.
    private func serve(_ engine: Engine, _ first: AgentSocket) async {
        var socket: AgentSocket? = first
        var isTold = false
        while !Task.isCancelled {
            if let listening = socket {
                isTold = false
                await withDiscardingTaskGroup { group in
                    group.addTask { await listening.serve(engine) }
                    while listening.isPresent, (try? await Task.sleep(for: Self.socketCheck)) != nil {}
                    group.cancelAll()
                }
                socket = nil
                guard !Task.isCancelled else { return }
                log.warning("the socket has gone; listening anew", metadata: ["socket": "\(paths.socket)"])
            }
            do throws(Problem) {
                socket = try await AgentSocket.listen(at: paths.socket, log: log)
            } catch {
                if !isTold { log.error("cannot listen, trying on", metadata: ["problem": "\(error)"]) }
                isTold = true
                try? await Task.sleep(for: Self.socketCheck)
            }
        }
    }

    /// How often it is looked whether the socket is still there.
    private static let socketCheck = Duration.seconds(2)

    /// Returns at SIGTERM or SIGINT, or when the task is cancelled.
    private static func terminated() async {
        let (signals, continuation) = AsyncStream<Void>.makeStream()
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in signals { break }
        sources.forEach { $0.cancel() }
    }
}
