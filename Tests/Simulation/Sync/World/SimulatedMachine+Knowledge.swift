import GRDB

extension SimulatedMachine {
    /// What its mirror knows, in words, for whoever looks for the cause of something.
    func knowledge() throws -> [String] {
        try mirror.database.read { database in
            try Self.tables.flatMap { name, query in
                try GRDB.Row.fetchAll(database, sql: query).map { row in
                    "machine \(number) \(name): \(row.map { "\($0) \($1)" }.joined(separator: ", "))"
                }
            }
        }
    }

    private static let tables = [
        (
            "here",
            """
            SELECT number, parent, CAST(name AS TEXT) AS name, kind, inode, size, lower(hex(substr(sha256, 1, 3))) AS holds,
                is_parked, missing FROM sync_local
            """
        ),
        (
            "agreed",
            """
            SELECT lower(hex(substr(node, 1, 3))) AS node, lower(hex(substr(parent, 1, 3))) AS parent,
                CAST(name AS TEXT) AS name, lower(hex(substr(sha256, 1, 3))) AS holds, local FROM sync_agreed
            """
        ),
        (
            "there",
            """
            SELECT lower(hex(substr(id, 1, 3))) AS node, lower(hex(substr(parent, 1, 3))) AS parent,
                CAST(name AS TEXT) AS name, lower(hex(substr(sha256, 1, 3))) AS holds, revision,
                trashed_at IS NOT NULL AS is_trashed FROM nodes
            """
        ),
        ("changed", "SELECT lower(hex(substr(node, 1, 3))) AS node FROM sync_changed_nodes"),
        ("changed", "SELECT local FROM sync_changed_locals"),
        ("problem", "SELECT key, problem FROM sync_problems"),
    ]
}
