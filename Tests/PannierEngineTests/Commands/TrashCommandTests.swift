import Foundation
import PannierCore
import Testing

@testable import pannier

@Suite struct TrashCommandTests {
    private func row(_ path: String?, id: String? = nil, _ kind: Node.Kind = .file) throws -> Row {
        let origin = try path.map { try RemotePath(parsing: $0) }
        let id = id.map { $0 + String(repeating: "0", count: 32 - $0.count) }.flatMap { NodeID($0) } ?? .random()
        let node = Node(
            id: id, namespace: .random(), parent: .random(), name: try origin?.name ?? NodeName("lost"), kind: kind,
            created: 1, revision: 1, changedAt: 0, changedBy: "bob@example.org", trashedAt: 7)
        return Row(node: node, origin: origin)
    }

    private func find(_ wishes: [TrashWish], in rows: [Row]) -> (rows: [Row], missed: [Refusal]) {
        var finder = TrashFinder(wishes)
        rows.forEach { finder.look(at: $0) }
        return finder.outcome
    }

    @Test func pathsAndIDsNameThings() throws {
        let rows = [try row("/a", id: "aa01"), try row("/a/b", id: "aa02", .folder), try row(nil, id: "ab03")]
        func path(_ text: String) throws -> TrashWish { .path(try RemotePath(parsing: text)) }
        #expect(find([try path("/a"), .id("aa01"), try path("/a/b/")], in: rows).rows == Array(rows[..<2]))
        #expect(find([.id("ab")], in: rows).rows == [rows[2]])
        let missed = find([try path("/a/"), try path("/lost"), .id("ff")], in: rows)
        #expect(missed.rows.isEmpty && missed.missed.map(\.path) == ["/a", "/lost", "ff"])
        #expect(missed.missed.allSatisfy { $0.problem.code == .notFound })
    }

    @Test func whatMeansSeveralSaysWhich() throws {
        let rows = try (0..<9).map { try row("/a", id: "0\($0)", $0 == 1 ? .folder : .file) }
        let outcome = find([.path(try RemotePath(parsing: "/a"))], in: rows)
        #expect(outcome.rows.isEmpty)
        let problem = try #require(outcome.missed.first?.problem)
        #expect(problem.title == "More than one /a is in the trash: say which, with --id.")
        let detail = try #require(problem.detail)
        #expect(detail.hasPrefix("They are 000000000000 (the file of ") && detail.hasSuffix(" and more."))
        #expect(detail.contains("010000000000 (the folder of "))
        // A slash at the end means a folder.
        let folder = RemotePath(space: .myFiles, names: [try NodeName("a")], isFolderMeant: true)
        #expect(find([.path(folder)], in: rows).rows == [rows[1]])
    }

    @Test func idsAreHexadecimal() throws {
        #expect(try TrashedID.parse(try PathArgument("0AF")) == "0af")
        for typed in ["xyz", "/a", String(repeating: "a", count: 33)] {
            #expect(throws: Problem.self) { try TrashedID.parse(try PathArgument(typed)) }
        }
    }

    @Test func jsonSaysWhereItWas() async throws {
        let rows = [try row("/a/b"), try row(nil)]
        var text = ""
        var printer = TrashPrinter(isLong: false, isJSON: true) { text += $0 }
        let page = RowPage(rows: rows, start: 0, total: 2, next: nil)
        try await printer.list(Listing(.trash), OneAnswer(.rows(page)))
        let array = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        #expect(array.map { $0["path"] as? String } == ["/a/b", nil])
        #expect(array.first?["trashedBy"] as? String == "bob@example.org")
        #expect(array.first?["trashedAt"] as? Int == 7)
    }

    @Test func nothingIsAnEmptyArray() async throws {
        var text = ""
        var printer = TrashPrinter(isLong: false, isJSON: true) { text += $0 }
        try await printer.list(Listing(.trash), OneAnswer(.rows(RowPage(rows: [], start: 0, total: 0, next: nil))))
        #expect(text == "[]\n")
    }

    @Test func aLongLineHasWhatRestoreTakes() throws {
        let row = try row("/a", id: "0123456789abcdef")
        #expect(TrashPrinter.details(row).text.hasPrefix("0123456789ab  "))
    }
}

private struct OneAnswer: EngineLink {
    let reply: EngineReply
    let events = AsyncStream<EngineEvent> { $0.finish() }
    init(_ reply: EngineReply) { self.reply = reply }
    func send(_ command: EngineCommand) async throws -> EngineReply { reply }
}
