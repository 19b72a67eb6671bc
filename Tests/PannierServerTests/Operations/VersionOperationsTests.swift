import PannierCore
import PannierServer
import Testing

@Suite struct VersionOperationsTests {
    private typealias Desk = OperationsStage.Desk

    private let world: OperationsWorld
    private let ada: OperationsWorld.Person
    private let bob: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
        bob = try await world.person("bob@example.org")
    }

    @Test func aFileTellsWhatItHasHeld() async throws {
        let file = try await world.write(as: ada) { desk in try desk.put("one", as: "f").node }
        world.advance(milliseconds: 1_000)
        let now = world.now
        try await world.write(as: ada) { desk in
            let second = try desk.put("second", as: "f", base: file.revision).node
            let (newest, oldest) = try desk.pair(of: file.id)
            #expect(newest.id == second.content?.version && newest.isCurrent && newest.conflict == nil)
            #expect((newest.size, newest.sha256) == (6, Desk.fingerprint("second")))
            #expect((newest.revision, newest.createdAt) == (second.revision, now))
            #expect((newest.createdBy, newest.device) == ("ada@example.org", "laptop"))
            #expect(oldest.id == file.content?.version && !oldest.isCurrent && oldest.createdAt == now - 1_000)
            #expect(oldest.conflict == nil && !oldest.isRestored, "whoever replaced it had seen it")
            #expect(try refusal { try desk.versions(of: desk.person.root) } == .notFile)
        }
    }

    @Test func pagesGoOnBehindTheLastVersion() async throws {
        try await world.write(as: ada) { desk in
            var file = try desk.put("0", as: "f").node
            for number in 1...6 { file = try desk.put("\(number)", as: "f", base: file.revision).node }
            var (found, after): ([FileVersion], VersionID?) = ([], nil)
            repeat {
                let page = try desk.versions(of: file.id, after: after, limit: 3)
                #expect(page.versions.count <= 3)
                (found, after) = (found + page.versions, page.after)
            } while after != nil && found.count < 20
            #expect(found.map(\.sha256) == (0...6).reversed().map { Desk.fingerprint("\($0)") })
            #expect(try refusal { try desk.versions(of: file.id, after: .random()) } == .notFound)
        }
    }

    @Test func whatWasReplacedUnseenIsAConflictUntilSomebodyKeepsTheOther() async throws {
        try await world.write(as: ada) { desk in
            let first = try desk.put("one", as: "f").node
            try desk.put("two", as: "f", base: first.revision)
            let cursor = try desk.changes(after: nil).cursor
            let third = try desk.put("three", as: "f", base: first.revision).node
            #expect(third.content?.conflicts == 1)
            #expect(try desk.told(first.id, after: cursor).last == third, "all devices hear")
            #expect(try desk.versions(of: first.id).versions.map(\.conflict) == [nil, .open, nil])
            // Whoever has seen the third goes on; the question stays.
            let fourth = try desk.put("four", as: "f", base: third.revision).node
            #expect(fourth.content?.conflicts == 1)
            let heard = try desk.changes(after: cursor).cursor
            #expect(try refusal { try desk.settle(third) } == .changedSince, "the third is not current any more")
            let settled = try desk.settle(fourth)
            #expect(settled.content?.conflicts == 0)
            #expect((settled.revision, settled.changedAt) == (fourth.revision, fourth.changedAt))
            #expect(try desk.told(first.id, after: heard).last == settled)
            #expect(try desk.versions(of: first.id).versions.map(\.conflict) == [nil, nil, .settled, nil])
            let before = try desk.head()
            #expect(try desk.settle(settled) == settled)
            #expect(try desk.head() == before, "a repeated request does nothing")
            #expect(try desk.put("five", as: "f", base: fourth.revision).isConflict == false)
        }
    }

    @Test func aRestoredVersionIsANewOne() async throws {
        try await world.write(as: ada) { desk in
            let first = try desk.put("one", as: "f", isExecutable: true).node
            let second = try desk.put("two", as: "f").node
            let third = try desk.put("three", as: "f").node
            #expect(third.content?.conflicts == 2)
            let bytes = try Operations.account(in: desk.context).usedBytes
            let old = try #require(first.content)
            #expect(
                try refusal { try desk.restore(old.version, of: first.id, over: second.content?.version) }
                    == .changedSince)
            let restored = try desk.restore(old.version, of: first.id, over: third.content?.version)
            let content = try #require(restored.content)
            #expect(restored.id == first.id && restored.revision == third.revision + 1)
            #expect((content.sha256, content.size, content.modified) == (old.sha256, old.size, old.modified))
            #expect(content.isExecutable && content.version != old.version && content.conflicts == 0)
            #expect(try desk.node(first.id) == restored)
            #expect(try Operations.account(in: desk.context).usedBytes == bytes)
            let versions = try desk.versions(of: first.id).versions
            #expect(versions.map(\.isRestored) == [true, false, false, false])
            #expect(versions.map(\.isCurrent) == [true, false, false, false])
            #expect(versions.map(\.conflict) == [nil, nil, .settled, .settled])
            let pages = try [old.version, content.version].map { version in
                try Operations.content(.init(items: [.init(file: first.id, version: version)]), in: desk.context)
                    .items[0].get().chunks.map(\.place)
            }
            #expect(pages[0] == pages[1])
            // Whoever had not seen that is told.
            #expect(try desk.put("four", as: "f", base: third.revision).node.content?.conflicts == 1)
        }
    }

    @Test func toRestoreWhatIsCurrentKeepsIt() async throws {
        try await world.write(as: ada) { desk in
            try desk.put("one", as: "f")
            let second = try desk.put("two", as: "f").node
            let kept = try desk.restore(try #require(second.content).version, of: second.id)
            #expect(kept.content?.version == second.content?.version && kept.content?.conflicts == 0)
            #expect(kept.revision == second.revision)
            #expect(try desk.versions(of: second.id).versions.count == 2)
        }
    }

    @Test func whatCannotBeIsRefusedAndLeavesNothing() async throws {
        try await world.write(as: ada) { desk in
            let chunks = Desk.chunks("one")
            let pack = try desk.pack(chunks)
            let file = try desk.put("one", as: "f").node
            let old = try #require(file.content).version
            let other = try desk.put("other", as: "g").node
            try desk.put("two", as: "f")
            let head = try desk.head()
            let codes = [
                try refusal { try desk.restore(.random(), of: file.id) },
                try refusal { try desk.restore(try #require(other.content).version, of: file.id) },
                try refusal { try desk.restore(old, of: .random()) },
                try refusal { try desk.restore(old, of: desk.person.root) },
                try refusal { try desk.settle(other.with(file.id)) },
            ]
            #expect(codes == [.notFound, .notFound, .notFound, .notFile, .changedSince])
            try Operations.recordDamagedPack(pack, in: desk.context)
            #expect(try refusal { try desk.restore(old, of: file.id) } == .packDamaged)
            #expect(try desk.head() == head)
            #expect(try desk.node(file.id).content?.conflicts == 1, "a refusal settles nothing")
            try desk.pack(chunks)
            try desk.context.transaction.run("UPDATE namespaces SET quota_bytes = 0", [])
            #expect(try refusal { try desk.restore(old, of: file.id) } == nil, "it takes no stored bytes")
            try desk.trash(file.id)
            #expect(try refusal { try desk.restore(old, of: file.id) } == .trashed)
            #expect(try desk.versions(of: file.id).versions.count == 3)
        }
    }

    @Test func onlyWhoMayWriteSeesVersions() async throws {
        let (folder, file) = try await world.write(as: ada) { desk in
            let folder = try desk.folder("shared")
            try desk.put("one", as: "f", in: folder)
            try desk.share(folder, with: "bob@example.org")
            return (folder, try desk.put("two", as: "f", in: folder).node)
        }
        #expect(file.content?.conflicts == 1)
        let version = try #require(file.content).version
        try await world.write(as: bob) { (desk: OperationsStage.Desk) throws in
            #expect(try desk.node(file.id).content?.conflicts == 0)
            #expect(try desk.list(folder).first?.content?.conflicts == 0)
            let codes = [
                try refusal { try desk.versions(of: file.id) }, try refusal { try desk.restore(version, of: file.id) },
                try refusal { try desk.settle(file) },
            ]
            #expect(codes == [.notFound, .notFound, .notFound])
            try desk.context.transaction.run("UPDATE shares SET role = 'editor'", [])
            let newest = try #require(try desk.versions(of: file.id).versions.first)
            #expect(newest.createdBy == "ada@example.org" && newest.device == nil)
            #expect(newest.revision == newest.createdAt, "nobody learns how much happens elsewhere")
        }
    }
}

extension OperationsStage.Desk {
    fileprivate func head() throws -> Revision { try context.transaction.lockHead(of: person.namespace) }

    fileprivate func pair(of file: NodeID) throws -> (FileVersion, FileVersion) {
        let versions = try versions(of: file).versions
        try #require(versions.count == 2)
        return (versions[0], versions[1])
    }

    /// What the feed tells of a node.
    fileprivate func told(_ id: NodeID, after cursor: String) throws -> [Node] {
        try changes(after: cursor).changes.compactMap { change in
            if case .node(_, let node, _) = change, node.id == id { node } else { nil }
        }
    }
}

extension Node {
    /// The same content in another file.
    fileprivate func with(_ id: NodeID) -> Node {
        var node = self
        node.id = id
        return node
    }
}
