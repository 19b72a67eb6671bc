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
        memory.learn(try page(1...2, from: 0), of: b)
        #expect(memory.rank(of: first.rows.last?.key(in: RowOrder()), in: a) == nil)
        memory.learn(first, of: a)
        memory.forget()
        #expect(memory.rank(of: first.rows.first?.key(in: RowOrder()), in: a) == nil)
    }
}
