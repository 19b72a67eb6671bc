import GRDB
import PannierCore
import PannierMirror

/// Ignore files that were there when their folders were looked at last.
enum KnownIgnoreFiles {
    /// - Returns: of the folder and those above it, which have one: numbers of the names that lead to them.
    static func depths(above folder: LocalID, _ database: Database) throws -> Set<Int> {
        let rows = try database.cachedStatement(sql: sql)
            .all([folder.number, Limits.depth, IgnoreFile.name.blob]) { row -> (up: Int, isKnown: Bool) in
                (row[0], row[1])
            }
        guard let top = rows.map({ $0.up }).max() else { return [] }
        return Set(rows.filter { $0.isKnown }.map { top - $0.up })
    }

    private static let sql = """
        WITH RECURSIVE above (number, parent, up) AS (
            SELECT number, parent, 0 FROM sync_local WHERE number = ?1
            UNION ALL
            SELECT sync_local.number, sync_local.parent, up + 1
            FROM above JOIN sync_local ON sync_local.number = above.parent WHERE up <= ?2
        )
        SELECT up, EXISTS (SELECT 1 FROM sync_local WHERE sync_local.parent = above.number AND name = ?3) FROM above
        """
}
