import Foundation
import GRDB
import Logging
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import Synchronization
import Testing

@testable import PannierEngine

/// The synced folder of a profile on this machine's disk, with a server that is played.
@Suite(.timeLimit(.minutes(5))) struct SyncRunnerTests {
    private let scratch: Scratch
    let mirror: Mirror
    let feed = FeedLoop()
    let runner: SyncRunner
    let folder: LocalPath
    private let root: Node
    /// Why the server does not answer; nil: it does.
    private let trouble = Trouble()

    init() throws {
        let scratch = try Scratch()
        guard let lock = try ProfileLock.take(scratch.paths) else { throw Missed(what: "the lock") }
        let mirror = try Mirror.open(scratch.paths, lock: lock)
        let (current, tree) = (CurrentFolder(), Engine.tree(mirror, feed, MirrorNews()))
        let transfers = TransferManager(
            store: TransferStore(mirror.database), tree: tree, copies: CopyStaging(LocalPath(mirror.paths.copies)),
            synced: { current.moved() })
        (self.scratch, self.mirror) = (scratch, mirror)
        folder = LocalPath(scratch.folder + "/Cloud")
        runner = SyncRunner(
            mirror: mirror, transfers: transfers, feed: feed, current: current,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try FileManager.default.createDirectory(atPath: "\(folder)", withIntermediateDirectories: false)
        let account = Account(
            id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
            chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)
        root = Node(
            id: account.root, namespace: account.namespace, parent: nil, name: try NodeName("root"), kind: .folder,
            created: 1, revision: 1, changedAt: 0, changedBy: "a@example.org")
        let opened = Change.viewOpened(view: root.view, root: root, shared: nil)
        try mirror.database.write { database in
            try FeedState.adopt(server: "http://example.org", account: account, in: database)
            var feed = try FeedTransaction(database)
            try feed.apply(
                ChangePage(changes: [opened], cursor: "1", hasMore: false, epoch: 1, now: 0))
            // Every folder there was listed.
            try database.execute(sql: "DELETE FROM frontier")
        }
    }

    private final class Trouble: Sendable {
        private let problem = Mutex<Problem?>(nil)

        var value: Problem? {
            get { problem.withLock { $0 } }
            set { problem.withLock { $0 = newValue } }
        }
    }

    private static func status(_ connection: EngineStatus.Connection, _ problem: Problem?) -> EngineStatus {
        EngineStatus(
            server: nil, account: nil, device: nil, connection: connection, problem: problem, verifiedAt: nil,
            latencyMilliseconds: nil, fileCount: 0, agentProcess: 1, version: "")
    }

    /// One look at the feed, as the engine makes it.
    func look() -> Problem? {
        let problem = trouble.value
        runner.connectionIs(Self.status(problem == nil ? .live : .offline, problem))
        if problem == nil { runner.feedAnswered(from: WallClock.now, took: 0) }
        return problem
    }

    func working(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await runner.run() }
            group.addTask { await feed.run { look() } }
            try await runner.begin()
            try await body()
            group.cancelAll()
        }
    }

    /// The feed tells of a folder in My Files.
    @discardableResult private func makeThere(_ name: String, in parent: Node? = nil) throws -> Node {
        let node = Node(
            id: .random(), namespace: root.namespace, parent: (parent ?? root).id, name: try NodeName(name),
            kind: .folder, created: 1, revision: 1, changedAt: 0, changedBy: "a@example.org")
        let told = Change.node(view: root.view, node: node, isNew: true)
        try mirror.database.write { database in
            var feed = try FeedTransaction(database)
            try feed.apply(ChangePage(changes: [told], cursor: "2", hasMore: false, epoch: 1, now: 0))
        }
        return node
    }

    private func stored() throws -> SyncFolder? { try mirror.database.read { try SyncFolder.read($0) } }

    /// Nobody else has it: neither here nor anywhere.
    private func isFree() throws -> Bool { (try? SyncFolderLock(folder)) != nil }

    @Test func isTheSameAsOfTheLastLookThatWasAnswered() async throws {
        try await working {
            try await runner.pair(folder)
            let before = WallClock.now
            try await runner.waitUntilSynced(nil)
            let state = try #require(await runner.state)
            #expect(state.phase == .same)
            let verified = try #require(state.verifiedAt)
            #expect(verified >= before)

            trouble.value = Problem(.serverUnreachable, "Gone.")
            for path in [nil, LocalPath("a")] {
                let problem = await #expect(throws: Problem.self) { try await runner.waitUntilSynced(path) }
                #expect(problem?.code == .serverUnreachable)
            }
            let problem = await #expect(throws: Problem.self) { try await runner.verify() }
            #expect(problem?.code == .serverUnreachable)
            // A whole pass finds this disk as it was: that says nothing of the server.
            let asked = await runner.lookAtAll()
            try await eventually("a pass") { runner.loopState.looksDone == asked ? true : nil }
            await runner.look()
            let away = try #require(await runner.state)
            #expect(away.phase == .offline && away.offlineProblem?.code == .serverUnreachable)
            #expect(away.verifiedAt == verified)

            trouble.value = nil
            try await runner.verify()
            #expect(await runner.state?.isVerified == true)
        }
    }

    @Test func onePathIsWaitedForByItself() async throws {
        try await working {
            try Data("kept out\n".utf8).write(to: URL(filePath: "\(folder)/.pannierignore"))
            try Data("x".utf8).write(to: URL(filePath: "\(folder)/kept out"))
            try await runner.pair(folder)
            for (path, code) in [("nowhere", Problem.Code.notFound), ("kept out", .notSynchronised)] {
                let problem = await #expect(throws: Problem.self) {
                    try await runner.waitUntilSynced(LocalPath(path))
                }
                #expect(problem?.code == code, "\(path)")
            }
        }
    }

    @Test func whatIsNewOnTheServerInSomethingIgnoredIsNotWaitedFor() async throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/build", withIntermediateDirectories: false)
        let build = try makeThere("build")
        try await working {
            try await runner.pair(folder)
            try await runner.waitUntilSynced(LocalPath("build"))
            try Data("build\n".utf8).write(to: URL(filePath: "\(folder)/.pannierignore"))
            try await isNotSynchronised("build")
            try makeThere("new", in: build)
            runner.feedMoved()
            for path in ["build", "build/new"] { try await isNotSynchronised(path) }
            try await eventually("only what was written here differs") {
                await runner.look()
                return await runner.state?.differing == 1 ? true : nil
            }
        }
    }

    private func isNotSynchronised(_ path: String) async throws {
        let problem = await #expect(throws: Problem.self) { try await runner.waitUntilSynced(LocalPath(path)) }
        #expect(problem?.code == .notSynchronised, "\(path)")
    }

    /// What is merely left out needs nobody, and is told by itself. Waited for itself, it will never be the same.
    @Test func whatIsLeftOutEndsNoWaitButItsOwn() async throws {
        try makeThere("docs")
        try FileManager.default.createDirectory(atPath: "\(folder)/docs", withIntermediateDirectories: false)
        #expect(mkfifo("\(folder)/docs/pipe", 0o600) == 0)
        try await working {
            try await runner.pair(folder)
            for path in [LocalPath("docs"), nil] { try await runner.waitUntilSynced(path) }
            let state = try #require(await runner.state)
            #expect(state.phase == .same && state.problems == 0 && state.leftOut == [LeftOutCount(.device, 1)])
            try await isNotSynchronised("docs/pipe")
            try await runner.verify()
            #expect(await runner.state?.isVerified == true)
        }
    }

    /// What cannot be looked at differs in no table either.
    @Test func whatIsWrongWithSomethingEndsTheWaitForItsFolder() async throws {
        for name in ["docs", "other"] {
            try makeThere(name)
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
        }
        try await working {
            try await runner.pair(folder)
            try await runner.waitUntilSynced(LocalPath("docs"))
            let path = Array("docs/a".utf8)
            try await mirror.write { database in
                let problem = Problem(.localFileUnreadable, "No.")
                try SyncTransaction(database).report(problem, key: "verify local 9", path: path)
            }
            try await runner.waitUntilSynced(LocalPath("other"))
            let problem = await #expect(throws: Problem.self) { try await runner.waitUntilSynced(LocalPath("docs")) }
            #expect(problem?.code == .localFileUnreadable)
        }
    }

    /// It may be opened anew by others while it is asked for that.
    @Test func everyFileIsReadByWhicheverLoopThereIs() async throws {
        try await working {
            try await runner.pair(folder)
            let gate = Bell()
            async let reopened: Void = runner.closed { () throws(Problem) in await gate.wait() }
            try await eventually("it is closed") { await runner.folder == nil ? true : nil }
            let before = runner.lastServerLook.number
            async let verified: Void = runner.verify()
            // Then it asks whoever is there.
            try await eventually("the server was looked at") { runner.lastServerLook.number > before ? true : nil }
            gate.ring()
            try await reopened
            try await verified
            #expect(runner.loopState.verifications == 1)
        }
    }

    /// Who waits for it is told, too.
    @Test func thatTheMirrorCannotBeReadIsTold() async throws {
        try await working {
            try await runner.pair(folder)
            try await runner.waitUntilSynced(nil)
            try await mirror.write { try $0.execute(sql: "ALTER TABLE sync_problems RENAME TO hidden") }
            await runner.look()
            let state = try #require(await runner.state)
            #expect(state.phase == .stopped && state.problem != nil)
            try await mirror.write { try $0.execute(sql: "ALTER TABLE hidden RENAME TO sync_problems") }
            try await eventually("it is read again") { await runner.state?.phase == .same ? true : nil }
        }
    }

    /// On a disk that nobody can look at there may be anything.
    @Test func whileItIsNotOpenNothingIsSaidOfTheDisk() async throws {
        try await working {
            try await runner.pair(folder)
            try makeThere("far")
            let gate = Bell()
            async let reopened: Void = runner.closed { () throws(Problem) in await gate.wait() }
            try await eventually("it is closed") { await runner.folder == nil ? true : nil }
            let state = SyncState(folder: folder, phase: .starting)
            let told = try await runner.why(LocalPath("far"), state)
            #expect(told.first?.contains("cannot be looked at") == true, "\(told)")
            let nowhere = await #expect(throws: Problem.self) { _ = try await runner.why(LocalPath("none"), state) }
            let plan = await #expect(throws: Problem.self) { _ = try await runner.plan(limit: 1) }
            let approval = await #expect(throws: Problem.self) { try await runner.approve(here: 1, there: nil) }
            #expect([nowhere, plan, approval].map { $0?.code } == [.unavailable, .unavailable, .unavailable])
            gate.ring()
            try await reopened
        }
    }

    @Test func whoeverStopsWaitingLeavesNothingHalfDone() async throws {
        try await working {
            let pairing = Task { try await runner.pair(folder) }
            pairing.cancel()
            try await pairing.value
            #expect(await runner.folder != nil)
            #expect(try stored()?.path == folder && !isFree())
            let unpairing = Task { try await runner.unpair() }
            unpairing.cancel()
            try await unpairing.value
            let (kept, state) = await (runner.folder, runner.state)
            #expect(kept == nil && state == nil)
            #expect(try stored() == nil)
            try await eventually("its lock is given back") { try isFree() ? true : nil }
        }
    }

    @Test func whatTheMirrorForgetsIsClosed() async throws {
        try await working {
            try await runner.pair(folder)
            let mirror = mirror
            try await runner.closed { () throws(Problem) in
                try await mirror.write { try FeedState.forget(in: $0) }
            }
            let (kept, state) = await (runner.folder, runner.state)
            #expect(kept == nil && state == nil)
            try await eventually("its lock is given back") { try isFree() ? true : nil }
        }
    }

    /// Nobody looks into the folder's own part.
    @Test(arguments: [true, false]) func whatWasOutOfTheWayComesToLightWhenThePairEnds(_ isOurs: Bool) async throws {
        try await working {
            try await runner.pair(folder)
            let parked = "\(folder)/.pannier/parked/7-draft.txt"
            let marker = "\(folder)/.pannier/marker"
            try await runner.closed { () throws(Problem) in
                try? Data("mine".utf8).write(to: URL(filePath: parked))
                if !isOurs { try? Data(repeating: 9, count: 16).write(to: URL(filePath: marker)) }
                await runner.letGo(await runner.paired, EvictedForGood())
                try await mirror.write { try FeedState.forget(in: $0) }
            }
            // What another one has put there is none of ours.
            let isThere = { (path: String) in FileManager.default.fileExists(atPath: path) }
            #expect(isThere(parked) == !isOurs && isThere(marker) == !isOurs)
            #expect(isThere("\(folder)/draft (put back).txt") == isOurs)
        }
    }

    /// What is in the inner one would come into these My Files as soon as it is none any more.
    @Test func aFolderThatHoldsASyncedOneIsRefused() async throws {
        let inner = "\(folder)/docs/Inner/.pannier"
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: inner + "/marker"))
        try await working {
            let problem = await #expect(throws: Problem.self) { try await runner.pair(folder) }
            #expect(problem?.code == .syncFolderUnfit && problem?.title.contains("docs/Inner") == true)
            #expect(try stored() == nil && !FileManager.default.fileExists(atPath: "\(folder)/.pannier"))
            // Left out by a person's own word it may be there.
            try Data("Inner\n".utf8).write(to: URL(filePath: "\(folder)/.pannierignore"))
            try await runner.pair(folder)
            #expect(try stored()?.path == folder)
        }
    }

    /// It is the folder that was chosen, for all that anybody knows.
    @Test func aMarkerThatCannotBeReadIsNotOneThatIsMissing() async throws {
        try await working {
            try await runner.pair(folder)
            let before = try #require(try stored())
            let marker = "\(folder)/.pannier/marker"
            try FileManager.default.removeItem(atPath: marker)
            try FileManager.default.createDirectory(atPath: marker, withIntermediateDirectories: false)
            try FileManager.default.createDirectory(
                atPath: scratch.folder + "/Other", withIntermediateDirectories: false)
            for path in [folder, LocalPath(scratch.folder + "/Other")] {
                await #expect(throws: Problem.self) { try await runner.pair(path) }
            }
            #expect(try stored()?.marker == before.marker && stored()?.path == folder)
        }
    }
}

extension Node {
    /// Of My Files, whose root it is or lies in.
    fileprivate var view: ViewID { ViewID(high: namespace.high, low: namespace.low) }
}
