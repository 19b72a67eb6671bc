extension SQLiteSchema {
    /// Conflicts stand until somebody settles them, and a file says how many it has.
    static let version4 = """
        -- is_settled: of a conflict: somebody has said since what shall stay.
        ALTER TABLE versions ADD COLUMN is_settled INTEGER NOT NULL DEFAULT 0;

        -- conflicts: versions of the file with is_conflict = 1 and is_settled = 0. A row of the journal of kind 6 says that
        -- they were settled and the node did not change otherwise; it is told to the owner alone.
        ALTER TABLE nodes ADD COLUMN conflicts INTEGER NOT NULL DEFAULT 0;
        UPDATE nodes SET conflicts = found.conflicts FROM (
            SELECT namespace, node, count(*) AS conflicts FROM versions WHERE is_conflict = 1 GROUP BY namespace, node
        ) AS found
        WHERE nodes.namespace = found.namespace AND nodes.id = found.node;

        -- Nobody was told of these.
        UPDATE meta SET value = value + 1
        WHERE name = 'epoch' AND EXISTS (SELECT 1 FROM versions WHERE is_conflict = 1);

        """
}
