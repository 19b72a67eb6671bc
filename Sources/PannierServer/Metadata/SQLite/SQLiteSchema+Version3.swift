extension SQLiteSchema {
    /// Packs that were opened count against the quota; a file keeps its class of chunk sizes; uploads may be for
    /// a file rather than for a place.
    static let version3 = """
        -- Guests were told revisions so far, which cannot be compared with what they are told now.
        UPDATE meta SET value = value + 1 WHERE name = 'epoch' AND EXISTS (SELECT 1 FROM shares);

        -- pending_bytes: of packs that were opened and neither verified nor found damaged so far. They may be stored
        -- already, so they count against the quota beside used_bytes.
        ALTER TABLE namespaces ADD COLUMN pending_bytes INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX packs_pending ON packs (namespace, opened_at) WHERE state < 2;
        UPDATE namespaces SET pending_bytes = (
            SELECT coalesce(sum(length), 0) FROM packs WHERE packs.namespace = namespaces.id AND packs.state < 2
        );

        -- chunk_class: 0 standard, 1 large; of a file, for life.
        ALTER TABLE nodes ADD COLUMN chunk_class INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE uploads ADD COLUMN chunk_class INTEGER NOT NULL DEFAULT 0;
        UPDATE nodes SET chunk_class = 1 WHERE version IN (SELECT id FROM versions WHERE size > 64 << 30);

        -- target: the file that gets new content, wherever it stands by then; null: what stands at parent and name.
        ALTER TABLE uploads ADD COLUMN target BLOB;

        INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('packs', 'packs_pending', '10000 10 1');
        ANALYZE sqlite_schema;

        """
}
