import Foundation
import Logging
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// What a transfer has left on the disk, and when it goes.
@Suite(.timeLimit(.minutes(5))) struct PartRemovalTests {
    private let bench: ManagerBench

    init() throws { bench = try ManagerBench() }

    /// What fails behind people's backs is in the log: which, why, and what it means.
    @Test func whatCannotBeSweptIsLogged() async throws {
        try bench.folder.write([1], "no folder")
        let lines = Lines()
        let log = Logger(label: "test") { _ in lines }
        let copies = CopyStaging(bench.folder.at("no folder"))
        let manager = TransferManager(store: bench.store, tree: bench.tree, copies: copies, log: log)
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

    @Test func cancellingRemovesWhatWasBegun() async throws {
        try await bench.manager.signedIn(try bench.service(SilentPort.base), bench.account)
        let id = try await bench.get(bench.folder.at("copy"))
        #expect(await bench.told { $0.state == .retrying } != nil)
        let row = try #require(try await bench.store.begunFiles(1, after: 0, limit: 1).first?.row)
        try bench.folder.write([1], PartFile.name(transfer: id, row: row))
        _ = try await bench.manager.control(.cancel, [id])
        // Clearing waits for the cleaning.
        #expect(try await bench.manager.control(.clear, [id]) == [id])
        #expect(bench.folder.names().isEmpty)
        await bench.manager.stop()
    }

    /// What passes costs nothing that was fetched; clearing the transfer removes it.
    @Test func partsAreKeptWhenTheTokenIsRevoked() async throws {
        let server = try LoopbackServer { _, connection in
            let problem = #"{"code":"token_invalid","status":401,"title":"Signed out elsewhere."}"#
            connection.answer(401, Array(problem.utf8), fields: ["Content-Type": "application/problem+json"])
        }
        defer { server.stop() }
        let id = try await bench.get(bench.folder.at("copy"))
        let number = try #require(try await bench.store.transfer(id)?.number)
        let node = try Queue.node(
            "file",
            content: .init(
                version: .random(), size: 3, sha256: .ofNoBytes, modified: 0, isExecutable: false, mimeType: ""))
        _ = try await bench.store.addListed(
            number, [ListedItem(path: [], node: node.id, revision: 1, content: node.content)])
        let row = try await bench.store.downloadItems(number, limit: 1)[0].row
        try await bench.store.begun(number, [row])
        let part = PartFile.name(transfer: id, row: row)
        try bench.folder.write([1], part)
        try await bench.manager.signedIn(try bench.service(server.base), bench.account)
        #expect(await bench.told { $0.problem != nil }?.problem?.code == .tokenInvalid)
        #expect(bench.folder.names() == [String(decoding: part, as: UTF8.self)])
        _ = try await bench.manager.control(.cancel, [id])
        _ = try await bench.manager.control(.clear, [id])
        #expect(bench.folder.names().isEmpty)
        await bench.manager.stop()
    }

    /// A folder that cannot be opened may hold parts: they are not forgotten with their transfer, and are removed later.
    @Test func partsThatCannotBeRemovedAreNotForgotten() async throws {
        try bench.folder.makeFolder("place")
        try await bench.manager.signedIn(try bench.service(SilentPort.base), bench.account)
        let id = try await bench.get(bench.folder.at("place/copy"))
        #expect(await bench.told { $0.state == .retrying } != nil)
        let row = try #require(try await bench.store.begunFiles(1, after: 0, limit: 1).first?.row)
        try bench.folder.write([1], Array("place/".utf8) + PartFile.name(transfer: id, row: row))
        // A link that leads to itself: nobody knows what lies behind it.
        let (place, aside) = (bench.folder.at("place").description, bench.folder.at("aside").description)
        try FileManager.default.moveItem(atPath: place, toPath: aside)
        try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: place)
        _ = try await bench.manager.control(.cancel, [id])
        #expect(try await bench.manager.control(.clear, [id]) == [id])
        #expect(try await bench.manager.states().isEmpty)
        await bench.manager.stop()
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.moveItem(atPath: aside, toPath: place)
        #expect(bench.folder.names().count == 2)
        // The next agent takes it up, signed in or not.
        let next = TransferManager(store: bench.store, tree: bench.tree, copies: bench.copies)
        try await next.begin()
        await next.stop()
        #expect(bench.folder.names() == ["place"])
        #expect(try await bench.store.leftovers().isEmpty)
    }
}
