import Foundation
import PannierCore
import PannierServer
import Testing

@Suite(.timeLimit(.minutes(5))) struct FileServiceTests {
    @Test func aFolderHasOneServer() async throws {
        try await TestServer.with { (server) async throws in
            await #expect(throws: DataFolderError.inUse(server.folder)) {
                try await FileService(ServerOptions(data: server.folder), logger: TestServer.quiet)
            }
        }
    }

    @Test func onlyLoopbackIsListenedOn() async throws {
        try await withFolder { (folder) async throws in
            let options = ServerOptions(data: folder, listen: ListenAddress(host: "0.0.0.0", port: 0))
            await #expect(throws: StartError.self) { try await FileService(options, logger: TestServer.quiet) }
            #expect(try files(below: folder) == [])
        }
    }

    @Test func aTakenPortIsSaid() async throws {
        try await TestServer.with { (server) async throws in
            try await withFolder { (folder) async throws in
                let options = ServerOptions(data: folder, listen: ListenAddress(host: "127.0.0.1", port: server.port))
                let service = try await FileService(options, logger: TestServer.quiet)
                await #expect(throws: StartError.self) { try await service.run { _ in } }
            }
        }
    }

    @Test func whatWasMadeIsThereAfterARestart() async throws {
        try await withFolder { (folder) async throws in
            try await TestServer.with(in: folder) { server in
                let alice = try await server.device("alice@example.org")
                let request = CreateNodes.Request(
                    parent: alice.account.root, items: [.init(path: [try NodeName("docs")], file: nil)])
                _ = try await alice.ask("POST", "/v1/nodes", request, key: "a", as: CreateNodes.Response.self)
            }
            try await TestServer.with(in: folder) { server in
                let alice = try await server.device("alice@example.org", isNew: false)
                let list = ListNodes.Request(folders: [.init(node: alice.account.root)], limit: 10)
                let answer = try await alice.ask("POST", "/v1/nodes/list", list, as: ListNodes.Response.self)
                #expect(try answer.folders[0].get().children.map(\.name.text) == ["docs"])
            }
        }
    }

    @Test func missingKeysAreRefused() async throws {
        try await withFolder { (folder) async throws in
            try await TestServer.with(in: folder) { _ in }
            try FileManager.default.removeItem(atPath: "\(folder)/keys")
            let options = ServerOptions(data: folder, listen: ListenAddress(host: "127.0.0.1", port: 0))
            await #expect(throws: KeyFileError.missing("\(folder)/keys")) {
                try await FileService(options, logger: TestServer.quiet)
            }
        }
    }

    @Test func aFolderOfSomethingElseIsRefused() async throws {
        try await withFolder { (folder) async throws in
            try Data().write(to: URL(filePath: "\(folder)/letter.txt"))
            await #expect(throws: DataFolderError.holdsOthers(folder, "letter.txt")) {
                try await FileService(ServerOptions(data: folder), logger: TestServer.quiet)
            }
            #expect(try files(below: folder) == ["letter.txt"])
        }
    }

    /// A server that began anew beside them would know nothing of these packs.
    @Test func packsWithoutTheirDatabaseAreRefused() async throws {
        try await withFolder { (folder) async throws in
            try await TestServer.with(in: folder) { _ in }
            try FileManager.default.removeItem(atPath: "\(folder)/pannier.sqlite")
            try FileManager.default.createDirectory(
                atPath: "\(folder)/packs/\(NamespaceID.random())", withIntermediateDirectories: true)
            let options = ServerOptions(data: folder, listen: ListenAddress(host: "127.0.0.1", port: 0))
            await #expect(throws: DataFolderError.databaseMissing(folder)) {
                try await FileService(options, logger: TestServer.quiet)
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/pannier.sqlite"))
        }
    }

    @Test func aFolderThatOthersMayWriteToIsRefused() async throws {
        try await withFolder { (folder) async throws in
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
            await #expect(throws: DataFolderError.writableByOthers(folder)) {
                try await FileService(ServerOptions(data: folder), logger: TestServer.quiet)
            }
        }
    }

    /// An upload that hangs is cut after our patience, and the server ends.
    @Test func aHangingUploadDoesNotKeepTheServer() async throws {
        try await withFolder { (folder) async throws in
            let never = Duration.seconds(3_600)
            let timing = ConnectionTiming(negotiation: never, request: never)
            try await TestServer.with(in: folder, timing: timing, patience: .milliseconds(200)) { server in
                let alice = try await server.device("alice@example.org")
                let packs = OpenPacks.Request(
                    namespace: alice.account.namespace,
                    packs: [
                        .init(key: String(repeating: "ab", count: 32), length: 1_000, sha256: Fingerprint(1, 2, 3, 4))
                    ])
                let opened = try await alice.ask("POST", "/v1/packs", packs, key: "p", as: OpenPacks.Response.self)
                let put = try opened.items[0].get().put
                let path = "/store/" + put.url.components(separatedBy: "/store/")[1]
                try await HTTPConnection.with(port: server.port) { (connection) async throws in
                    try await connection.send(head("PUT", path, host: "127.0.0.1:\(server.port)", put.headers))
                    try await connection.send([1, 2, 3])
                    await server.service.stop()
                    try await connection.end()
                }
            }
            #expect(try files(below: "\(folder)/packs") == [])
        }
    }
}
