internal import Foundation
internal import GRDB
package import PannierCore

/// How it stands with the chunks of a transfer, as the disk has it.
package struct StoredMap: Sendable {
    /// Bytes of all slots, given or not.
    package var bytes: Int64 = 0
    package var runs = ChunkRuns()
    /// Chunks of items that have ended, or files where their chunks are not known.
    package var counts = ChunkCounts()
    /// Of these, chunks.
    package var chunks: Int64 = 0

    package init() {}
}

/// The file that a byte of the map belongs to.
package struct MapItem: Sendable, Hashable {
    /// Below the top item.
    package let path: [UInt8]
    package let slot: MapSlot
    /// Of the file's content, where it is one chunk alone.
    package let fingerprint: Fingerprint?
    package let problem: Problem?
}

extension TransferStore {
    /// Reads every item that has a slot: some hundred milliseconds for a hundred thousand.
    package func map(of number: Int64) async throws(Problem) -> StoredMap {
        try await read { database in
            guard
                let row = try GRDB.Row.fetchOne(
                    database.cachedStatement(sql: "SELECT map_bytes, map_open FROM transfers WHERE number = ?"),
                    arguments: [number])
            else { return StoredMap() }
            var map = StoredMap()
            map.bytes = row["map_bytes"]
            let items = try GRDB.Row.fetchCursor(
                database.cachedStatement(
                    sql: """
                        SELECT map_start, map_length, state, was_there, chunk_count FROM transfer_items
                        WHERE transfer = ? AND map_start IS NOT NULL ORDER BY map_start
                        """), arguments: [number])
            while let item = try items.next() { map.add(item) }
            map.add(Stretches.decode(row["map_open"] ?? Data()))
            return map
        }
    }

    /// Keeps what is known of files that are under way; it is lost where a process dies, and found out again.
    package func keepMap(_ number: Int64, _ stretches: [(Range<Int64>, ChunkState)]) async throws(Problem) {
        try await write { database in
            try database.cachedStatement(sql: "UPDATE transfers SET map_open = ? WHERE number = ?").execute(arguments: [
                stretches.isEmpty ? nil : Stretches.encode(stretches), number,
            ])
        }
    }

    /// The file at a byte of the map; nil past its end.
    ///
    /// Of files that have no slot yet, those that come before it are looked at one after the other: up to a second for a
    /// million of them.
    package func mapItem(_ number: Int64, at byte: Int64) async throws(Problem) -> MapItem? {
        try await read { database in
            let given =
                try Int64.fetchOne(
                    database.cachedStatement(sql: "SELECT map_given FROM transfers WHERE number = ?"),
                    arguments: [number]) ?? 0
            guard byte >= given else { return try Self.givenItem(database, number, byte) }
            return try Self.nextItem(database, number, from: given, byte)
        }
    }

    private static func givenItem(_ database: Database, _ number: Int64, _ byte: Int64) throws -> MapItem? {
        let row = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT ifnull(shown, path) AS path, map_start, map_length, sha256, chunk_count, problem FROM transfer_items
                    WHERE transfer = ? AND map_start IS NOT NULL AND map_start <= ? ORDER BY map_start DESC LIMIT 1
                    """), arguments: [number, byte])
        guard let row, let slot = MapSlot(row), slot.range.contains(byte) else { return nil }
        let isWhole = (row["chunk_count"] as Int?) == 1
        return MapItem(
            path: [UInt8](row["path"] as Data), slot: slot,
            fingerprint: isWhole ? try (row["sha256"] as Data?).map { try SQLText.fingerprint($0) } : nil,
            problem: try (row["problem"] as String?).map { try SQLText.value(Problem.self, $0) })
    }

    private static func nextItem(
        _ database: Database, _ number: Int64, from given: Int64, _ byte: Int64
    ) throws -> MapItem? {
        let rows = try GRDB.Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT ifnull(shown, path) AS path, size FROM transfer_items
                    WHERE transfer = ? AND state = 'pending' AND map_start IS NULL AND size > 0 AND is_folder = 0
                    ORDER BY rank, row
                    """), arguments: [number])
        var start = given
        while let row = try rows.next() {
            let size: Int64 = row["size"]
            let (end, overflow) = start.addingReportingOverflow(size)
            guard !overflow else { return nil }
            if byte < end {
                return MapItem(
                    path: [UInt8](row["path"] as Data), slot: MapSlot(start: start, length: size), fingerprint: nil,
                    problem: nil)
            }
            start = end
        }
        return nil
    }

    // MARK: Slots

    static func addMapBytes(_ bytes: Int64, to number: Int64, in database: Database) throws {
        guard bytes > 0 else { return }
        try database.cachedStatement(sql: "UPDATE transfers SET map_bytes = min(map_bytes + ?, ?) WHERE number = ?")
            .execute(arguments: [min(bytes, ChunkRuns.lastByte), ChunkRuns.lastByte, number])
    }

    /// An item that failed is to be done after all, or has failed again: one that had no bytes then takes part in the map
    /// from now on.
    static func mapAgain(_ row: Int64, _ size: Int64, _ number: Int64, in database: Database) throws {
        let item = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT map_start IS NULL, state = 'failed' FROM transfer_items WHERE row = ?"), arguments: [row])
        guard let item, item[0] as Bool, size > 0 else { return }
        try addMapBytes(size, to: number, in: database)
        guard item[1] as Bool else { return }
        var slots = try SlotGiver(number, in: database)
        _ = try slots.give(row)
        try slots.finish(database)
    }
}

extension StoredMap {
    fileprivate mutating func add(_ item: GRDB.Row) {
        guard let slot = MapSlot(item) else { return }
        let pieces = item["chunk_count"] as Int64?
        switch item["state"] as String {
        case "done":
            let state: ChunkState = (item["was_there"] as Bool) ? .there : .sure
            runs.set(slot.range, state)
            counts[state] += pieces ?? 1
            chunks += pieces ?? 0
        case "failed":
            runs.set(slot.range, .failed)
            counts[.failed] += 1
        default: break
        }
    }

    /// Adds what was known of files under way, where nothing later is known: it may be older than the items' states.
    fileprivate mutating func add(_ stretches: [(Range<Int64>, ChunkState)]) {
        for (range, state) in stretches {
            var waiting: [Range<Int64>] = []
            runs.each(in: range) { part, now in if now == .waiting { waiting.append(part) } }
            for part in waiting { runs.set(part, state) }
        }
    }
}

/// Stretches of a map in a column: first byte with the state's code, and length, eight bytes each.
private enum Stretches {
    static func encode(_ stretches: [(Range<Int64>, ChunkState)]) -> Data {
        var data = Data(capacity: stretches.count * 16)
        for (range, state) in stretches {
            for number in [ChunkRuns.pack(range.lowerBound, state), UInt64(range.count)] {
                withUnsafeBytes(of: number.littleEndian) { data.append(contentsOf: $0) }
            }
        }
        return data
    }

    static func decode(_ data: Data) -> [(Range<Int64>, ChunkState)] {
        let numbers = data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count / 16 * 16, by: 8).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
            }
        }
        return stride(from: 0, to: numbers.count, by: 2).compactMap { place in
            guard let (start, state) = ChunkRuns.unpack(numbers[place]),
                let length = Int64(exactly: numbers[place + 1]),
                start < ChunkRuns.lastByte, length < ChunkRuns.lastByte
            else { return nil }
            return (start..<start + length, state)
        }
    }
}
