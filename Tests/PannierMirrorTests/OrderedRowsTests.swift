import GRDB
import PannierCore
import PannierMirror
import SeededRandom
import Testing

/// Pages in every order and with every filter, against a plain array that is sorted.
@Suite struct OrderedRowsTests {
    private static let orders = RowOrder.Key.allCases.flatMap { key in
        [false, true].map { RowOrder(key, isReversed: $0) }
    }

    /// One round: a listing with random rows, all filters, every order, forwards and backwards, pages of a random size.
    @Test(arguments: RowSample.Source.allCases, SeededGenerator.seeds(3))
    func pagesAreTheSortedRows(_ source: RowSample.Source, _ number: UInt64) async throws {
        var seed = SeededGenerator(seed: number)
        let scratch = Scratch()
        let mirror = try scratch.open()
        let sample = RowSample(source, count: 120, &seed)
        try await sample.fill(mirror)
        for order in Self.orders {
            let filter = RowSample.filter(&seed)
            let expected = sample.sorted(order, filter)
            let limit = 1 + seed.number(below: 40)
            try await mirror.read { db in
                let rows = ListingRows(of: try sample.source(db), order: order, filter: filter)
                try forwards(rows, expected, limit, db)
                try backwards(rows, order, expected, limit, db)
            }
        }
    }

    private func forwards(_ rows: ListingRows, _ expected: [PannierCore.Row], _ limit: Int, _ db: Database) throws {
        var found: [PannierCore.Row] = []
        var key: RowKey?
        repeat {
            let page = try rows.page(after: key, limit: limit, in: db)
            let known = try rows.page(after: key, start: found.count, total: expected.count, limit: limit, in: db)
            #expect(known.start == page.start && known.rows == page.rows && known.next == page.next)
            #expect(page.start == found.count && page.total == expected.count && page.rows.count <= limit)
            found += page.rows
            key = page.next
        } while key != nil && found.count <= expected.count
        #expect(found == expected)
    }

    private func backwards(
        _ rows: ListingRows, _ order: RowOrder, _ expected: [PannierCore.Row], _ limit: Int, _ db: Database
    ) throws {
        var found: [PannierCore.Row] = []
        while found.count <= expected.count {
            let key = found.first?.key(in: order)
            let page = try rows.page(before: key, limit: limit, in: db)
            if page.rows.isEmpty { break }
            #expect(page.start == expected.count - found.count - page.rows.count && page.total == expected.count)
            #expect((page.next == nil) == found.isEmpty)
            found = page.rows + found
        }
        #expect(found == expected)
    }

    /// Rows come and go between two pages: what was there all the time is listed once, in its order.
    @Test(arguments: RowSample.Source.allCases, SeededGenerator.seeds(2))
    func rowsThatComeAndGoHideNoOthers(_ source: RowSample.Source, _ number: UInt64) async throws {
        var seed = SeededGenerator(seed: number)
        let scratch = Scratch()
        let mirror = try scratch.open()
        var sample = RowSample(source, count: 60, &seed)
        try await sample.fill(mirror)
        for order in Self.orders {
            let filter = RowSample.filter(&seed)
            var staying = Set(sample.sorted(order, filter).map(\.node.id))
            var found: [PannierCore.Row] = []
            var key: RowKey?
            repeat {
                let (after, now) = (key, sample)
                let page = try await mirror.read { db in
                    try ListingRows(of: try now.source(db), order: order, filter: filter).page(
                        after: after, limit: 7, in: db)
                }
                let expected = sample.sorted(order, filter)
                let behind = key.map { key in expected.prefix { !RowSample.isAhead(key, $0.key(in: order), order) } }
                #expect(page.start == behind?.count ?? 0)
                #expect(page.rows == Array(expected.dropFirst(page.start).prefix(7)))
                found += page.rows
                key = page.next
                staying.subtract(try await sample.change(mirror, &seed))
            } while key != nil
            let ids = found.map(\.node.id)
            #expect(Set(ids).count == ids.count)
            #expect(ids.filter(staying.contains).count == staying.count)
        }
    }

    @Test(arguments: RowSample.Source.allCases, SeededGenerator.seeds(3))
    func theNextNameThatHoldsTheText(_ source: RowSample.Source, _ number: UInt64) async throws {
        var seed = SeededGenerator(seed: number)
        let scratch = Scratch()
        let mirror = try scratch.open()
        let sample = RowSample(source, count: 80, &seed)
        try await sample.fill(mirror)
        for order in Self.orders {
            let filter = RowSample.filter(&seed)
            let text = RowSample.text(1 + seed.number(below: 2), &seed)
            let expected = sample.sorted(order, filter)
            for isBackwards in [false, true] {
                let from = seed.chance(20) ? nil : expected.randomElement(using: &seed)?.key(in: order)
                let found = try await mirror.read { db in
                    try ListingRows(of: try sample.source(db), order: order, filter: filter).find(
                        text, from: from, isBackwards: isBackwards, in: db)
                }
                let index = RowSample.find(text, in: expected, order, from: from, isBackwards: isBackwards)
                #expect(found?.index == index && found?.row == index.map { expected[$0] }, "“\(text)”")
            }
        }
    }

