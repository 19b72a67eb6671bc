import Foundation
import GRDB
import PannierCore
import PannierMirror
import Synchronization
import Testing

@testable import PannierTransfer

/// The queue with real runs, as far as they come without a File Service.
@Suite(.timeLimit(.minutes(5))) struct TransferManagerTests {
    private let bench: ManagerBench

    init() throws { bench = try ManagerBench() }

    @Test func nothingRunsBeforeSomebodySignsIn() async throws {
        let id = try await bench.put()
        let states = try await bench.manager.states()
        #expect(states.map(\.id) == [id])
        #expect(states[0].state == .queued)
        #expect(states[0].name == "file")
        await bench.manager.stop()
    }

    @Test func aServerThatIsGoneIsWaitedForInWordsAndPausingEndsIt() async throws {
        try await bench.manager.signedIn(try bench.service(SilentPort.base), bench.account)
        let id = try await bench.put()
        let state = await bench.told { $0.state == .retrying }
        #expect(state?.id == id)
        #expect(state?.problem?.code == .serverUnreachable)
        #expect(state?.problem?.title == "The server cannot be reached.")
        #expect(state?.problem?.detail?.contains("127.0.0.1:\(SilentPort.port)") == true)
        #expect(state?.retryIn != nil)
        #expect(try await bench.manager.control(.pause, [id]) == [id])
        #expect(try await bench.manager.states().map(\.state) == [.paused])
        _ = try await bench.manager.control(.resume, nil)
        #expect(await bench.told { $0.state == .retrying } != nil)
        await bench.manager.stop()
        // Another process goes on with it.
        #expect(try await bench.store.all().map(\.state) == [.waiting])
    }

    @Test func withARevokedTokenTransfersWaitForTheNextSignIn() async throws {
        let server = try LoopbackServer { _, connection in
            let problem = #"{"code":"token_invalid","status":401,"title":"Signed out elsewhere."}"#
            connection.answer(401, Array(problem.utf8), fields: ["Content-Type": "application/problem+json"])
        }
        defer { server.stop() }
        try await bench.manager.signedIn(try bench.service(server.base), bench.account)
        let (first, second) = (try await bench.put(), try await bench.put())
        let waiting = await bench.told { $0.state == .queued && $0.problem != nil }
        #expect(waiting?.id == first)
        #expect(waiting?.problem?.code == .tokenInvalid)
        #expect(waiting?.problem?.title.contains("sign in again") == true)
        #expect(waiting?.filesFailed == 0)
        #expect(await bench.manager.refusedToken() == "token")
        // Nothing is tried with a token that is known to be refused.
        let before = server.requests.count
        #expect(try await bench.manager.control(.retry, nil).isEmpty)
        #expect(try await bench.manager.states().map(\.state) == [.queued, .queued])
        #expect(try await bench.manager.states().map(\.id) == [first, second])
        #expect(server.requests.count == before)
        // Whoever hears of it first tells all of them.
        try await bench.manager.tokenRefused()
        #expect(try await bench.manager.states().map(\.problem?.code) == [.tokenInvalid, .tokenInvalid])
        try await bench.manager.signedIn(try bench.service(SilentPort.base), bench.account)
        #expect(await bench.told { $0.state == .retrying }?.id == first)
        #expect(await bench.manager.refusedToken() == nil)
        await bench.manager.stop()
    }

    @Test func whatCannotBeReadFailsTheTransferAndCanBeTriedAgain() async throws {
        try await bench.manager.signedIn(try bench.service(SilentPort.base), bench.account)
        let id = try await bench.put()
        _ = try await bench.manager.control(.cancel, [id])
        #expect(try await bench.manager.states().map(\.state) == [.cancelled])
        #expect(try await bench.manager.control(.clear, nil) == [id])
        try FileManager.default.removeItem(atPath: bench.folder.at("file").description)
        let target = UploadTarget(
            namespace: bench.account.namespace, folder: bench.account.root, name: try NodeName("file"),
            remote: try RemotePath(parsing: "/file"))
        let second = try await bench.manager.put(source: bench.folder.at("file"), target: target)
        let failed = await bench.told { $0.state == .failed }
        #expect(failed?.id == second)
        #expect(failed?.problem?.code == .localFileUnreadable)
        #expect(failed?.filesTotal == 1 && failed?.filesFailed == 1 && failed?.filesLeft == 0)
        try bench.folder.write([1], "file")
        _ = try await bench.manager.control(.retry, [second])
        #expect(await bench.told { $0.state == .retrying } != nil)
        await bench.manager.stop()
    }

    @Test func nothingGoesUpIntoAnotherNamespace() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(500) }
        defer { server.stop() }
        try await bench.manager.signedIn(try bench.service(server.base), bench.account)
        let source = try bench.folder.write([1], "file")
        let target = UploadTarget(
            namespace: .random(), folder: .random(), name: try NodeName("file"),
            remote: try RemotePath(parsing: "shared:/x/file"))
        _ = try await bench.manager.put(source: source, target: target)
        #expect(await bench.told { $0.state == .failed }?.problem?.code == .notFound)
        #expect(server.requests.isEmpty)
        await bench.manager.stop()
    }

    @Test func aDownloadWithoutAFolderFailsInWords() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(500) }
        defer { server.stop() }
        try await bench.manager.signedIn(try bench.service(server.base), bench.account)
        _ = try await bench.get(bench.folder.at("no/such/folder"))
        #expect(await bench.told { $0.state == .failed }?.problem?.code == .localWriteFailed)
        await bench.manager.stop()
    }

    /// What the mirror does not know yet would be missing, and nobody would notice.
    @Test func aFolderIsListedInAMirrorThatIsUpToDate() async throws {
        let isUpToDate = Atomic(false)
        let children = try (0..<3).map { try Queue.node("folder \($0)", content: nil) }
        let tree = RemoteTree(
            children: { folder, after, _ throws(Problem) in
                let isKnown = isUpToDate.load(ordering: .relaxed) && after == nil
                return .page(isKnown && !children.contains { $0.id == folder } ? children : [])
            }, nodes: { _, paths throws(Problem) in paths.map { _ in nil } },
            refresh: { () throws(Problem) in isUpToDate.store(true, ordering: .relaxed) }, news: MirrorNews())
        let manager = TransferManager(store: bench.store, tree: tree, copies: bench.copies)
        try await manager.signedIn(try bench.service("http://127.0.0.1:1"), bench.account)
        let source = DownloadSource(node: try Queue.node("top", content: nil), remote: try RemotePath(parsing: "/top"))
        _ = try await manager.get(source: source, target: bench.folder.at("top"))
        for await case .changed(let states) in manager.events where states.contains(where: { $0.state == .done }) {
            break
        }
        #expect(bench.folder.names() == ["top", "top/folder 0", "top/folder 1", "top/folder 2"])
        await manager.stop()
    }

    @Test func whatIsAskedForTogetherIsOneTransfer() async throws {
        let sources = try ["a", "b", "c"].map { (try bench.folder.write([1], $0), try NodeName($0)) }
        let target = UploadTarget(
            namespace: bench.account.namespace, folder: bench.account.root, name: nil,
            remote: try RemotePath(parsing: "/to"))
        let id = try await bench.manager.put(sources, target: target)
        let states = try await bench.manager.states()
        #expect(states.map(\.id) == [id])
        #expect(states[0].sources == 3 && states[0].title == "a and 2 more")
        #expect(states[0].local == bench.folder.at("a") && states[0].remote.description == "/to")
        let double = try ServiceDouble()
        try await bench.manager.signedIn(try double.client(), bench.account)
        #expect(await bench.told { $0.state == .done }?.filesDone == 3)
        #expect(Set(double.seen.created.flatMap(\.path).map(\.text)) == ["a", "b", "c"])
        await bench.manager.stop()
    }

    /// While one is being paused the next one may end: that is not undone.
    @Test func whatEndsMeanwhileStaysAsItEnded() async throws {
        let ids = [try await bench.put(), try await bench.put(), try await bench.put()]
        try await bench.database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER ends AFTER UPDATE OF state ON transfers WHEN NEW.number = 1 BEGIN
                        UPDATE transfers SET state = 'done' WHERE number = 2;
                    END
                    """)
        }
        #expect(try await bench.manager.control(.pause, nil) == [ids[0], ids[2]])
        #expect(try await bench.manager.states().map(\.state) == [.paused, .done, .paused])
        _ = try await bench.manager.control(.resume, nil)
        #expect(try await bench.manager.control(.cancel, nil) == [ids[0], ids[2]])
        #expect(try await bench.manager.states().map(\.state) == [.cancelled, .done, .cancelled])
        await bench.manager.stop()
    }

    /// What is told of a transfer before it is cleared comes before that, and nothing comes after.
    @Test func clearingIsTheLastThatIsTold() async throws {
        let id = try await bench.put()
        _ = try await bench.manager.control(.cancel, [id])
        _ = try await bench.manager.control(.clear, [id])
        await bench.manager.stop()
        var told: [String] = []
        for await news in bench.manager.events {
            switch news {
            case .changed(let states): told += states.map(\.state.rawValue)
            case .cleared(let ids): told.append("cleared \(ids == [id])")
            }
        }
        #expect(told == ["queued", "cancelled", "cleared true"])
    }

    @Test func twoTransfersOfOneDirectionTakeTurns() async throws {
        try await bench.manager.signedIn(try bench.service(SilentPort.base), bench.account)
        let (first, second) = (try await bench.put(), try await bench.put())
        #expect(await bench.told { $0.state == .retrying }?.id == first)
        #expect(try await bench.manager.states().map(\.state)[1] == .queued)
        _ = try await bench.manager.control(.pause, [first])
        #expect(await bench.told { $0.state == .retrying && $0.id == second } != nil)
        _ = try await bench.manager.control(.resume, [first])
        #expect(try await bench.manager.states().map(\.state)[0] == .queued)
        await bench.manager.stop()
    }
}
