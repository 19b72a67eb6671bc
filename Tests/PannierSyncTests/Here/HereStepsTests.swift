import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import Testing

/// Steps of a plan on this disk, while people go on with their work.
@Suite struct HereStepsTests {
    private let world: HereWorld

    init() throws { world = try HereWorld() }

    private func rows() throws -> Int {
        try world.mirror.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sync_local WHERE number > 1") ?? -1 }
    }

    @Test func keepsAFolderAsLongAsAnythingIsKnownInIt() throws {
        try world.person.makeFolder(path("d"))
        try world.person.write([1], path("d/a"))
        try world.look()
        let folder = try world.agree("d")
        let file = try world.agree("d/a", in: folder)
        let (d, a) = (try world.local("d"), try world.local("d/a"))
        let content = try world.content(a)

        try world.person.remove(path("d/a"))
        let outcome = try world.here([.deleteHere(a, file, content), .deleteHere(d, folder, nil)])

        #expect(outcome.failures.map { $0.failure } == [.stale([d]), .stale([d])])
        #expect(try world.local("d/a") == a, "nobody has looked for it yet")
        try world.look()
        #expect(throws: HereWorld.Failed.self) { try world.local("d/a") }
        #expect(try world.here([.deleteHere(d, folder, nil)]).done == 1)
        #expect(try rows() == 0)
    }

    @Test func doesNotTakeWhatSomebodyWroteIntoANewFileForWhatWasFetched() throws {
        let node = NodeID.random()
        let content = try world.fetch([1, 1], of: node)
        world.after({ $0.parts.contains { $0.path == path("a") } }) { try $0.write([2, 2], path("a")) }

        let place = SyncPlace(SyncItem.node(world.root), try NodeName("a"))
        #expect(try world.here([.download(node, content, at: place)]).done == 1)

        #expect(world.person.bytes(path("a")) == [2, 2])
        #expect(try world.content(world.local("a")) == nil, "it is to be read")
    }

    @Test func doesNotTakeWhatSomebodyWroteIntoAReplacedFileForWhatWasFetched() throws {
        try world.person.write([1], path("a"))
        try world.look()
        let node = try world.agree("a")
        let local = try world.local("a")
        let old = try #require(try world.content(local))
        let new = try world.fetch([2, 2], of: node)
        world.after({ $0.parts.contains { $0.path == path("a") } }) { try $0.write([3, 3], path("a")) }

        #expect(try world.here([.replaceHere(node, local, with: new, insteadOf: old)]).done == 1)

        #expect(world.person.bytes(path("a")) == [3, 3])
        #expect(try world.content(local) == nil, "it is to be read")
        #expect(try world.mirror.read { try SyncTransaction($0).agreement(on: node)?.content } == new)
    }

    @Test func knowsWhatIsFetchedAndPlacedWithoutReadingIt() throws {
        let node = NodeID.random()
        let content = try world.fetch([1, 1], of: node)
        let place = SyncPlace(SyncItem.node(world.root), try NodeName("a"))
        #expect(try world.here([.download(node, content, at: place)]).done == 1)
        #expect(try world.content(world.local("a")) == content)
    }

    @Test func looksForAFileWhereItWasThatCouldNotBePutOutOfTheWay() throws {
        try world.person.write([1], path("a"))
        try world.look()
        _ = try world.agree("a")
        let local = try world.local("a")

        try world.person.remove(path("a"))
        let outcome = try world.here([.parkHere(local)])

        #expect(outcome.failures.map { $0.failure } == [.stale([LocalID(1)])])
        try world.look()
        #expect(try rows() == 0, "it is gone, and so is what was known of it")
    }
}
