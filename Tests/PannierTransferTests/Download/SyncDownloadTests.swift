import Foundation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// Contents on their way into the synced folder's own part.
@Suite(.timeLimit(.minutes(5))) struct SyncDownloadTests {
    private let world: SyncedWorld

    init() throws { world = try SyncedWorld() }

    private func content(_ stored: StoredContent) -> ServiceDouble.Faults {
        var faults = ServiceDouble.Faults()
        faults.content = { _, request, store in
            .success(
                .init(
                    items: request.items.map { _ in .done(stored.page()) }, packs: [stored.location(store)]))
        }
        return faults
    }

    private func fetch(_ nodes: [Node], from service: ServiceDouble) async throws -> TransferState? {
        let manager = world.manager()
        try await manager.signedIn(try service.client(), world.account)
        let id = try world.add(nodes)
        try await manager.syncQueueChanged()
        let last = await manager.last(of: id)
        await manager.stop()
        return last
    }

    private func incoming(_ node: Node) throws -> String {
        let name = SyncDownload.incomingName(node.id, try #require(node.content?.version))
        return String(decoding: OwnPart.incoming(name), as: UTF8.self)
    }

    private func fetchedName(_ node: Node) throws -> [UInt8]? {
        let content = SyncContent(try #require(node.content))
        return try world.database.read { try SyncTransaction($0).fetchedName(of: node.id, content) }
    }

    @Test func itArrivesInTheOwnPartAndIsKnownThere() async throws {
        let stored = try StoredContent([1, 2, 3])
        let folder = try world.tell("sub")
        let nodes = [
            try world.tell("a", in: folder.id, content: stored.node), try world.tell("b", content: stored.node),
        ]
        // Another one's leavings under the same name give way.
        try world.folder.write([9, 9, 9], try incoming(nodes[0]))
        let service = try world.service(content(stored), objects: ["\(stored.pack)": stored.bytes])
        let last = try await fetch(nodes, from: service)
        #expect(last?.state == .done && last?.filesDone == 2)
        // By the folder that holds them all.
        let name = LocalPath(bytes: world.folder.path.lastComponent).description
        #expect(last?.title == "\(name)/, 2 files")
        #expect(last?.local == world.folder.path && last?.remote == .myFiles)
        for node in nodes {
            #expect(world.folder.read(try incoming(node)) == [1, 2, 3])
            #expect(try fetchedName(node) == Array(try incoming(node).utf8.dropFirst(".pannier/incoming/".count)))
        }
        #expect(try world.problems().isEmpty && world.underWay().nodes.isEmpty)
        #expect(world.rings.now > 0)
        #expect(try await world.store.all().isEmpty)
    }

    /// Renamed before a crash, but not written down: it is found there and not fetched.
    @Test func whatIsThereAlreadyIsNotFetched() async throws {
        let stored = try StoredContent([1, 2, 3])
        let node = try world.tell("a", content: stored.node)
        try world.folder.write([1, 2, 3], try incoming(node))
        let service = try world.service()
        let last = try await fetch([node], from: service)
        #expect(last?.state == .done && last?.title == "a" && last?.local == world.folder.at("a"))
        #expect(service.seen.asked.isEmpty)
        #expect(try fetchedName(node) != nil)
    }

    @Test func whatCannotBeFetchedIsAProblemOfItsPlace() async throws {
        let stored = try StoredContent([1, 2, 3])
        let folder = try world.tell("sub")
        let (bad, gone) = (
            try world.tell("bad", in: folder.id, content: stored.node), try world.tell("gone", content: stored.node)
        )
        var faults = ServiceDouble.Faults()
        faults.content = { _, request, _ in
            .success(
                .init(
                    items: request.items.map { item in
                        .problem(
                            item.file == bad.id
                                ? Problem(.packDamaged, "Damaged.") : Problem(.notFound, "There is no such file."))
                    }, packs: []))
        }
        #expect(try await fetch([bad, gone], from: try world.service(faults))?.state == .failed)
        #expect(try world.problems() == ["node \(bad.id)": .packDamaged])
        let path = try await world.database.read { try Data.fetchOne($0, sql: "SELECT path FROM sync_problems") }
        #expect(path == Data("sub/bad".utf8))
        #expect(try fetchedName(bad) == nil)
        #expect(world.folder.names().filter { $0.hasSuffix(".part") }.isEmpty)
    }

    /// It is tried again with every plan; what fits comes down meanwhile.
    @Test func whatTheDiskHasNoRoomForHoldsUpNothingElse() async throws {
        let stored = try StoredContent([1, 2, 3])
        var large = stored.node
        large.size = 1 << 62
        let (huge, small) = (try world.tell("huge", content: large), try world.tell("small", content: stored.node))
        let service = try world.service(content(stored), objects: ["\(stored.pack)": stored.bytes])
        let last = try await fetch([huge, small], from: service)
        #expect(last?.state == .partlyFailed && last?.filesDone == 1)
        #expect(world.folder.read(try incoming(small)) == [1, 2, 3])
        #expect(try fetchedName(small) != nil && fetchedName(huge) == nil)
        #expect(try world.problems() == ["node \(huge.id)": .localDiskFull])
        #expect(service.seen.asked.flatMap(\.items).map(\.file) == [small.id], "nothing of it is asked for")
    }

    /// Its disk is not mounted, or somebody has moved it: that is for the loop to see.
    @Test func withoutTheFolderNothingIsWritten() async throws {
        let stored = try StoredContent([1, 2, 3])
        let node = try world.tell("a", content: stored.node)
        try FileManager.default.removeItem(atPath: world.folder.at(".pannier/incoming").description)
        let last = try await fetch([node], from: try world.service())
        #expect(last?.state == .failed && last?.problem?.code == .syncFolderLost)
        #expect(try world.problems().isEmpty && fetchedName(node) == nil)
    }
}
