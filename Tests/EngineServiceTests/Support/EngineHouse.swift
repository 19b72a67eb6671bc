import Foundation
import Logging
import PannierCore
import PannierEngine
import PannierHTTP
import PannierMirror
import PannierServer
import Testing

/// A server and engines that are signed in to it, all in this process. Everything ends with the test.
final class EngineHouse: Sendable {
    let service: FileService
    let address: String
    fileprivate static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    static let password = "correct horse battery"

    /// The server's folder.
    let data: String

    private init(service: FileService, address: String, data: String) {
        self.data = data
        self.service = service
        self.address = address
    }

    @discardableResult
    static func with<Result: Sendable>(
        _ body: @escaping @Sendable (EngineHouse) async throws -> Result
    ) async throws -> Result {
        let scratch = try Scratch()
        let service = try await FileService(
            ServerOptions(
                data: scratch.folder + "/server", listen: ListenAddress(host: "127.0.0.1", port: 0),
                passwordCost: PasswordCost(exponent: 4, blockSize: 8, parallel: 1), patience: .seconds(2)),
            logger: quiet)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await service.run { address in port.yield(address.port) }
            }
            var found = ports.makeAsyncIterator()
            let number = try #require(await found.next())
            let house = EngineHouse(
                service: service, address: "http://127.0.0.1:\(number)", data: scratch.folder + "/server")
            let result: Swift.Result<Result, any Error>
            do { result = .success(try await body(house)) } catch { result = .failure(error) }
            await service.stop()
            try await group.waitForAll()
            return try result.get()
        }
    }

    /// Makes the account and signs a device in; when `body` has ended, so has its engine.
    func device<Result: Sendable>(
        _ email: String = "alice@example.org", _ body: @escaping @Sendable (EngineDevice) async throws -> Result
    ) async throws -> Result {
        // Of a second device the account is there already.
        _ = await service.perform(.addUser(email: email, name: "Somebody", password: Self.password))
        let scratch = try Scratch()
        let lock = try ProfileLock.take(scratch.paths)
        guard let lock else { throw Missed(what: "the lock") }
        let mirror = try Mirror.open(scratch.paths, lock: lock)
        let engine = Engine(mirror: mirror, http: HTTPClient(), process: getpid(), log: Self.quiet)
        try await engine.begin()
        let work = Task { await engine.run() }
        let result: Swift.Result<Result, any Error>
        do {
            let device = EngineDevice(link: InProcessLink(engine), mirror: mirror, scratch: scratch)
            let request = EngineCommand.SignInRequest(
                server: address, email: email, password: Self.password, device: "test")
            _ = try await device.link.send(.signIn(request))
            result = .success(try await body(device))
        } catch {
            result = .failure(error)
        }
        await engine.end()
        work.cancel()
        await work.value
        try mirror.close()
        return try result.get()
    }
}

/// Short ways to ask an engine, for tests.
struct EngineDevice: Sendable {
    let link: InProcessLink
    let mirror: Mirror
    let scratch: Scratch

    private func wrong(_ reply: EngineReply) -> Missed { Missed(what: "another answer: \(reply)") }

    /// All rows, page by page.
    func rows(_ listing: Listing, limit: Int = 3) async throws -> [Row] {
        var rows: [Row] = []
        var key: RowKey?
        repeat {
            let reply = try await link.send(.list(listing, after: key, limit: limit))
            guard case .rows(let page) = reply else { throw wrong(reply) }
            #expect(page.start == rows.count)
            rows += page.rows
            key = page.next
        } while key != nil
        return rows
    }

    /// Everything below a folder: paths, those of folders with a slash at the end.
    func tree(_ path: String = "/") async throws -> [String] {
        let folder = try RemotePath(parsing: path)
        var found: [String] = []
        for row in try await rows(Listing(folder), limit: 100) {
            let below = folder.appending(row.node.name).description
            found.append(row.node.kind == .folder ? below + "/" : below)
            if row.node.kind == .folder { found += try await tree(below) }
        }
        return found
    }

    func trashed() async throws -> [Row] { try await rows(Listing(.trash)) }

    func node(_ path: String) async throws -> Node {
        let reply = try await link.send(.describe(path: try RemotePath(parsing: path)))
        guard case .row(let row) = reply else { throw wrong(reply) }
        return row.node
    }