    @Test func lettersAreLettersWhateverTheyMeanElsewhere() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        let names = ["*a?[b]^-\\%_'.", "a1b", "Straße", "cafe\u{301}", "CAFÉ", "ÄÖ", "name", ".dot"]
        let nodes = try names.map { Sample.node(try NodeName($0), kind: .file) }
        try await fill(mirror, nodes)
        func listed(_ letters: String) async throws -> Set<String> {
            let rows = try await mirror.read { db in
                let place = try #require(try Place.find(.myFiles, in: db))
                return try ListingRows(of: .folder(place), filter: RowFilter(letters: letters)).page(
                    after: nil, limit: 100, in: db)
            }
            #expect(rows.total == rows.rows.count)
            return Set(rows.rows.map(\.node.name.text))
        }
        for letter in names[0] { #expect(try await listed(String(letter)).contains(names[0]), "\(letter)") }
        #expect(try await listed("*[]") == [names[0]])
        #expect(try await listed("?^-\\%_'.") == [names[0]])
        #expect(try await listed("a-b") == [])
        #expect(try await listed("SSE") == [])
        #expect(try await listed("STRAẞE") == ["Straße"])
        #expect(try await listed("café") == ["cafe\u{301}", "CAFÉ"])
        #expect(try await listed("cafe\u{301}") == ["cafe\u{301}", "CAFÉ"])
        #expect(try await listed("öä") == [])
        #expect(try await listed("äö") == ["ÄÖ"])
        #expect(try await listed("nm") == ["name"])
        #expect(try await listed(String(repeating: "n", count: 5_000)) == [])
        #expect(try await listed("\0") == [])
    }

    /// A key of another order is refused, not misread.
    @Test func aKeyOfAnotherOrderIsRefused() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        let node = Sample.node(try NodeName("x"), kind: .file)
        try await fill(mirror, [node])
        let problem = await #expect(throws: Problem.self) {
            try await mirror.read { db in
                let place = try #require(try Place.find(.myFiles, in: db))
                return try ListingRows(of: .folder(place), order: RowOrder(.size)).page(
                    after: PannierCore.Row(node: node).key(in: RowOrder()), limit: 5, in: db)
            }
        }
        #expect(problem?.code == .badRequest)
    }

    /// All pages in every order come from one index alone: no row is looked up to be ordered, chosen or counted.
    @Test func everyOrderReadsItsIndexAlone() async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        let nodes = [
            Sample.node(try NodeName("x"), kind: .file), Sample.node(try NodeName("y"), kind: .file, trashedAt: 4),
        ]
        try await fill(mirror, nodes)
        let traced = Traced()
        try await mirror.write { db in
            let root = try #require(try Place.find(.myFiles, in: db))
            db.trace(options: .statement) { traced.add($0.expandedDescription) }
            for order in Self.orders {
                for source in [RowSource.folder(root), .trash(root)] {
                    let rows = ListingRows(
                        of: source, order: order, filter: RowFilter(hidesDotNames: true, letters: "xy"))
                    let key = PannierCore.Row(node: nodes[source.isTrash ? 1 : 0]).key(in: order)
                    _ = try rows.page(after: key, limit: 5, in: db)
                    _ = try rows.page(before: key, limit: 5, in: db)
                    _ = try rows.find("z", from: key, isBackwards: true, in: db)
                }
            }
            db.trace(options: [])
            for sql in traced.statements where sql.contains("INDEXED BY") {
                let plan = try GRDB.Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String }
                let isCovered = plan.contains { $0.contains("COVERING INDEX nodes_") }
                #expect(isCovered && !plan.contains { $0.hasPrefix("SCAN nodes") }, "\(sql): \(plan)")
            }
        }
        #expect(traced.statements.count > 100)
    }

    /// A mirror of the version before gets its wider index, and what was known stays known.
    @Test func anOlderMirrorIsTakenOver() async throws {
        let scratch = Scratch()
        let node = Sample.node(try NodeName("x"), kind: .file)
        try await fill(try scratch.open(), [node])
        let old = try DatabaseQueue(path: scratch.paths.database)
        try await old.write { db in
            try db.execute(
                sql: """
                    DROP INDEX nodes_trashed;
                    DROP INDEX nodes_living;
                    CREATE INDEX nodes_living ON nodes (view, parent, is_folder DESC, name) WHERE trashed_at IS NULL;
                    DELETE FROM grdb_migrations WHERE identifier = 'tree 2';
                    PRAGMA user_version = 1;
                    """)
        }
        try old.close()
        let mirror = try scratch.open()
        let page = try await mirror.read { db in
            let place = try #require(try Place.find(.myFiles, in: db))
            return try ListingRows(of: .folder(place), order: RowOrder(.size)).page(after: nil, limit: 5, in: db)
        }
        #expect(page.rows.map(\.node) == [node])
    }

    private func fill(_ mirror: Mirror, _ nodes: [Node]) async throws {
        try await mirror.write { db in
            try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
            var transaction = try FeedTransaction(db)
            let changes =
                [Change.viewOpened(view: Sample.view, root: Sample.root, shared: nil)]
                + nodes.map { .node(view: Sample.view, node: $0, isNew: true) }
            try transaction.apply(ChangePage(changes: changes, cursor: "c", hasMore: false, epoch: 1, now: 0))
        }
    }
}

extension RowSource {
    fileprivate var isTrash: Bool { if case .trash = self { true } else { false } }
}
