import GRDB
import PannierCore
import PannierMirror

/// Ends what people were told of something once nothing is to be done about it any more, whatever has brought that about:
/// it was put back or deleted, it can be read again, somebody wants it on the server alone.
///
/// After ``ChangedEntries/settle(_:)``: what differs stands in its tables then. What is told of things that are left out,
/// and of folders that cannot be looked at, ends with another look; what ``SyncWork/verify(after:)`` tells, with another one.
struct SettledProblems {
    let database: Database

    func solve() throws {
        try database.cachedStatement(sql: Self.locals).execute()
        let sync = SyncTransaction(database)
        let changed = try database.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM sync_changed_nodes WHERE node = ?)")
        for key in try String.fetchAll(database.cachedStatement(sql: Self.nodes)) {
            guard let node = NodeID(String(key.dropFirst("node ".count))),
                try Bool.fetchOne(changed, arguments: [node.blob]) == false
            else { continue }
            try sync.solve(key: key)
        }
    }

    // A blank is just before an exclamation mark.
    private static let nodes = "SELECT key FROM sync_problems WHERE key > 'node ' AND key < 'node!'"
    private static let locals = """
        WITH told (key, local) AS (
            SELECT key, CAST(substr(key, 7) AS INTEGER) FROM sync_problems WHERE key > 'local ' AND key < 'local!'
        )
        DELETE FROM sync_problems WHERE key IN (
            SELECT key FROM told
            WHERE NOT EXISTS (SELECT 1 FROM sync_local WHERE number = told.local AND kind = 2)
            AND NOT EXISTS (SELECT 1 FROM sync_changed_locals WHERE local = told.local)
            AND NOT EXISTS (
                SELECT 1 FROM sync_agreed JOIN sync_changed_nodes ON sync_changed_nodes.node = sync_agreed.node
                WHERE sync_agreed.local = told.local)
        )
        """
}
