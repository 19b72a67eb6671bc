internal import Foundation
internal import GRDB
internal import PannierCore

/// The bytes that a file takes in its transfer's chunk map. A file that grew meanwhile ends there all the same.
package struct MapSlot: Sendable, Hashable {
    package let start: Int64
    package let length: Int64

    package init(start: Int64, length: Int64) {
        self.start = start
        self.length = length
    }

    package var range: Range<Int64> { start..<start + length }

    /// Where a piece of the file lies in the map.
    /// - Parameter offset: in the file.
    package func range(offset: Int64, length: Int) -> Range<Int64> {
        let first = min(max(0, offset), self.length)
        return start + first..<start + min(first + Int64(max(0, length)), self.length)
    }
}

/// Items that have come to an end without having been begun.
package struct EndedItems: Sendable {
    /// What they add to the transfer's counters.
    package var growth = TransferCounts()
    /// Slots that were given to them.
    package var slots: [MapSlot] = []
}

/// Gives items their slots, one after the other, within one transaction.
struct SlotGiver {
    private let number: Int64
    private let before: Int64
    private var given: Int64
    private let find: Statement
    private let write: Statement

    init(_ number: Int64, in database: Database) throws {
        self.number = number
        before =
            try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT map_given FROM transfers WHERE number = ?"), arguments: [number])
            ?? 0
        given = before
        find = try database.cachedStatement(
            sql: "SELECT map_start, map_length, is_folder, size FROM transfer_items WHERE row = ?")
        write = try database.cachedStatement(
            sql: "UPDATE transfer_items SET map_start = ?, map_length = size WHERE row = ?")
    }

    /// - Returns: the slot that the item has now, and whether it is new; nil for an item without bytes.
    mutating func give(_ row: Int64) throws -> (slot: MapSlot, isNew: Bool)? {
        guard let item = try GRDB.Row.fetchOne(find, arguments: [row]) else { return nil }
        if let slot = MapSlot(item) { return (slot, false) }
        let (isFolder, size): (Bool, Int64) = (item["is_folder"], item["size"])
        // Beyond what the map can tell of: sizes of other machines never end this process.
        guard !isFolder, size > 0, size <= ChunkRuns.lastByte - given else { return nil }
        try write.execute(arguments: [given, row])
        defer { given += size }
        return (MapSlot(start: given, length: size), true)
    }

    /// To be called in the end.
    func finish(_ database: Database) throws {
        guard given != before else { return }
        try database.cachedStatement(sql: "UPDATE transfers SET map_given = ? WHERE number = ?").execute(arguments: [
            given, number,
        ])
    }
}

extension MapSlot {
    init?(_ row: GRDB.Row) {
        guard let start = row["map_start"] as Int64?, let length = row["map_length"] as Int64? else { return nil }
        self.init(start: start, length: length)
    }
}
