import GRDB
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@Suite struct RowsTests {
    /// Applies a feed that opens the account's own view and holds `nodes`.
    private func fill(_ mirror: Mirror, _ nodes: [Node], shared: [SharedItem] = []) async throws {
        let root = Sample.root
        try await mirror.write { db in
            try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
            var transaction = try FeedTransaction(db)
            var changes = [Change.viewOpened(view: Sample.view, root: root, shared: nil)]
            changes += nodes.map { .node(view: Sample.view, node: $0, isNew: true) }
            changes += shared.map { .viewOpened(view: $0.view, root: $0.node, shared: $0) }
            try transaction.apply(ChangePage(changes: changes, cursor: "c", hasMore: false, epoch: 1, now: 0))
        }
    }

    /// Pages of any size, forwards and backwards, are the rows in order, with their places.
    @Test func pagesAreTheRowsInOrder() async throws {
        var seed = SeededGenerator.fromEnvironment()
        let scratch = Scratch()
        let mirror = try scratch.open()
        let alphabet = Array("aAzZ09 .éß漢🚲-_".map(String.init))
        var nodes: [Node] = []
        var names: Set<String> = []
        for _ in 0..<300 {
            let name = (0...Int.random(in: 0..<4, using: &seed)).map { _ in alphabet.randomElement(using: &seed)! }
                .joined()
            guard let checked = try? NodeName(name), names.insert(name).inserted else { continue }
            nodes.append(Sample.node(checked, kind: seed.chance(40) ? .folder : .file))
        }
        let trashed = (0..<20).map { Sample.node(try! NodeName("trashed \($0)"), kind: .file, trashedAt: 1) }
        try await fill(mirror, nodes + trashed)
        let expected = nodes.sorted { left, right in
            left.kind != right.kind ? left.kind == .folder : left.name < right.name
        }.map(\.id)
        let limit = Int.random(in: 1...40, using: &seed)
        let (forwards, backwards) = try await mirror.read { db in
            let place = try #require(try Place.find(.myFiles, in: db))
            let rows = ListingRows(of: .folder(place))
            var forwards: [NodeID] = []
            var key: RowKey?
            repeat {
                let page = try rows.page(after: key, limit: limit, in: db)
                let known = try rows.page(after: key, start: forwards.count, limit: limit, in: db)
                #expect(known.start == page.start)
                #expect(page.start == forwards.count)
                #expect(page.total == expected.count)
                forwards += page.rows.map(\.node.id)
                key = page.next
            } while key != nil
            var backwards: [NodeID] = []
            while true {
                let page = try rows.page(before: key, limit: limit, in: db)
                if page.rows.isEmpty { break }
                #expect(page.start == expected.count - backwards.count - page.rows.count)
                #expect((page.next == nil) == backwards.isEmpty)
                backwards = page.rows.map(\.node.id) + backwards
                key = page.rows.first?.key(in: RowOrder())
            }
            return (forwards, backwards)
        }
        #expect(forwards == expected, "\(seed)")
        #expect(backwards == expected, "\(seed)")
    }

    @Test func pathsAreBytes() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        let composed = Sample.node(try NodeName("caf\u{E9}"), kind: .folder)
        let child = Sample.node(try NodeName("x"), kind: .file, parent: composed.id)
        let gone = Sample.node(try NodeName("gone"), kind: .file, trashedAt: 5)
        try await fill(mirror, [composed, child, gone])
        func find(_ path: String) async throws -> NodeID? {
            let parsed = try RemotePath(parsing: path)
            return try await mirror.read { try Place.find(parsed, in: $0)?.node.id }
        }
        #expect(try await find("/") == Sample.root.id)
        #expect(try await find("/caf\u{E9}/x") == child.id)
        #expect(try await find("/cafe\u{301}/x") == nil)
        #expect(try await find("/caf\u{E9}/x/y") == nil)
        #expect(try await find("/gone") == nil)
    }

    @Test func twinsInSharedWithMeGetTheirOwners() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        let shared = [
            ("film", "mia@x"), ("film", "tom@x"), ("film", "tom@x"), ("tax", "mia@x"), ("film (mia@x)", "z@x"),
        ]
        .map { name, owner in
            SharedItem(
                view: .random(), owner: owner, role: .viewer, sharedAt: 1,
                node: Sample.node(try! NodeName(name), kind: .folder, parent: nil))
        }
        try await fill(mirror, [], shared: shared)
        let page = try await mirror.read { try ListingRows(of: .sharedWithMe).page(after: nil, limit: 3, in: $0) }
        let rest = try await mirror.read { try ListingRows(of: .sharedWithMe).page(after: page.next, limit: 3, in: $0) }
        #expect(page.total == 5)
        #expect(
            (page.rows + rest.rows).map(\.node.name.text)
                == ["film (mia@x 2)", "film (mia@x)", "film (tom@x 2)", "film (tom@x)", "tax"])
        for row in page.rows + rest.rows {
            let path = RemotePath.sharedWithMe.appending(row.node.name)
            let place = try await mirror.read { try Place.find(path, in: $0) }
            #expect(place?.node.id == row.node.id)
            #expect(place?.owner == row.owner)
            let view = try #require(place?.view)
            let grant = shared.first { $0.node.id == row.node.id }?.view
            #expect(try await mirror.read { try Place.sharedView(view, in: $0) } == grant)
        }
        // By the name alone none of them is found, but it is known what they are called.
        let film = try NodeName("film")
        let called = try await mirror.read { try Place.sharedNames(of: film, limit: 9, in: $0) }
        #expect(called.map(\.text) == ["film (mia@x 2)", "film (tom@x 2)", "film (tom@x)"])
        let own = try await mirror.read { try Place.find(.myFiles, in: $0)?.view }
        #expect(try await mirror.read { try Place.sharedView(own ?? -1, in: $0) } == nil)
    }

    @Test func longNamesOfTwinsStayNames() throws {
        let name = try NodeName(String(repeating: "é", count: 127))
        let owner = String(repeating: "o", count: 300) + "/\n@x"
        let roots = (0..<3).map { SharedNames.Root(view: $0, name: name, owner: owner) }
        let names = SharedNames.assign(roots)
        #expect(Set(names.values.map(\.uniqueKey)).count == 3)
        #expect(names.values.allSatisfy { $0.bytes.count <= Limits.nameBytes })
    }

    /// What many people call alike costs no more than what they call by many names.
    @Test(.timeLimit(.minutes(5))) func manyEqualNamesAreCounted() throws {
        let name = try NodeName("Photos")
        let roots = (0..<20_000).map { SharedNames.Root(view: $0, name: name, owner: $0 % 2 == 0 ? "a@x" : "b@x") }
        let names = SharedNames.assign(roots)
        #expect(Set(names.values).count == 20_000)
        #expect(names[0]?.text == "Photos (a@x)" && names[3]?.text == "Photos (b@x 2)")
        #expect(names[19_998]?.text == "Photos (a@x 10000)")
    }

    /// No question about one folder reads the whole table.
    @Test func questionsUseTheIndexes() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        let traced = Traced()
        try await mirror.write { db in
            try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
            db.trace(options: .statement) { traced.add($0.expandedDescription) }
            var transaction = try FeedTransaction(db)
            let folder = Sample.node(try NodeName("f"), kind: .folder)
            let file = Sample.node(try NodeName("x"), kind: .file, parent: folder.id)
            try transaction.apply(
                ChangePage(
                    changes: [
                        .viewOpened(view: Sample.view, root: Sample.root, shared: nil),
                        .node(view: Sample.view, node: folder, isNew: false),
                        .node(view: Sample.view, node: file, isNew: true),
                        .leave(view: Sample.view, node: folder.id),
                    ], cursor: "c", hasMore: false, epoch: 1, now: 0))
            let question = try #require(try ListingQuestion.next(db))
            try transaction.apply(
                ListNodes.Response(folders: [.done(ListNodes.Page(children: [folder], after: nil))]), to: question)
            let place = try #require(try Place.find(try RemotePath(parsing: "/f"), in: db))
            let key = RowKey(isFolder: false, name: try NodeName("a"), node: .random())
            _ = try ListingRows(of: .folder(place)).page(after: key, limit: 5, in: db)
            _ = try ListingRows(of: .folder(place)).page(before: key, limit: 5, in: db)
            db.trace(options: [])
            for sql in traced.statements where sql.contains("nodes") && !sql.hasPrefix("--") {
                let plan = try GRDB.Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
                #expect(!plan.contains { $0.hasPrefix("SCAN nodes") }, "\(sql): \(plan)")
            }
        }
        #expect(traced.statements.count > 20)
    }
}
