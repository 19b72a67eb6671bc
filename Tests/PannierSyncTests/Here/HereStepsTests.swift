import DiskSimulation
import GRDB
import Glibc
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

    private func isExchange(_ change: DiskChange) -> Bool {
        change.parts.count == 2 && change.parts.allSatisfy { $0.old != nil && $0.new != nil }
    }

    private func isFetched(_ node: NodeID, _ content: SyncContent) throws -> Bool {
        try world.mirror.read { try SyncTransaction($0).fetchedName(of: node, content) } != nil
    }

    /// The disk has a fault when what came out is looked at, or no room for it in quarantine.
    @Test(arguments: [(1, EIO), (2, ENOSPC)]) func putsBackWhatCannotBeKept(_ call: Int, _ code: Int32) throws {
        try world.person.write([1], path("a"))
        try world.look()
        let node = try world.agree("a")
        let local = try world.local("a")
        let old = try #require(try world.content(local))
        let new = try world.fetch([2, 2], of: node)
        let step = PlanStep.replaceHere(node, local, with: new, insteadOf: old)

        world.fail(code, at: call, after: isExchange)
        let outcome = try world.here([step])

        guard case .problem? = outcome.failures.first?.failure else {
            Issue.record("\(outcome)")
            return
        }
        #expect(world.person.bytes(path("a")) == [1], "as it was, and as is said")
        #expect(try isFetched(node, new))
        try world.look()
        #expect(try world.here([step]).done == 1)
        #expect(world.person.bytes(path("a")) == [2, 2])
        #expect(try world.names(in: OwnPart.quarantine).count == 1)
    }

    /// It can neither go back nor into quarantine: what work finds when it begins anew is not taken for what was fetched.
    @Test func nothingIsConcludedWhereNothingCanBeDone() throws {
        try world.person.write([1], path("a"))
        try world.look()
        let node = try world.agree("a")
        let local = try world.local("a")
        let old = try #require(try world.content(local))
        let new = try world.fetch([2, 2], of: node)

        var isBroken = false
        world.disk.watchChanges = { if $0.isByPannier { isBroken = true } }
        world.tree.meanwhile = { () throws(LocalError) in if isBroken { throw LocalError(EIO) } }
        #expect(throws: HereWorld.Failed.self) {
            try world.here([.replaceHere(node, local, with: new, insteadOf: old)])
        }
        world.disk.watchChanges = { _ in }
        world.tree.meanwhile = {}
        try world.perform(.check)

        let kept = try world.names(in: OwnPart.quarantine)
        #expect(kept.count == 1)
        #expect(try world.tree.read(OwnPart.quarantine + path("/") + (kept.first ?? [])) == [1])
        #expect(try !isFetched(node, new))
    }

    /// Its name is taken when it should go back: that is told.
    @Test func tellsWhatStaysInQuarantine() throws {
        try world.person.write([1], path("a"))
        try world.look()
        let node = try world.agree("a")
        let local = try world.local("a")
        let content = try world.content(local)
        world.after({ $0.parts.contains { $0.path.starts(with: OwnPart.quarantine) && $0.new != nil } }) { person in
            var kept: TreePath = []
            person.disk.walk { path, found in
                if found.isFile, path.starts(with: OwnPart.quarantine) { kept = path }
            }
            try person.write([3, 3], kept)
            try person.write([4], path("a"))
        }

        let outcome = try world.here([.deleteHere(local, node, content)])

        #expect(outcome.failures.map { $0.failure } == [.stale([LocalID(1)])])
        #expect(world.person.bytes(path("a")) == [4])
        #expect(try world.names(in: OwnPart.quarantine).count == 1)
        let notes = try world.mirror.read { try SyncTransaction($0).problems(after: nil, limit: 9).problems }
        #expect(notes.map { $0.path.description } == ["a"])
    }

    /// Somebody goes on writing to what is replaced, and their program has taken what came from its place: what nobody has
    /// sent is kept, and that is told.
    @Test func tellsWhatCannotGoBackToItsPlace() throws {
        try world.person.write([1], path("a"))
        try world.look()
        let node = try world.agree("a")
        let local = try world.local("a")
        let old = try #require(try world.content(local))
        let new = try world.fetch([2, 2], of: node)
        world.after(isExchange) { person in
            var replaced: TreePath = []
            person.disk.walk { path, found in
                if found.isFile, path.starts(with: OwnPart.incoming) { replaced = path }
            }
            try person.write([3, 3, 3], replaced)
            try person.remove(path("a"))
        }

        let outcome = try world.here([.replaceHere(node, local, with: new, insteadOf: old)])

        #expect(outcome.failures.map { $0.failure } == [.stale([LocalID(1)])])
        let name = try #require(try world.names(in: OwnPart.quarantine).first)
        #expect(world.person.bytes(OwnPart.quarantine + path("/") + name) == [3, 3, 3])
        let notes = try world.mirror.read { try SyncTransaction($0).problems(after: nil, limit: 9).problems }
        #expect(notes.map { $0.path.description } == ["a"])
    }

    /// Nobody looks for what is new there, and the name of the folder has another one by now.
    @Test(arguments: [false, true]) func whatIsNewInAFolderThatIsOutOfTheWayIsNotHeldThereForEver(isDeep: Bool) throws {
        let inside = isDeep ? "/a-b" : ""
        try world.person.makeFolder(path("folder"))
        if isDeep { try world.person.makeFolder(path("folder/a-b")) }
        try world.look()
        let folder = try world.agree("folder")
        let node = isDeep ? NodeID.random() : folder
        let (parked, local) = (try world.local("folder"), try world.local("folder" + inside))
        #expect(try world.here([.parkHere(parked)]).done == 1)
        try world.person.write([1], OwnPart.parked(parked, path("folder")) + path(inside + "/new"))

        let outcome = try world.here([.deleteHere(local, node, nil)])

        #expect(outcome.failures.isEmpty && outcome.gone == [local] && outcome.folders == [LocalID(1)])
        let place = isDeep ? "a-b (put back)" : "folder (put back)"
        #expect(world.person.bytes(path(place + "/new")) == [1])
        #expect(try world.names(in: OwnPart.parked).isEmpty == !isDeep)
        let notes = try world.mirror.read { try SyncTransaction($0).problems(after: nil, limit: 9).problems }
        #expect(notes.map { $0.path.description } == [place])
    }
}
