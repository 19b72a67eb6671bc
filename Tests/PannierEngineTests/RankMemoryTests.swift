import PannierCore
import PannierEngine
import Testing

@Suite struct RankMemoryTests {
    private func page(_ names: ClosedRange<Int>, from start: Int) throws -> RowPage {
        let rows = try names.map { number in
            Row(
                node: Node(
                    id: .random(), namespace: .random(), parent: nil, name: try NodeName("n\(number)"), kind: .file,
                    created: 1, revision: 1, changedAt: 0, changedBy: "x"))
        }
        return RowPage(rows: rows, start: start, total: 1_000, next: nil)
    }

    @Test func knowsTheEdgesOfPagesOfOneFolder() throws {
        let (a, b) = (Listing(try RemotePath(parsing: "/a")), Listing(try RemotePath(parsing: "/b")))
        var memory = RankMemory()
        let first = try page(10...19, from: 500)
        memory.learn(first, of: a)
        #expect(memory.rank(of: first.rows.first?.key(in: RowOrder()), in: a) == 500)
        #expect(memory.rank(of: first.rows.last?.key(in: RowOrder()), in: a) == 509)
        #expect(memory.rank(of: first.rows[3].key(in: RowOrder()), in: a) == nil)
        #expect(memory.rank(of: first.rows.first?.key(in: RowOrder()), in: b) == nil)
        #expect(memory.rank(of: nil, in: a) == nil)
        memory.learn(try page(20...29, from: 510), of: a)
        #expect(memory.rank(of: first.rows.last?.key(in: RowOrder()), in: a) == 509)
        #expect(memory.total(of: a) == 1_000 && memory.total(of: b) == nil)
        memory.learn(try page(1...2, from: 0), of: b)
        #expect(memory.rank(of: first.rows.last?.key(in: RowOrder()), in: a) == 509)
        memory.forget()
        #expect(memory.rank(of: first.rows.first?.key(in: RowOrder()), in: a) == nil)
    }

    /// Another order of the same folder is another listing; of many, those that were looked at last are known.
    @Test func keepsAFewListings() throws {
        let sorted = Listing(.folder(.myFiles), order: RowOrder(.size))
        var memory = RankMemory()
        let first = try page(1...9, from: 40)
        memory.learn(first, of: sorted)
        let key = try #require(first.rows.first?.key(in: sorted.order))
        #expect(memory.rank(of: key, in: sorted) == 40)
        #expect(memory.rank(of: key, in: Listing(.myFiles)) == nil)
        for number in 0..<RankMemory.listings - 1 {
            memory.learn(try page(1...2, from: 0), of: Listing(try RemotePath(parsing: "/\(number)")))
        }
        #expect(memory.rank(of: key, in: sorted) == 40)
        memory.learn(try page(1...2, from: 0), of: Listing(try RemotePath(parsing: "/one more")))
        #expect(memory.rank(of: key, in: sorted) == nil)
    }

    @Test func whatWasFoundIsKnown() throws {
        var memory = RankMemory()
        let row = try #require(try page(1...1, from: 0).rows.first)
        memory.learn(FoundRow(row: row, index: 77), of: Listing(.trash))
        #expect(memory.rank(of: row.key(in: RowOrder()), in: Listing(.trash)) == 77)
        #expect(memory.total(of: Listing(.trash)) == nil)
    }
}
