import Foundation
import Logging
import PannierCore
import PannierHTTP
import PannierMirror
import Testing

@testable import PannierEngine

/// Signing out of an account that has a synced folder.
@Suite(.timeLimit(.minutes(5))) struct SignOutTests {
    private static let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)

    private let scratch: Scratch
    private let mirror: Mirror

    init() throws {
        scratch = try Scratch()
        guard let lock = try ProfileLock.take(scratch.paths) else { throw Missed(what: "the lock") }
        mirror = try Mirror.open(scratch.paths, lock: lock)
        // Nobody listens there.
        let session = Session(
            server: "http://127.0.0.1:1", token: "t", device: .random(), deviceName: "d", account: Self.account)
        try SessionFile.write(session, scratch.paths)
    }

    /// - Parameter patience: for disks.
    private func engine(_ patience: Duration) -> Engine {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return Engine(mirror: mirror, http: HTTPClient(), process: 1, log: quiet, diskPatience: patience)
    }

    private var hasToken: Bool { FileManager.default.fileExists(atPath: scratch.paths.session) }
    private var kept: FeedState? { get async throws { try await mirror.read { try FeedState.read($0) } } }

    /// A disk may keep the folder busy for a while.
    @Test func theTokenGoesBeforeTheFolderIsClosed() async throws {
        let engine = engine(.seconds(240))
        try await engine.begin()
        let turn = await engine.sync.folderTurn
        await turn.take()
        let leaving = Task { try await engine.perform(.signOut) }
        try await eventually("the token is gone") { hasToken ? nil : true }
        try await eventually("nobody is signed in") { () -> Bool? in
            guard case .status(let status) = try await engine.perform(.status) else { return nil }
            return status.account == nil ? true : nil
        }
        #expect(try await kept?.account == Self.account.id, "until the folder is closed")
        turn.give()
        guard case .signedOut([], let untold, nil) = try await leaving.value else { throw Missed(what: "its end") }
        #expect(untold?.code == .serverUnreachable, "signed out all the same")
        #expect(try await kept == nil)
        await engine.end()
        try mirror.close()
    }

    /// Or for ever: that is said, and what is left is done once it answers.
    @Test func aDiskThatDoesNotAnswerIsNotWaitedFor() async throws {
        let engine = engine(.milliseconds(100))
        try await engine.begin()
        let turn = await engine.sync.folderTurn
        await turn.take()
        guard case .signedOut([], _, let notLetGo?) = try await engine.perform(.signOut) else {
            throw Missed(what: "that it is not let go of")
        }
        #expect(notLetGo.code == .localWriteFailed && !hasToken)
        #expect(try await kept?.account == Self.account.id)
        let again = await #expect(throws: Problem.self) { _ = try await engine.perform(.signOut) }
        #expect(again?.code == .notSignedIn)
        turn.give()
        try await eventually("the mirror is forgotten") { try await kept == nil ? true : nil }
        await engine.end()
        try mirror.close()
    }
}

/// Work that nobody has to wait for.
@Suite(.timeLimit(.minutes(5))) struct LastingWorkTests {
    @Test func whoeverWaitsMayGoOnWithoutIt() async {
        let gate = Bell()
        let work = LastingWork {
            await gate.wait()
            return 5
        }
        #expect(await work.value(within: .milliseconds(20)) == nil)
        gate.ring()
        #expect(await work.value == 5)
        #expect(await work.value(within: .seconds(200)) == 5)
    }

    @Test func itIsWaitedForNoLongerThanItTakes() async {
        let work = LastingWork { 5 }
        #expect(await work.value(within: .seconds(200)) == 5)
    }
}
