import Foundation
import PannierCore
import PannierServer
import Testing

@Suite struct AdministrationTests {
    /// `AdminClient` blocks, so it is asked on a thread of its own.
    private func ask(_ request: AdminRequest, in folder: String) async throws -> AdminAnswer {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try AdminClient.ask(request, in: folder) })
            }
        }
    }

    private func users(_ answer: AdminAnswer) -> [String]? {
        guard case .users(let users) = answer else { return nil }
        return users.map(\.email)
    }

    @Test func commandsGoToTheRunningServer() async throws {
        try await TestServer.with { (server) async throws in
            let mode = try FileManager.default.attributesOfItem(atPath: "\(server.folder)/admin.sock")[
                .posixPermissions]
            #expect(mode as? Int == 0o600)
            let add = AdminRequest.addUser(email: "alice@example.org", name: "Alice", password: TestServer.password)
            guard case .added(let account) = try await ask(add, in: server.folder) else {
                Issue.record("not added")
                return
            }
            #expect(account.email == "alice@example.org")
            guard case .problem(let twice) = try await ask(add, in: server.folder) else {
                Issue.record("added twice")
                return
            }
            #expect(twice.code == .nameTaken || twice.code == .badRequest)
            #expect(users(try await ask(.listUsers, in: server.folder)) == ["alice@example.org"])
            let alice = try await server.device("alice@example.org", isNew: false)
            let answer = try await ask(.removeUser(email: "Alice@example.org"), in: server.folder)
            guard case .removed(let removed) = answer else {
                Issue.record("not removed")
                return
            }
            #expect(removed.email == "alice@example.org" && removed.devices == 1)
            #expect(removed.sharesGiven == 0 && removed.sharesHeld == 0 && removed.usedBytes == 0)
            #expect(try await alice.call("GET", "/v1/account").status == 401)
            #expect(users(try await ask(.listUsers, in: server.folder)) == [])
            guard case .problem(let unknown) = try await ask(.removeUser(email: "alice@example.org"), in: server.folder)
            else {
                Issue.record("removed twice")
                return
            }
            #expect(unknown.code == .notFound)
        }
    }

    @Test func withoutAServerTheFolderIsOpened() async throws {
        try await withFolder { (folder) async throws in
            try await TestServer.with(in: folder) { _ in }
            let add = AdminRequest.addUser(email: "alice@example.org", name: "Alice", password: TestServer.password)
            _ = try await Offline.performAnywhere(add, in: folder, logger: TestServer.quiet)
            let list = try await Offline.performAnywhere(.listUsers, in: folder, logger: TestServer.quiet)
            #expect(users(list) == ["alice@example.org"])
            // A server finds what the command made.
            try await TestServer.with(in: folder) { (server) async throws in
                _ = try await server.device("alice@example.org", isNew: false)
            }
        }
    }

    @Test func aShortPasswordIsRefused() async throws {
        try await TestServer.with { (server) async throws in
            let add = AdminRequest.addUser(email: "alice@example.org", name: "Alice", password: "short")
            guard case .problem(let problem) = await server.service.perform(add) else {
                Issue.record("taken")
                return
            }
            #expect(problem.code == .badRequest)
        }
    }

    /// A socket's path ends at about 100 bytes; a folder's need not.
    @Test func aLongPathWorksToo() async throws {
        try await withFolder { (folder) async throws in
            let long = folder + "/" + String(repeating: "long", count: 30)
            try await TestServer.with(in: long) { (server) async throws in
                #expect(users(try await ask(.listUsers, in: long)) == [])
            }
        }
    }

    @Test func aSocketThatAKilledServerLeftIsReplaced() async throws {
        try await withFolder { (folder) async throws in
            try Data().write(to: URL(filePath: "\(folder)/admin.sock"))
            try await TestServer.with(in: folder) { (server) async throws in
                #expect(users(try await ask(.listUsers, in: folder)) == [])
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/admin.sock"))
        }
    }

    @Test func aFolderInUseWithoutAServerIsSaid() async throws {
        try await withFolder { (folder) async throws in
            try await TestServer.with(in: folder) { _ in }
            let held = try DataFolder.open(folder, make: false)
            await #expect(throws: AdminClientError.noServer(ENOENT)) {
                try await Offline.performAnywhere(.listUsers, in: folder, logger: TestServer.quiet)
            }
            withExtendedLifetime(held) {}
        }
    }

    @Test func theDoctorFindsAGoodFolderGood() async throws {
        try await TestServer.with { (server) async throws in
            guard case .findings(let findings) = try await ask(.doctor, in: server.folder) else {
                Issue.record("no findings")
                return
            }
            #expect(findings.map(\.name) == ["server", "keys", "database", "store", "disk"])
            #expect(!findings.contains { $0.state == .bad }, "\(findings)")
        }
    }

    @Test func theDoctorSaysWhyAFolderDoesNotOpen() async throws {
        try await withFolder { (folder) async throws in
            try await TestServer.with(in: folder) { _ in }
            try FileManager.default.removeItem(atPath: "\(folder)/keys")
            let answer = try await Offline.performAnywhere(.doctor, in: folder, logger: TestServer.quiet)
            guard case .findings(let findings) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(findings.map(\.name) == ["server", "keys"])
            #expect(findings.last?.state == .bad)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/keys"), "nobody may replace them")
        }
    }

    private static let requests: [AdminRequest] = [
        .addUser(email: "alice@example.org", name: "Alice", password: TestServer.password), .listUsers,
        .removeUser(email: "alice@example.org"), .doctor,
    ]

    /// Only `serve` makes a data folder: a path that was typed wrongly stays as it is.
    @Test(arguments: requests.indices) func noCommandMakesAFolder(_ index: Int) async throws {
        let request = Self.requests[index]
        try await withFolder { (folder) async throws in
            await #expect(throws: DataFolderError.missing("\(folder)/none", ENOENT)) {
                try await Offline.performAnywhere(request, in: "\(folder)/none", logger: TestServer.quiet)
            }
            await #expect(throws: DataFolderError.empty(folder)) {
                try await Offline.performAnywhere(request, in: folder, logger: TestServer.quiet)
            }
            #expect(try files(below: folder) == [])
        }
    }

    @Test func theDoctorFindsAMissingDatabase() async throws {
        try await withFolder { (folder) async throws in
            try await TestServer.with(in: folder) { _ in }
            try FileManager.default.removeItem(atPath: "\(folder)/pannier.sqlite")
            let answer = try await Offline.performAnywhere(.doctor, in: folder, logger: TestServer.quiet)
            guard case .findings(let findings) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(findings.last?.name == "database" && findings.last?.state == .bad)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/pannier.sqlite"))
        }
    }

    @Test func theDoctorFindsMissingKeys() async throws {
        try await TestServer.with { (server) async throws in
            try FileManager.default.removeItem(atPath: "\(server.folder)/keys")
            guard case .findings(let findings) = await server.service.perform(.doctor) else { return }
            #expect(findings.first { $0.name == "keys" }?.state == .bad)
        }
    }
}
