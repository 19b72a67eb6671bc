import Foundation
import GRDB
import PannierChunks
import PannierCore
import Testing

@testable import PannierServer

/// What is SQLite's own.
@Suite struct SQLiteMetadataStoreTests {
    private func withFolder(_ body: (TemporaryFolder) async throws -> Void) async throws {
        try await body(try TemporaryFolder())
    }

    @Test func commitsAreFullySynchronous() async throws {
        try await withFolder { folder in
            let store = try SQLiteMetadataStore(path: folder.path("m"))
            let (synchronous, mode) = try await store.write { transaction in
                (
                    try transaction.row("PRAGMA synchronous", [])?.values,
                    try transaction.row("PRAGMA journal_mode", [])?.values
                )
            }
            #expect(synchronous == [.integer(2)])
            #expect(mode == [.text("wal")])
        }
    }

    @Test func everyTableIsStrict() async throws {
        try await withFolder { folder in
            let store = try SQLiteMetadataStore(path: folder.path("m"))
            let lax = try await store.read { transaction in
                try transaction.rows(
                    "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'",
                    [])
            }
            #expect(lax.isEmpty)
        }
    }

    /// Each index has its row among the planner's statistics, with a number for the table and one for each column.
    @Test func theStatisticsNameEveryIndex() async throws {
        try await withFolder { folder in
            let store = try SQLiteMetadataStore(path: folder.path("m"))
            let (indexes, statistics) = try await store.read { transaction in
                let indexes = """
                    SELECT sqlite_master.tbl_name, indexes.name,
                        (SELECT count(*) FROM pragma_index_info(indexes.name))
                    FROM sqlite_master, pragma_index_list(sqlite_master.name) AS indexes
                    WHERE sqlite_master.type = 'table' AND sqlite_master.name NOT LIKE 'sqlite%'
                    """
                return (
                    try transaction.rows(indexes, []).map(\.values),
                    try transaction.rows("SELECT tbl, idx, stat FROM sqlite_stat1", []).map(\.values)
                )
            }
            func texts(_ values: [MetadataValue]) -> [String] {
                values.map { if case .text(let text) = $0 { text } else { "" } }
            }
            #expect(indexes.count == statistics.count)
            for values in indexes {
                // The primary key of a table without row ids is listed under the table's own name.
                let names = texts(values)
                let index = names[1].hasPrefix("sqlite_autoindex") ? [names[1], names[0]] : [names[1]]
                let found = statistics.map(texts).first { $0[0] == names[0] && index.contains($0[1]) }
                let columns = found?[2].split(separator: " ").count ?? 0
                #expect(values[2] == .integer(Int64(columns - 1)), "\(names)")
            }
        }
    }

    @Test func whatWasAnsweredSurvivesThePowerGoing() async throws {
        try await withFolder { folder in
            let store = try SQLiteMetadataStore(path: folder.path("m"))
            _ = try await store.write { try $0.run("INSERT INTO meta (name, value) VALUES ('kept', 7)", []) }
            // A copy of the files as they lie there, with the store still open, is what a restart would find.
            let copy = try TemporaryFolder()
            for name in ["m", "m-wal"] {
                try FileManager.default.copyItem(atPath: folder.path(name), toPath: copy.path(name))
            }
            let reopened = try SQLiteMetadataStore(path: copy.path("m"))
            let row = try await reopened.read { try $0.row("SELECT value FROM meta WHERE name = 'kept'", []) }
            #expect(row?.values == [.integer(7)])
        }
    }

    @Test func reopeningKeepsEverything() async throws {
        try await withFolder { folder in
            let first = try SQLiteMetadataStore(path: folder.path("m"))
            _ = try await first.write { try $0.run("UPDATE meta SET value = 5 WHERE name = 'epoch'", []) }
            try first.close()
            let second = try SQLiteMetadataStore(path: folder.path("m"))
            let row = try await second.read { try $0.row("SELECT value FROM meta WHERE name = 'epoch'", []) }
            #expect(row?.values == [.integer(5)])
        }
    }

