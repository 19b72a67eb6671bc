import Foundation
import PannierCore
import PannierServer
import Testing

/// What every metadata store does. A second engine joins by a case of its own.
@Suite struct MetadataStoreSuite {
    enum Engine: CaseIterable, CustomTestStringConvertible {
        case sqlite

        var testDescription: String { "\(self)" }

        /// A fresh store with the service's tables. The folder must outlive it.
        func make() throws -> (store: any MetadataStore, folder: TemporaryFolder) {
            let folder = try TemporaryFolder()
            switch self {
            case .sqlite: return (try SQLiteMetadataStore(path: folder.path("metadata.sqlite")), folder)
            }
        }
    }

    private struct Refused: Error {}

    @Test(arguments: Engine.allCases) func argumentsGoByNumberNotByPlace(_ engine: Engine) async throws {
        let (store, _folder) = try engine.make()
        let row = try await store.read { transaction in
            try transaction.row("SELECT $2, $1, $2", [.text("one"), .text("two")])
        }
        #expect(row?.values == [.text("two"), .text("one"), .text("two")])
        _ = _folder
    }

    @Test(arguments: Engine.allCases) func valuesComeBackAsTheyWent(_ engine: Engine) async throws {
        let (store, _folder) = try engine.make()
        let values: [MetadataValue] = [
            .null, .integer(0), .integer(.max), .integer(.min), .text(""), .text("e\u{301} é 🧺 x"), .bytes([]),
            .bytes([0, 255, 0]), .bytes([UInt8](repeating: 1, count: 100_000)),
        ]
        for value in values {
            let row = try await store.read { transaction in try transaction.row("SELECT $1", [value]) }
            #expect(row?.values == [value])
        }
        _ = _folder
    }

    @Test(arguments: Engine.allCases) func rowsChangedAreCounted(_ engine: Engine) async throws {
        let (store, _folder) = try engine.make()
        let counts = try await store.write { transaction in
            let insert = "INSERT INTO meta (name, value) VALUES ($1, $2)"
            return [
                try transaction.run(insert, [.text("a"), .integer(1)]),
                try transaction.run(insert, [.text("b"), .integer(1)]),
                try transaction.run("UPDATE meta SET value = 2 WHERE value = $1 AND name < 'c'", [.integer(1)]),
                try transaction.run("DELETE FROM meta WHERE name = $1", [.text("nobody")]),
            ]
        }
        #expect(counts == [1, 1, 2, 0])
        _ = _folder
    }

    @Test(arguments: Engine.allCases) func sharedWordsOfTheLanguageWork(_ engine: Engine) async throws {
        let (store, _folder) = try engine.make()
        try await store.write { transaction in
            let upsert = """
                INSERT INTO meta (name, value) VALUES ($1, $2)
                ON CONFLICT (name) DO UPDATE SET value = excluded.value RETURNING value
                """
            #expect(try transaction.row(upsert, [.text("n"), .integer(1)])?.values == [.integer(1)])
            #expect(try transaction.row(upsert, [.text("n"), .integer(2)])?.values == [.integer(2)])
            let pieces = """
                WITH RECURSIVE positions(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM positions WHERE i + 1 < $2)
                SELECT substr($1, i * 2 + 1, 2) FROM positions ORDER BY i
                """
            let rows = try transaction.rows(pieces, [.bytes([1, 2, 3, 4]), .integer(2)])
            #expect(rows.map(\.values) == [[.bytes([1, 2])], [.bytes([3, 4])]])
        }
        _ = _folder
    }

    @Test(arguments: Engine.allCases) func whatThrowsLeavesNothing(_ engine: Engine) async throws {
        let (store, _folder) = try engine.make()
        await #expect(throws: Refused.self) {
            try await store.write { transaction in
                try transaction.run("INSERT INTO meta (name, value) VALUES ('gone', 1)", [])
                throw Refused()
            }
        }
        let row = try await store.read { try $0.row("SELECT value FROM meta WHERE name = 'gone'", []) }
        #expect(row == nil)
        _ = _folder
    }

    @Test(arguments: Engine.allCases) func readersMayNotWrite(_ engine: Engine) async throws {
        let (store, _folder) = try engine.make()
        await #expect(throws: (any Error).self) {
            try await store.read { try $0.run("INSERT INTO meta (name, value) VALUES ('x', 1)", []) }
        }
        _ = _folder
    }

    @Test(arguments: Engine.allCases) func revisionsAreDenseUnderManyWriters(_ engine: Engine) async throws {
        let (store, _folder) = try engine.make()
        let namespace = try await store.write { transaction in
            try OperationsStage(transaction).person("ada@example.org").namespace
        }
        let heads = try await withThrowingTaskGroup(of: Revision.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await store.write { transaction in
                        let head = try transaction.lockHead(of: namespace)
                        try transaction.run(
                            "UPDATE namespaces SET head = $2 WHERE id = $1",
                            [.bytes(namespace.bytes), .integer(head + 1)])
                        return head + 1
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(heads.sorted() == Array(1...40))
        _ = _folder
    }

    @Test(arguments: Engine.allCases) func aReaderSeesOneMoment(_ engine: Engine) async throws {
        let (store, _folder) = try engine.make()
        let query = "SELECT value FROM meta WHERE name = 'epoch'"
        try await store.read { transaction in
            let before = try transaction.row(query, [])?.values
            // Another connection commits while this snapshot is open.
            let done = DispatchSemaphore(value: 0)
            Task {
                _ = try await store.write { try $0.run("UPDATE meta SET value = 99 WHERE name = 'epoch'", []) }
                done.signal()
            }
            done.wait()
            #expect(try transaction.row(query, [])?.values == before)
        }
        #expect(try await store.read { try $0.row(query, [])?.values } == [.integer(99)])
        _ = _folder
    }
}
