extension SQLiteSchema {
    /// Manifests by pages: of a large file a reader wants 4,096 entries at a time, not the 38 MB of all of them.
    static let version2 = """
        -- The manifest of a version, 4,096 entries to a row. first: index of the row's first entry. chunks: the entries,
        -- as Manifest.encodeEntries writes them. A version without chunks has no row.
        CREATE TABLE manifests (
            namespace BLOB NOT NULL,
            version BLOB NOT NULL,
            first INTEGER NOT NULL,
            chunks BLOB NOT NULL,
            PRIMARY KEY (namespace, version, first)
        ) STRICT;

        -- So far a manifest was one blob: 5 bytes, then 36 for each entry.
        WITH RECURSIVE pages(namespace, version, first, count) AS (
            SELECT namespace, id, 0, chunk_count FROM versions WHERE chunk_count > 0
            UNION ALL
            SELECT namespace, version, first + 4096, count FROM pages WHERE first + 4096 < count
        )
        INSERT INTO manifests (namespace, version, first, chunks)
        SELECT pages.namespace, pages.version, pages.first, substr(versions.manifest, 6 + pages.first * 36, 4096 * 36)
        FROM pages JOIN versions ON versions.namespace = pages.namespace AND versions.id = pages.version;
        ALTER TABLE versions DROP COLUMN manifest;

        INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
            ('manifests', 'sqlite_autoindex_manifests_1', '20000000 20000 1 1');
        ANALYZE sqlite_schema;

        """
}
