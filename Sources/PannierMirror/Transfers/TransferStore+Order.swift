internal import Foundation
internal import GRDB
package import PannierCore

// Whose turn comes when.
extension TransferStore {
    /// Moves a transfer that is not over within the queue of its direction. Put first, a paused one goes on.
    /// - Returns: the transfers that stand elsewhere now, or go on; none when it is over, or nothing is to be moved.
    package func reorder(_ id: TransferID, _ how: Reorder) async throws(Problem) -> [TransferID] {
        try await write { database in
            guard
                let row = try GRDB.Row.fetchOne(
                    database,
                    sql: """
                        SELECT number, direction, place, state FROM transfers
                        WHERE id = ? AND state IN ('waiting', 'paused')
                        """, arguments: [Data(id.bytes)])
            else { return [] }
            let (number, place): (Int64, Int64) = (row["number"], row["place"])
            switch how {
            case .up, .down:
                guard let (other, otherID, otherPlace) = try Self.neighbour(of: row, how, database) else { return [] }
                try Self.put(number, at: otherPlace, database)
                try Self.put(other, at: place, database)
                return [id, otherID]
            case .first:
                let isMoved = try Self.neighbour(of: row, .up, database) != nil
                if isMoved { try Self.put(number, at: "min(place) - 1", database) }
                try database.execute(
                    sql: "UPDATE transfers SET state = 'waiting', problem = NULL WHERE number = ? AND state = 'paused'",
                    arguments: [number])
                return isMoved || database.changesCount > 0 ? [id] : []
            case .last:
                guard try Self.neighbour(of: row, .down, database) != nil else { return [] }
                try Self.put(number, at: "max(place) + 1", database)
                return [id]
            }
        }
    }

    /// The next one of its direction that is not over: before it (up), or behind it.
    private static func neighbour(
        of row: GRDB.Row, _ side: Reorder, _ database: Database
    ) throws -> (number: Int64, id: TransferID, place: Int64)? {
        let (comparison, order) = side == .up ? ("<", "DESC") : (">", "ASC")
        let found = try GRDB.Row.fetchOne(
            database,
            sql: """
                SELECT number, id, place FROM transfers
                WHERE direction = ? AND state IN ('waiting', 'paused') AND place \(comparison) ?
                ORDER BY place \(order) LIMIT 1
                """, arguments: [row["direction"] as String, row["place"] as Int64])
        return try found.map { ($0["number"], try SQLText.identifier($0["id"]), $0["place"]) }
    }

    private static func put(_ number: Int64, at place: Int64, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE transfers SET place = ? WHERE number = ?", arguments: [place, number])
    }

    /// - Parameter place: from the places of all.
    private static func put(_ number: Int64, at place: String, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE transfers SET place = (SELECT \(place) FROM transfers) WHERE number = ?", arguments: [number])
    }
}