    /// Manifests were one blob each.
    @Test func manifestsOfTheFirstVersionAreKept() async throws {
        try await withFolder { folder in
            let path = folder.path("m")
            let counts = [0, 1, 4_096, 4_097, 10_000]
            try await DatabaseQueue(path: path).write { database in
                try database.execute(sql: SQLiteSchema.steps[0])
                try database.execute(
                    sql: "PRAGMA user_version = 1; PRAGMA application_id = \(SQLiteSchema.applicationID)")
                for count in counts {
                    try database.execute(
                        sql: """
                            INSERT INTO versions VALUES
                                (x'01', ?, x'02', 1, 0, x'03', 0, 0, '', x'04', x'05', NULL, 0, 0, 0, ?, ?)
                            """,
                        arguments: [
                            Data(Self.version(count).bytes), count, Data(Manifest.encode(Self.chunks(count))),
                        ])
                }
            }
            let store = try SQLiteMetadataStore(path: path)
            let namespace = MetadataValue.bytes([1])
            try await store.read { transaction in
                for count in counts {
                    let rows = try transaction.rows(
                        "SELECT first, chunks FROM manifests WHERE namespace = $1 AND version = $2 ORDER BY first",
                        [namespace, .id(Self.version(count))])
                    #expect(rows.count == (count + 4_095) / 4_096)
                    var found: [ChunkReference] = []
                    for row in rows {
                        var reader = row.reader
                        #expect(try reader.count() == found.count)
                        found += try Manifest.decodeEntries(try reader.bytes(), from: 0, limit: .max)
                    }
                    #expect(found == Self.chunks(count))
                }
            }
        }
    }

    /// Guests were told revisions, and packs on their way did not count.
    @Test func theSecondVersionGetsPendingBytesAndAnotherEpoch() async throws {
        try await withFolder { folder in
            let path = folder.path("m")
            try await DatabaseQueue(path: path).write { database in
                for step in SQLiteSchema.steps[..<2] { try database.execute(sql: step) }
                try database.execute(
                    sql: """
                        PRAGMA user_version = 2; PRAGMA application_id = \(SQLiteSchema.applicationID);
                        INSERT INTO namespaces VALUES (x'01', x'02', x'03', 0, 7, NULL, x'04');
                        INSERT INTO packs (namespace, id, account, key, length, sha256, state, opened_at) VALUES
                            (x'01', x'10', x'02', x'', 100, x'', 0, 0), (x'01', x'11', x'02', x'', 20, x'', 1, 0),
                            (x'01', x'12', x'02', x'', 7, x'', 2, 0), (x'01', x'13', x'02', x'', 3, x'', 3, 0);
                        INSERT INTO shares VALUES (x'01', x'03', x'02', x'05', 'viewer', 0);
                        """)
            }
            try await SQLiteMetadataStore(path: path).read { transaction in
                let bytes = try transaction.row("SELECT used_bytes, pending_bytes FROM namespaces", [])
                #expect(bytes?.values == [.integer(7), .integer(120)])
                let epoch = try transaction.row("SELECT value FROM meta WHERE name = 'epoch'", [])
                #expect(epoch?.values == [.integer(2)], "what guests keep cannot be compared any more")
            }
        }
    }

