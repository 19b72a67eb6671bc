import Foundation
import GRDB
import Glibc
import Logging
import PannierChunks
import PannierCore
import PannierHTTP
import PannierMirror
import SeededRandom
import Synchronization
import Testing

@testable import PannierTransfer

/// The queue with real runs, as far as they come without a File Service.
@Suite(.timeLimit(.minutes(5))) struct TransferManagerTests {
    private let folder: Folder
    private let database: DatabaseQueue
    private let store: TransferStore
    private let manager: TransferManager
    private let tree: RemoteTree
    private let copies: CopyStaging
    private let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)

    init() throws {
        folder = try Folder()
        copies = CopyStaging(folder.at("copies"))
        database = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(database)
        store = TransferStore(database)
        tree = RemoteTree(
            children: { _, _, _ throws(Problem) in .page([]) },
            nodes: { _, paths throws(Problem) in paths.map { _ in nil } }, refresh: { () throws(Problem) in },
            news: MirrorNews())
        let settings = TransferSettings(
            patience: RetryPolicy(first: 50, longest: 100, attempts: nil), mirrorMilliseconds: 50)
        manager = TransferManager(store: store, tree: tree, copies: copies, settings: settings)
    }

    private func service(_ address: String) throws -> ServiceClient {
        ServiceClient(server: try ServerAddress(parsing: address), token: "token", http: HTTPClient())
    }

    /// What fails behind people's backs is in the log: which, why, and what it means.
    @Test func whatCannotBeSweptIsLogged() async throws {
        try folder.write([1], "no folder")
        let lines = Lines()
        let log = Logger(label: "test") { _ in lines }
        let manager = TransferManager(store: store, tree: tree, copies: CopyStaging(folder.at("no folder")), log: log)
        try await manager.begin()
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1 && line.contains("takes room on this disk"))
        #expect(line.contains("no folder") && line.contains("there is a file where a folder should be"))
        await manager.stop()
    }

    /// A log that is kept.
    private struct Lines: LogHandler {
        private let lines = Box<[String]>([])
        var logLevel = Logger.Level.info
        var metadata: Logger.Metadata = [:]
        var all: [String] { lines.now }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = "\(event.message) \(event.metadata ?? [:])"
            lines.change { $0.append(line) }
        }
    }

    private func put() async throws -> TransferID {
        let source = try folder.write([1, 2, 3], "file")
        let target = UploadTarget(
            namespace: account.namespace, folder: account.root, name: try NodeName("file"),
            remote: try RemotePath(parsing: "/file"))
        return try await manager.put(source: source, target: target)
    }

    private func get(_ local: LocalPath) async throws -> TransferID {
        let content = Node.Content(
            version: .random(), size: 3, sha256: .ofNoBytes, modified: 0, isExecutable: false, mimeType: "")
        let source = DownloadSource(
            node: try Queue.node("file", content: content), remote: try RemotePath(parsing: "/file"))
        return try await manager.get(source: source, target: local)
    }

    /// The next state told that is as wanted.
    private func told(_ isWanted: (TransferState) -> Bool) async -> TransferState? {
        for await case .changed(let states) in manager.events {
            if let state = states.first(where: isWanted) { return state }
        }
        return nil
    }

    @Test func nothingRunsBeforeSomebodySignsIn() async throws {
        let id = try await put()
        let states = try await manager.states()
        #expect(states.map(\.id) == [id])
        #expect(states[0].state == .queued)
        #expect(states[0].name == "file")
        await manager.stop()
    }

    @Test func aServerThatIsGoneIsWaitedForInWordsAndPausingEndsIt() async throws {
        try await manager.signedIn(try service(SilentPort.base), account)
        let id = try await put()
        let state = await told { $0.state == .retrying }
        #expect(state?.id == id)
        #expect(state?.problem?.code == .serverUnreachable)
        #expect(state?.problem?.title == "The server cannot be reached.")
        #expect(state?.problem?.detail?.contains("127.0.0.1:\(SilentPort.port)") == true)
        #expect(state?.retryIn != nil)
        #expect(try await manager.control(.pause, [id]) == [id])
        #expect(try await manager.states().map(\.state) == [.paused])
        _ = try await manager.control(.resume, nil)
        #expect(await told { $0.state == .retrying } != nil)
        await manager.stop()
        // Another process goes on with it.
        #expect(try await store.all().map(\.state) == [.waiting])
    }

    @Test func withARevokedTokenTransfersWaitForTheNextSignIn() async throws {
        let server = try LoopbackServer { _, connection in
            let problem = #"{"code":"token_invalid","status":401,"title":"Signed out elsewhere."}"#
            connection.answer(401, Array(problem.utf8), fields: ["Content-Type": "application/problem+json"])
        }
        defer { server.stop() }
        try await manager.signedIn(try service(server.base), account)
        let (first, second) = (try await put(), try await put())
        let waiting = await told { $0.state == .queued && $0.problem != nil }
        #expect(waiting?.id == first)
        #expect(waiting?.problem?.code == .tokenInvalid)
        #expect(waiting?.problem?.title.contains("sign in again") == true)
        #expect(waiting?.filesFailed == 0)
        #expect(await manager.refusedToken() == "token")
        // Nothing is tried with a token that is known to be refused.
        let before = server.requests.count
        #expect(try await manager.control(.retry, nil).isEmpty)
        #expect(try await manager.states().map(\.state) == [.queued, .queued])
        #expect(try await manager.states().map(\.id) == [first, second])
        #expect(server.requests.count == before)
        // Whoever hears of it first tells all of them.
        try await manager.tokenRefused()
        #expect(try await manager.states().map(\.problem?.code) == [.tokenInvalid, .tokenInvalid])
        try await manager.signedIn(try service(SilentPort.base), account)
        #expect(await told { $0.state == .retrying }?.id == first)
        #expect(await manager.refusedToken() == nil)
        await manager.stop()
    }

    @Test func whatCannotBeReadFailsTheTransferAndCanBeTriedAgain() async throws {
        try await manager.signedIn(try service(SilentPort.base), account)
        let id = try await put()
        _ = try await manager.control(.cancel, [id])
        #expect(try await manager.states().map(\.state) == [.cancelled])
        #expect(try await manager.control(.clear, nil) == [id])
        try FileManager.default.removeItem(atPath: folder.at("file").description)
        let target = UploadTarget(
            namespace: account.namespace, folder: account.root, name: try NodeName("file"),
            remote: try RemotePath(parsing: "/file"))
        let second = try await manager.put(source: folder.at("file"), target: target)
        let failed = await told { $0.state == .failed }
        #expect(failed?.id == second)
        #expect(failed?.problem?.code == .localFileUnreadable)
        #expect(failed?.filesTotal == 1 && failed?.filesFailed == 1 && failed?.filesLeft == 0)
        try folder.write([1], "file")
        _ = try await manager.control(.retry, [second])
        #expect(await told { $0.state == .retrying } != nil)
        await manager.stop()
    }

    @Test func nothingGoesUpIntoAnotherNamespace() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(500) }
        defer { server.stop() }
        try await manager.signedIn(try service(server.base), account)
        let source = try folder.write([1], "file")
        let target = UploadTarget(
            namespace: .random(), folder: .random(), name: try NodeName("file"),
            remote: try RemotePath(parsing: "shared:/x/file"))
        _ = try await manager.put(source: source, target: target)
        #expect(await told { $0.state == .failed }?.problem?.code == .notFound)
        #expect(server.requests.isEmpty)
        await manager.stop()
    }

    @Test func aDownloadWithoutAFolderFailsInWords() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(500) }
        defer { server.stop() }
        try await manager.signedIn(try service(server.base), account)
        _ = try await get(folder.at("no/such/folder"))
        #expect(await told { $0.state == .failed }?.problem?.code == .localWriteFailed)
        await manager.stop()
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
        let manager = TransferManager(store: store, tree: tree, copies: copies)
        try await manager.signedIn(try service("http://127.0.0.1:1"), account)
        let source = DownloadSource(node: try Queue.node("top", content: nil), remote: try RemotePath(parsing: "/top"))
        _ = try await manager.get(source: source, target: folder.at("top"))
        for await case .changed(let states) in manager.events where states.contains(where: { $0.state == .done }) {
            break
        }
        #expect(folder.names() == ["top", "top/folder 0", "top/folder 1", "top/folder 2"])
        await manager.stop()
    }

    @Test func cancellingRemovesWhatWasBegun() async throws {
        try await manager.signedIn(try service(SilentPort.base), account)
        let id = try await get(folder.at("copy"))
        #expect(await told { $0.state == .retrying } != nil)
        let row = try #require(try await store.begunFiles(1, after: 0, limit: 1).first?.row)
        try folder.write([1], PartFile.name(transfer: id, row: row))
        _ = try await manager.control(.cancel, [id])
        // Clearing waits for the cleaning.
        #expect(try await manager.control(.clear, [id]) == [id])
        #expect(folder.names().isEmpty)
        await manager.stop()
    }

    /// A full disk under the mirror: what could not be written down is done again when there is room.
    @Test func aMirrorThatCannotBeWrittenStopsNothingForGood() async throws {
        let double = try ServiceDouble()
        try await manager.signedIn(try double.client(), account)
        try await database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full BEFORE UPDATE ON transfers BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """)
        }
        let id = try await put()
        #expect(await told { $0.problem?.code == .localWriteFailed }?.id == id)
        try await database.write { try $0.execute(sql: "DROP TRIGGER full") }
        // Nobody does anything.
        #expect(await told { $0.state == .done }?.id == id)
        #expect(double.seen.committed.count == 1)
        await manager.stop()
    }

    /// SQLite's own word for a full disk: what it says, that all goes on by itself, is so.
    @Test(arguments: [true, false]) func aFullMirrorIsWaitedFor(_ canBeWrittenDown: Bool) async throws {
        let double = try ServiceDouble()
        let full = Atomic(true)
        let when = canBeWrittenDown ? "transfer_items" : "transfers"
        try await database.write { database in
            // A function that fails as a full disk does.
            database.add(
                function: DatabaseFunction("disk_is_full", argumentCount: 0) { _ in
                    if full.load(ordering: .relaxed) { throw DatabaseError(resultCode: .SQLITE_FULL) }
                    return 0
                })
            for verb in ["INSERT ON", "UPDATE ON"] where when == "transfer_items" || verb == "UPDATE ON" {
                try database.execute(
                    sql: """
                        CREATE TRIGGER full_\(verb.prefix(6)) BEFORE \(verb) \(when)
                        BEGIN SELECT disk_is_full(); END
                        """)
            }
        }
        try await manager.signedIn(try double.client(), account)
        let id = try await put()
        let waiting = await told { $0.problem?.code == .localDiskFull }
        #expect(waiting?.id == id && waiting?.state == .retrying)
        #expect(waiting?.problem?.detail?.contains("goes on by itself") == true)
        #expect(try await store.all().map(\.state) == [.waiting])
        full.store(false, ordering: .relaxed)
        #expect(await told { $0.state == .done }?.id == id)
        #expect(double.seen.committed.count == 1)
        await manager.stop()
    }

    /// What passes costs nothing that was fetched; clearing the transfer removes it.
    @Test func partsAreKeptWhenTheTokenIsRevoked() async throws {
        let server = try LoopbackServer { _, connection in
            let problem = #"{"code":"token_invalid","status":401,"title":"Signed out elsewhere."}"#
            connection.answer(401, Array(problem.utf8), fields: ["Content-Type": "application/problem+json"])
        }
        defer { server.stop() }
        let id = try await get(folder.at("copy"))
        let number = try #require(try await store.transfer(id)?.number)
        let node = try Queue.node(
            "file",
            content: .init(
                version: .random(), size: 3, sha256: .ofNoBytes, modified: 0, isExecutable: false, mimeType: ""))
        _ = try await store.addListed(
            number, [ListedItem(path: [], node: node.id, revision: 1, content: node.content)])
        let row = try await store.downloadItems(number, limit: 1)[0].row
        try await store.begun(number, [row])
        let part = PartFile.name(transfer: id, row: row)
        try folder.write([1], part)
        try await manager.signedIn(try service(server.base), account)
        #expect(await told { $0.problem != nil }?.problem?.code == .tokenInvalid)
        #expect(folder.names() == [String(decoding: part, as: UTF8.self)])
        _ = try await manager.control(.cancel, [id])
        _ = try await manager.control(.clear, [id])
        #expect(folder.names().isEmpty)
        await manager.stop()
    }

    @Test func whatIsAskedForTogetherIsOneTransfer() async throws {
        let sources = try ["a", "b", "c"].map { (try folder.write([1], $0), try NodeName($0)) }
        let target = UploadTarget(
            namespace: account.namespace, folder: account.root, name: nil, remote: try RemotePath(parsing: "/to"))
        let id = try await manager.put(sources, target: target)
        let states = try await manager.states()
        #expect(states.map(\.id) == [id])
        #expect(states[0].sources == 3 && states[0].title == "a and 2 more")
        #expect(states[0].local == folder.at("a") && states[0].remote.description == "/to")
        let double = try ServiceDouble()
        try await manager.signedIn(try double.client(), account)
        #expect(await told { $0.state == .done }?.filesDone == 3)
        #expect(Set(double.seen.created.flatMap(\.path).map(\.text)) == ["a", "b", "c"])
        await manager.stop()
    }

    /// A folder that cannot be opened may hold parts: they are not forgotten with their transfer, and are removed later.
    @Test func partsThatCannotBeRemovedAreNotForgotten() async throws {
        try folder.makeFolder("place")
        try await manager.signedIn(try service(SilentPort.base), account)
        let id = try await get(folder.at("place/copy"))
        #expect(await told { $0.state == .retrying } != nil)
        let row = try #require(try await store.begunFiles(1, after: 0, limit: 1).first?.row)
        try folder.write([1], Array("place/".utf8) + PartFile.name(transfer: id, row: row))
        // A link that leads to itself: nobody knows what lies behind it.
        let (place, aside) = (folder.at("place").description, folder.at("aside").description)
        try FileManager.default.moveItem(atPath: place, toPath: aside)
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: place)
        _ = try await manager.control(.cancel, [id])
        #expect(try await manager.control(.clear, [id]) == [id])
        #expect(try await manager.states().isEmpty)
        await manager.stop()
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.moveItem(atPath: aside, toPath: place)
        #expect(folder.names().count == 2)
        // The next agent takes it up, signed in or not.
        let next = TransferManager(store: store, tree: tree, copies: copies)
        try await next.begin()
        await next.stop()
        #expect(folder.names() == ["place"])
        #expect(try await store.leftovers().isEmpty)
    }

    /// While one is being paused the next one may end: that is not undone.
    @Test func whatEndsMeanwhileStaysAsItEnded() async throws {
        let ids = [try await put(), try await put(), try await put()]
        try await database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER ends AFTER UPDATE OF state ON transfers WHEN NEW.number = 1 BEGIN
                        UPDATE transfers SET state = 'done' WHERE number = 2;
                    END
                    """)
        }
        #expect(try await manager.control(.pause, nil) == [ids[0], ids[2]])
        #expect(try await manager.states().map(\.state) == [.paused, .done, .paused])
        _ = try await manager.control(.resume, nil)
        #expect(try await manager.control(.cancel, nil) == [ids[0], ids[2]])
        #expect(try await manager.states().map(\.state) == [.cancelled, .done, .cancelled])
        await manager.stop()
    }

    /// What is told of a transfer before it is cleared comes before that, and nothing comes after.
    @Test func clearingIsTheLastThatIsTold() async throws {
        let id = try await put()
        _ = try await manager.control(.cancel, [id])
        _ = try await manager.control(.clear, [id])
        await manager.stop()
        var told: [String] = []
        for await news in manager.events {
            switch news {
            case .changed(let states): told += states.map(\.state.rawValue)
            case .cleared(let ids): told.append("cleared \(ids == [id])")
            }
        }
        #expect(told == ["queued", "cancelled", "cleared true"])
    }

    @Test func twoTransfersOfOneDirectionTakeTurns() async throws {
        try await manager.signedIn(try service(SilentPort.base), account)
        let (first, second) = (try await put(), try await put())
        #expect(await told { $0.state == .retrying }?.id == first)
        #expect(try await manager.states().map(\.state)[1] == .queued)
        _ = try await manager.control(.pause, [first])
        #expect(await told { $0.state == .retrying && $0.id == second } != nil)
        _ = try await manager.control(.resume, [first])
        #expect(try await manager.states().map(\.state)[0] == .queued)
        await manager.stop()
    }

    /// On its way and at rest, and from another process: what is known of chunks is told, and nothing else.
    @Test func theChunkMapOfATransferThatIsPausedInItsMidst() async throws {
        // Cut up and sent in packs of eight MiB; the store takes one of them and no more.
        var random = SeededGenerator(seed: 1)
        let bytes = random.bytes(20 << 20)
        let source = try folder.write(bytes, "big")
        let stored = Box(0)
        var faults = ServiceDouble.Faults()
        faults.put = { _ in
            let number = stored.change { number in
                number += 1
                return number
            }
            return number > 1 ? 503 : nil
        }
        let double = try ServiceDouble(faults)
        try await manager.signedIn(try double.client(), account)
        let target = UploadTarget(
            namespace: account.namespace, folder: account.root, name: try NodeName("big"),
            remote: try RemotePath(parsing: "/big"))
        let id = try await manager.put(source: source, target: target)
        let retrying = try #require(await told { $0.state == .retrying && $0.bytesDone > 0 })
        #expect(retrying.bytesExamined > 0 && retrying.bytesExamined <= retrying.bytesTotal)
        #expect(retrying.file == "big" && retrying.note != nil)
        let map = try await manager.chunkMap(of: id, cells: 100)
        #expect(map.cells.count == 100 && map.bytesPerCell == (20 << 20) / 100)
        #expect(map.cells.first == .sure && map.counts[.moving, default: 0] > 0)
        let first = try await manager.chunk(of: id, cell: 0, cells: 100)
        #expect(first.state == .sure && first.file == "big" && first.offset == 0)
        #expect(first.fingerprint == SHA256Digest.of(Array(bytes[..<first.length])))
        let moving = try #require(map.cells.firstIndex(of: .moving))
        let chunk = try await manager.chunk(of: id, cell: moving, cells: 100)
        let start = Int(chunk.offset)
        #expect(chunk.fingerprint == SHA256Digest.of(Array(bytes[start..<start + chunk.length])))
        _ = try await manager.control(.pause, [id])
        let sure = { (map: ChunkMap) in map.cells.count { $0 == .sure } }
        let paused = try await manager.chunkMap(of: id, cells: 100)
        #expect(sure(paused) == sure(map) && Set(paused.cells) == [.sure, .waiting])
        let state = try #require(try await manager.states().first)
        #expect(state.bytesExamined == state.bytesDone && state.file == nil)
        await manager.stop()
        let other = TransferManager(store: store, tree: tree, copies: copies)
        #expect(try await other.chunkMap(of: id, cells: 100) == paused)
        let waiting = try await other.chunk(of: id, cell: 99, cells: 100)
        #expect(waiting.state == .waiting && waiting.file == "big" && waiting.fingerprint == nil)
        #expect(waiting.offset + Int64(waiting.length) == 20 << 20)
        await #expect(throws: Problem.self) { try await other.chunk(of: id, cell: 100, cells: 100) }
        await #expect(throws: Problem.self) { try await other.chunkMap(of: id, cells: 0) }
        await #expect(throws: Problem.self) { try await other.chunkMap(of: .random(), cells: 1) }
        // Sent by the run before, it is sure, and when all is done nothing else is left.
        stored.change { $0 = -1_000 }
        try await other.signedIn(try double.client(), account)
        _ = try await other.control(.resume, [id])
        for await case .changed(let states) in other.events where states.contains(where: { $0.state == .done }) {
            break
        }
        #expect(Set(try await other.chunkMap(of: id, cells: 100).cells) == [.sure])
        await other.stop()
    }
}