    /// Sends a command that answers refusals.
    func refusals(_ command: EngineCommand) async throws -> [Refusal] {
        let reply = try await link.send(command)
        guard case .refused(let refusals) = reply else { throw wrong(reply) }
        return refusals
    }

    func makeFolders(_ paths: String...) async throws {
        let folders = try paths.map { try RemotePath(parsing: $0) }
        #expect(try await refusals(.makeFolders(paths: folders, parents: true)).isEmpty)
    }

    func trash(_ paths: String...) async throws {
        let places = try paths.map { try RemotePath(parsing: $0) }
        #expect(try await refusals(.trash(paths: places)).isEmpty)
    }

    func move(_ source: String, to target: String) async throws {
        let command = EngineCommand.move(
            sources: [try RemotePath(parsing: source)], target: try RemotePath(parsing: target))
        #expect(try await refusals(command).isEmpty)
    }

    func copy(_ sources: [String], to target: String, key: CommandKey = .random()) async throws -> [Refusal] {
        let places = try sources.map { try RemotePath(parsing: $0) }
        return try await refusals(.copy(sources: places, target: try RemotePath(parsing: target), key: key))
    }

    /// Copies what is somebody else's, too, and waits until the transfer for that is over.
    func copyAcross(
        _ sources: [String], to target: String, key: CommandKey = .random()
    ) async throws -> (state: TransferState, refused: [Refusal]) {
        let places = try sources.map { try RemotePath(parsing: $0) }
        let reply = try await link.send(.copy(sources: places, target: try RemotePath(parsing: target), key: key))
        guard case .started(let ids, let refused) = reply, ids.count == 1 else { throw wrong(reply) }
        let state = try await eventually("the end of a copy") { try await transfer(ids[0], where: \.state.isOver) }
        _ = try await link.send(.refresh)
        return (state, refused)
    }

    func transfer(_ id: TransferID, where isWanted: (TransferState) -> Bool) async throws -> TransferState? {
        guard case .transfers(let states) = try await link.send(.transfers) else { return nil }
        return states.first { $0.id == id && isWanted($0) }
    }

    /// What lies on this disk between the two steps of copies.
    var staged: [String] {
        let all = FileManager.default.enumerator(atPath: mirror.paths.copies)
        return all?.compactMap { $0 as? String } ?? []
    }

    /// Uploads a text and waits until it is there.
    func put(_ text: String, as path: String) async throws {
        let target = try RemotePath(parsing: path)
        let file = scratch.folder + "/\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(filePath: file))
        try await end(.put(sources: [LocalPath(file)], target: target))
    }

    /// Uploads a folder with files: paths below it, and their texts.
    func put(_ files: [String: String], as path: String) async throws {
        let folder = scratch.folder + "/\(UUID().uuidString)"
        for (name, text) in files {
            let file = URL(filePath: folder + "/" + name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try await end(.put(sources: [LocalPath(folder)], target: try RemotePath(parsing: path)))
    }

    func text(of path: String) async throws -> String {
        let file = scratch.folder + "/\(UUID().uuidString)"
        try await end(.get(sources: [try RemotePath(parsing: path)], target: LocalPath(file)))
        return try String(contentsOfFile: file, encoding: .utf8)
    }

    private func end(_ command: EngineCommand) async throws {
        let reply = try await link.send(command)
        guard case .started(let ids, refused: let refused) = reply, refused.isEmpty, let id = ids.first else {
            throw wrong(reply)
        }
        let state = try await eventually("the end of a transfer") { () -> TransferState? in
            guard case .transfers(let states) = try await link.send(.transfers) else { return nil }
            return states.first { $0.id == id && $0.state.isOver }
        }
        guard state.state == .done else {
            throw Missed(what: "\(state.state): \(state.problem.map(String.init(describing:)) ?? "")")
        }
        _ = try await link.send(.refresh)
    }

    func restore(
        _ nodes: [NodeID], key: CommandKey = .random()
    ) async throws -> (restored: [NodeID: String], refused: [Refusal]) {
        let reply = try await link.send(.restore(nodes: nodes, key: key))
        guard case .restored(let restored, refused: let refused) = reply else { throw wrong(reply) }
        let paths = restored.map { ($0.node, $0.path.description) }
        return (Dictionary(uniqueKeysWithValues: paths), refused)
    }
}
