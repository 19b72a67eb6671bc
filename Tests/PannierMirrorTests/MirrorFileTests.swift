import Foundation
import GRDB
import PannierCore
import PannierMirror
import Testing

@Suite struct MirrorFileTests {
    @Test func oneOwnerAtATime() throws {
        let scratch = Scratch()
        try held(scratch.paths) {
            #expect(ProfileLock.owner(scratch.paths)?.process == getpid())
            #expect(ProfileLock.owner(scratch.paths)?.socket == "/run/x.sock")
            let isFreeToo = try isFree(scratch.paths)
            #expect(!isFreeToo)
        }
        #expect(try isFree(scratch.paths))
    }

    private func held(_ paths: ClientPaths, _ body: () throws -> Void) throws {
        guard let lock = try ProfileLock.take(paths) else { throw Problem(.agentUnreachable, "locked") }
        lock.sign(socket: "/run/x.sock")
        try body()
        _ = consume lock
    }

    private func isFree(_ paths: ClientPaths) throws -> Bool {
        switch try ProfileLock.take(paths) {
        case .some: true
        case .none: false
        }
    }

    @Test func foldersAndFilesAreClosedToOthers() throws {
        let scratch = Scratch()
        let session = Session(
            server: "https://x", token: "secret", device: .random(), deviceName: "d", account: Sample.account)
        let mirror = try scratch.open()
        try SessionFile.write(session, scratch.paths)
        try SessionFile.write(session, scratch.paths)
        #expect(try SessionFile.read(scratch.paths) == session)
        func mode(_ path: String) -> mode_t {
            var status = stat()
            return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
        }
        #expect(mode(mirror.paths.state) == 0o700)
        #expect(mode(mirror.paths.session) == 0o600)
        try SessionFile.remove(scratch.paths)
        #expect(try SessionFile.read(scratch.paths) == nil)
    }

    /// A file that makes no sense is put aside, not lost, and does not stand in the way a second time.
    @Test(arguments: ["", "{", "[]", #"{"server":"https://x"}"#]) func aBrokenSessionIsPutAside(_ text: String) throws {
        let scratch = Scratch()
        try PrivateFolder.make(scratch.paths.state)
        try Data(text.utf8).write(to: URL(filePath: scratch.paths.session))
        let problem = #expect(throws: Problem.self) { try SessionFile.read(scratch.paths) }
        #expect(problem?.code == .notSignedIn)
        let aside = try #require(broken(scratch.paths).first)
        #expect(problem?.title.contains(aside) == true)
        #expect(try String(contentsOfFile: scratch.paths.state + "/" + aside, encoding: .utf8) == text)
        #expect(try SessionFile.read(scratch.paths) == nil)
        // It may hold a token.
        try SessionFile.remove(scratch.paths)
        #expect(try broken(scratch.paths) == [])
    }

    private func broken(_ paths: ClientPaths) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: paths.state).filter { $0.hasPrefix("session.json.broken-") }
    }

    /// Files of an older version, which knew less, and of a newer one, which knows more.
    @Test func sessionsOfOtherVersionsAreRead() throws {
        let scratch = Scratch()
        try PrivateFolder.make(scratch.paths.state)
        let account = Sample.account
        let old = """
            {"server":"https://x","token":"t","device":"\(DeviceID(high: 1, low: 2))","account":{"id":"\(account.id)",
             "email":"e","namespace":"\(account.namespace)","root":"\(account.root)","chunkerSeed":"00"}}
            """
        let new = old.replacing("\"token\"", with: "\"colour\":{\"is\":[1]},\"token\"")
        for text in [old, new] {
            try Data(text.utf8).write(to: URL(filePath: scratch.paths.session))
            let session = try #require(try SessionFile.read(scratch.paths))
            #expect(session.token == "t" && session.account.id == account.id && session.account.usedBytes == 0)
        }
    }

    /// What was answered outlives a power cut: GRDB's pool sets a lower level when it opens.
    @Test func everyTransactionIsSynced() async throws {
        let mirror = try Scratch().open()
        #expect(try await mirror.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }

    @Test func strangersFoldersAreRefused() throws {
        let scratch = Scratch()
        try PrivateFolder.make(scratch.paths.state)
        let link = scratch.paths.state + "/link"
        #expect(symlink("/tmp", link) == 0)
        #expect(throws: Problem.self) { try PrivateFolder.make(link) }
        let open = scratch.paths.state + "/open"
        #expect(mkdir(open, 0o777) == 0)
        chmod(open, 0o777)
        try PrivateFolder.make(open)
        var status = stat()
        #expect(lstat(open, &status) == 0 && status.st_mode & 0o777 == 0o700)
    }

    @Test(arguments: ["user_version", "migration"]) func newerDatabaseIsNotTouched(_ how: String) throws {
        let scratch = Scratch()
        do {
            let mirror = try scratch.open()
            try mirror.database.writeWithoutTransaction { db in
                if how == "migration" {
                    try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('tree 99')")
                } else {
                    try db.execute(sql: "PRAGMA user_version = 9999")
                }
            }
            try mirror.database.close()
        }
        let before = try Data(contentsOf: URL(filePath: scratch.paths.database))
        let problem = #expect(throws: Problem.self) { _ = try scratch.open() }
        #expect(problem?.code == .mirrorTooNew)
        #expect(try Data(contentsOf: URL(filePath: scratch.paths.database)) == before)
    }

    @Test func damagedDatabaseIsSaid() throws {
        let scratch = Scratch()
        do {
            let mirror = try scratch.open()
            try mirror.database.close()
        }
        try Data(repeating: 0x42, count: 20_000).write(to: URL(filePath: scratch.paths.database))
        let problem = #expect(throws: Problem.self) { _ = try scratch.open() }
        #expect(problem?.code == .mirrorDamaged)
        #expect(problem?.detail?.contains("only a copy") == true)
    }

    @Test func anotherAccountIsRefused() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        var other = Sample.account
        other.id = .random()
        let stranger = other
        try await mirror.write { try FeedState.adopt(server: "http://x", account: Sample.account, in: $0) }
        try await mirror.write { try FeedState.adopt(server: "http://y", account: Sample.account, in: $0) }
        let problem = await #expect(throws: Problem.self) {
            try await mirror.write { try FeedState.adopt(server: "http://x", account: stranger, in: $0) }
        }
        #expect(problem?.detail?.contains("--profile") == true)
        try await mirror.write { try FeedState.forget(in: $0) }
        try await mirror.write { try FeedState.adopt(server: "http://x", account: stranger, in: $0) }
        #expect(try await mirror.read { try FeedState.read($0)?.account } == stranger.id)
    }
}
