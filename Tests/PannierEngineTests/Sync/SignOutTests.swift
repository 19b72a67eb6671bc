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

    /// A disk may keep the folder busy for as long as it likes.
    @Test func theTokenGoesBeforeTheFolderIsClosed() async throws {
        let scratch = try Scratch()
        guard let lock = try ProfileLock.take(scratch.paths) else { throw Missed(what: "the lock") }
        let mirror = try Mirror.open(scratch.paths, lock: lock)
        // Nobody listens there.
        let session = Session(
            server: "http://127.0.0.1:1", token: "t", device: .random(), deviceName: "d", account: Self.account)
        try SessionFile.write(session, scratch.paths)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = Engine(mirror: mirror, http: HTTPClient(), process: 1, log: quiet)
        try await engine.begin()
        let turn = await engine.sync.folderTurn
        await turn.take()
        let leaving = Task { try await engine.perform(.signOut) }
        try await eventually("the token is gone") {
            FileManager.default.fileExists(atPath: scratch.paths.session) ? nil : true
        }
        try await eventually("nobody is signed in") { () -> Bool? in
            guard case .status(let status) = try await engine.perform(.status) else { return nil }
            return status.account == nil ? true : nil
        }
        let kept = try await mirror.read { try FeedState.read($0) }
        #expect(kept?.account == Self.account.id, "until the folder is closed")
        turn.give()
        guard case .signedOut([], let untold) = try await leaving.value else { throw Missed(what: "its end") }
        #expect(untold?.code == .serverUnreachable, "signed out all the same")
        let left = try await mirror.read { try FeedState.read($0) }
        #expect(left == nil)
        await engine.end()
        try mirror.close()
    }
}