    /// Conflicts were flagged, and nobody was told.
    @Test func theThirdVersionGetsItsConflictsCountedAndAnotherEpoch() async throws {
        try await withFolder { folder in
            let path = folder.path("m")
            try await DatabaseQueue(path: path).write { database in
                for step in SQLiteSchema.steps[..<3] { try database.execute(sql: step) }
                try database.execute(
                    sql: "PRAGMA user_version = 3; PRAGMA application_id = \(SQLiteSchema.applicationID)")
                for (node, flags) in [(1, [0, 1, 1]), (2, [0])] {
                    try database.execute(
                        sql: """
                            INSERT INTO nodes (namespace, id, name, unique_key, kind, created, revision, changed_at, changed_by)
                            VALUES (x'01', ?1, ?1, ?1, 1, 0, 0, 0, x'02')
                            """, arguments: [Data([UInt8(node)])])
                    for (number, flag) in flags.enumerated() {
                        try database.execute(
                            sql: """
                                INSERT INTO versions (namespace, id, node, revision, size, sha256, modified, is_executable, mime,
                                    account, device, is_conflict, is_restored, created_at, chunk_count)
                                VALUES (x'01', ?, ?, ?, 0, x'', 0, 0, '', x'02', x'03', ?, 0, 0, 0)
                                """,
                            arguments: [Data([UInt8(node), UInt8(number)]), Data([UInt8(node)]), number, flag])
                    }
                }
            }
            try await SQLiteMetadataStore(path: path).read { transaction in
                let conflicts = try transaction.rows("SELECT conflicts FROM nodes ORDER BY id", []).map(\.values)
                #expect(conflicts == [[.integer(2)], [.integer(0)]])
                let epoch = try transaction.row("SELECT value FROM meta WHERE name = 'epoch'", [])
                #expect(epoch?.values == [.integer(2)], "what devices keep knows of no conflicts")
            }
        }
    }

    private static func version(_ count: Int) -> VersionID { VersionID(high: 7, low: UInt64(count)) }

    private static func chunks(_ count: Int) -> [ChunkReference] {
        (0..<count).map { ChunkReference(fingerprint: Fingerprint(UInt64($0), 1, 2, 3), length: $0 + 1) }
    }

    @Test func aLaterVersionIsRefusedUntouched() async throws {
        try await withFolder { folder in
            let path = folder.path("m")
            try SQLiteMetadataStore(path: path).close()
            try await DatabaseQueue(path: path).write { try $0.execute(sql: "PRAGMA user_version = 1000") }
            let before = try contents(of: folder)
            #expect(throws: MetadataError.tooNew(path: path, found: 1000, known: 4)) {
                try SQLiteMetadataStore(path: path)
            }
            #expect(try contents(of: folder) == before)
            #expect("\(MetadataError.tooNew(path: path, found: 1000, known: 4))".contains("Nothing was changed"))
        }
    }

    @Test func aForeignDatabaseIsRefusedUntouched() async throws {
        try await withFolder { folder in
            let path = folder.path("m")
            try await DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
            let before = try contents(of: folder)
            #expect(throws: MetadataError.foreign(path: path)) { try SQLiteMetadataStore(path: path) }
            #expect(try contents(of: folder) == before)
            let noise = Data((0..<8_192).map { UInt8(truncatingIfNeeded: $0 * 7) })
            try noise.write(to: URL(filePath: folder.path("noise")))
            #expect(throws: MetadataError.foreign(path: folder.path("noise"))) {
                try SQLiteMetadataStore(path: folder.path("noise"))
            }
            #expect(try Data(contentsOf: URL(filePath: folder.path("noise"))) == noise)
        }
    }

    @Test func whatIsNoDatabaseIsRefusedUntouched() async throws {
        try await withFolder { folder in
            try Data("not a database at all, but long enough to be taken for one".utf8).write(
                to: URL(fileURLWithPath: folder.path("m")))
            let before = try contents(of: folder)
            #expect(throws: (any Error).self) { try SQLiteMetadataStore(path: folder.path("m")) }
            #expect(try contents(of: folder) == before)
        }
    }

    private func contents(of folder: TemporaryFolder) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.url.path) where !name.hasSuffix("-shm") {
            let data = try Data(contentsOf: folder.url.appendingPathComponent(name))
            // An empty WAL is the same as none.
            if !data.isEmpty { contents[name] = data }
        }
        return contents
    }
}
