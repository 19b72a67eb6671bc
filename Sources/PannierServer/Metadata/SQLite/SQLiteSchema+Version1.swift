extension SQLiteSchema {
    /// Identifiers are 16 bytes, fingerprints and digests 32. Times are milliseconds since 1970 on the server's clock,
    /// file times nanoseconds. Flags are 0 and 1. Where a primary key begins with `namespace`, so would a shard.
    static let version1 =
        peopleTables + treeTables + contentTables + uploadTables + shareTables + journalTables + statistics

    private static let peopleTables = """
        -- Numbers about the whole database. 'epoch': changes when it is restored from a backup; cursors of another
        -- epoch are refused.
        CREATE TABLE meta (
            name TEXT NOT NULL PRIMARY KEY,
            value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO meta (name, value) VALUES ('epoch', 1);

        -- A person. A removed account keeps its row, since nodes and versions name who changed them; its address is
        -- free again. salt, hash and cost_*: scrypt of the password.
        CREATE TABLE accounts (
            id BLOB NOT NULL PRIMARY KEY,
            email TEXT NOT NULL,
            name TEXT NOT NULL,
            namespace BLOB NOT NULL,
            salt BLOB NOT NULL,
            hash BLOB NOT NULL,
            cost_exponent INTEGER NOT NULL,
            cost_block_size INTEGER NOT NULL,
            cost_parallel INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            removed_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX accounts_by_email ON accounts (email) WHERE removed_at IS NULL;

        -- A signed-in client. token_hash: SHA-256 of its bearer token; null once it was revoked.
        CREATE TABLE devices (
            account BLOB NOT NULL,
            id BLOB NOT NULL,
            name TEXT NOT NULL,
            token_hash BLOB,
            created_at INTEGER NOT NULL,
            revoked_at INTEGER,
            PRIMARY KEY (account, id)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX devices_by_token ON devices (token_hash) WHERE token_hash IS NOT NULL;

        -- Answers to requests that changed something, kept for 24 hours, so that a repeated request changes nothing
        -- more. digest: SHA-256 of the request's body.
        CREATE TABLE idempotency (
            device BLOB NOT NULL,
            key TEXT NOT NULL,
            route TEXT NOT NULL,
            digest BLOB NOT NULL,
            answer BLOB NOT NULL,
            answered_at INTEGER NOT NULL,
            PRIMARY KEY (device, key)
        ) STRICT;
        CREATE INDEX idempotency_by_age ON idempotency (answered_at);

        -- Who did what that matters to security: sign-ins and outs, shares, users. For people to read.
        CREATE TABLE audit (
            account BLOB NOT NULL,
            at INTEGER NOT NULL,
            id BLOB NOT NULL,
            device BLOB,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            PRIMARY KEY (account, at, id)
        ) STRICT, WITHOUT ROWID;

        """

    private static let treeTables = """
        -- One account's tree. head: revision of the last row of its journal. used_bytes: stored bytes of its packs that
        -- count against the quota; quota_bytes null: unlimited. chunker_seed: where its files are cut.
        CREATE TABLE namespaces (
            id BLOB NOT NULL PRIMARY KEY,
            owner BLOB NOT NULL,
            root BLOB NOT NULL,
            head INTEGER NOT NULL,
            used_bytes INTEGER NOT NULL,
            quota_bytes INTEGER,
            chunker_seed BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Files (kind 1) and folders (kind 0) as they stand now. parent: null for the root. unique_key: the name's bytes
        -- in NFC. created, revision: journal positions. changed_by: an account. trashed_at: on the node that was put
        -- into the trash; what lies below it carries no mark. version: a file's current content.
        CREATE TABLE nodes (
            namespace BLOB NOT NULL,
            id BLOB NOT NULL,
            parent BLOB,
            name BLOB NOT NULL,
            unique_key BLOB NOT NULL,
            kind INTEGER NOT NULL,
            created INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            changed_at INTEGER NOT NULL,
            changed_by BLOB NOT NULL,
            trashed_at INTEGER,
            version BLOB,
            PRIMARY KEY (namespace, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX nodes_by_parent ON nodes (namespace, parent, id);
        CREATE UNIQUE INDEX nodes_by_name ON nodes (namespace, parent, unique_key) WHERE trashed_at IS NULL;

        """

    private static let contentTables = """
        -- Contents of files; immutable but for the two flags. revision: the journal position of its commit.
        -- base_revision: what the committing device had last seen. is_conflict: replaced by someone who had not seen it.
        -- is_restored: made by restoring an older version. manifest: its chunks, as Manifest.encode writes them; last,
        -- so that the other columns can be read without it.
        CREATE TABLE versions (
            namespace BLOB NOT NULL,
            id BLOB NOT NULL,
            node BLOB NOT NULL,
            revision INTEGER NOT NULL,
            size INTEGER NOT NULL,
            sha256 BLOB NOT NULL,
            modified INTEGER NOT NULL,
            is_executable INTEGER NOT NULL,
            mime TEXT NOT NULL,
            account BLOB NOT NULL,
            device BLOB NOT NULL,
            base_revision INTEGER,
            is_conflict INTEGER NOT NULL,
            is_restored INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            chunk_count INTEGER NOT NULL,
            manifest BLOB NOT NULL,
            PRIMARY KEY (namespace, id)
        ) STRICT;
        CREATE INDEX versions_by_node ON versions (namespace, node, revision);

        -- Objects of the store. key: the pack's own key, wrapped under a master key. length, sha256: of the object, as
        -- its uploader announced them and the store enforces. state: 0 opened, 1 stored, 2 verified, 3 damaged.
        CREATE TABLE packs (
            namespace BLOB NOT NULL,
            id BLOB NOT NULL,
            account BLOB NOT NULL,
            key BLOB NOT NULL,
            length INTEGER NOT NULL,
            sha256 BLOB NOT NULL,
            state INTEGER NOT NULL,
            opened_at INTEGER NOT NULL,
            PRIMARY KEY (namespace, id)
        ) STRICT, WITHOUT ROWID;

        -- Copies of chunks: which pack holds one, and where. account: who uploaded this copy. state: 0 claimed,
        -- 1 verified (the service itself opened it and compared the fingerprint), 2 damaged.
        CREATE TABLE chunks (
            namespace BLOB NOT NULL,
            fingerprint BLOB NOT NULL,
            pack BLOB NOT NULL,
            place INTEGER NOT NULL,
            sealed_length INTEGER NOT NULL,
            length INTEGER NOT NULL,
            codec INTEGER NOT NULL,
            account BLOB NOT NULL,
            state INTEGER NOT NULL,
            PRIMARY KEY (namespace, fingerprint, pack)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX chunks_by_pack ON chunks (namespace, pack);

        """

    private static let uploadTables = """
        -- Files on their way. parent, name: where the file will stand. size: what was expected. expires_at: 7 days after
        -- it was last touched; until then its chunks are leased. state: 0 open, 1 committed, 2 cancelled. node, version,
        -- is_conflict: what the commit answered, to answer it again.
        CREATE TABLE uploads (
            namespace BLOB NOT NULL,
            id BLOB NOT NULL,
            account BLOB NOT NULL,
            device BLOB NOT NULL,
            parent BLOB NOT NULL,
            name BLOB NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            is_executable INTEGER NOT NULL,
            mime TEXT NOT NULL,
            base_revision INTEGER,
            expires_at INTEGER NOT NULL,
            state INTEGER NOT NULL,
            node BLOB,
            version BLOB,
            is_conflict INTEGER NOT NULL,
            PRIMARY KEY (namespace, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX uploads_by_expiry ON uploads (expires_at);

        -- Pages of the manifest of an open upload. first: index of the page's first entry; count: its entries; chunks:
        -- the entries, as Manifest.encode writes them.
        CREATE TABLE declared (
            namespace BLOB NOT NULL,
            upload BLOB NOT NULL,
            first INTEGER NOT NULL,
            count INTEGER NOT NULL,
            chunks BLOB NOT NULL,
            PRIMARY KEY (namespace, upload, first)
        ) STRICT;

        """

    private static let shareTables = """
        -- The table (user, node): account may see node and what is below it. id: the grant, and the view it opens.
        CREATE TABLE shares (
            namespace BLOB NOT NULL,
            node BLOB NOT NULL,
            account BLOB NOT NULL,
            id BLOB NOT NULL,
            role TEXT NOT NULL,
            granted_at INTEGER NOT NULL,
            PRIMARY KEY (namespace, node, account)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX shares_by_account ON shares (account, granted_at, id);

        -- Shares with addresses that have no account yet; become rows of shares, under the same id, when they get one.
        CREATE TABLE invites (
            namespace BLOB NOT NULL,
            node BLOB NOT NULL,
            email TEXT NOT NULL,
            id BLOB NOT NULL,
            role TEXT NOT NULL,
            granted_at INTEGER NOT NULL,
            PRIMARY KEY (namespace, node, email)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX invites_by_email ON invites (email);

        """

    private static let journalTables = """
        -- What changed, in the only order there is: one row for each revision. kind: 0 create, 1 content, 2 move,
        -- 3 trash, 4 restore, 5 shared or no longer shared (told to the owner alone).
        CREATE TABLE journal (
            namespace BLOB NOT NULL,
            revision INTEGER NOT NULL,
            node BLOB NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            account BLOB NOT NULL,
            PRIMARY KEY (namespace, revision)
        ) STRICT, WITHOUT ROWID;

        -- The same, by shared subtree, so that a viewer's page is read without looking at what is not in it. root: a node
        -- that was shared at that time. effect: 0 changed inside, 1 came in, 2 went out.
        CREATE TABLE journal_by_root (
            namespace BLOB NOT NULL,
            root BLOB NOT NULL,
            revision INTEGER NOT NULL,
            node BLOB NOT NULL,
            kind INTEGER NOT NULL,
            effect INTEGER NOT NULL,
            PRIMARY KEY (namespace, root, revision)
        ) STRICT, WITHOUT ROWID;

        """

    /// What the tables look like when they are large, for SQLite's planner. Without it SQLite takes ten rows for a
    /// namespace, and would rather read all of one than use a second column of an index. (First the rows in all, then the
    /// rows that share the first column of the index, the first two, and so on: sqlite.org/fileformat2.html, section
    /// 2.6.3.) Loaded when a connection opens, here at once.
    private static let statistics = """
        ANALYZE sqlite_schema;
        INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
            ('meta', 'meta', '2 1'), ('accounts', 'accounts', '1000 1'), ('accounts', 'accounts_by_email', '1000 1'),
            ('devices', 'devices', '3000 3 1'), ('devices', 'devices_by_token', '2000 1'),
            ('idempotency', 'sqlite_autoindex_idempotency_1', '100000 1000 1'),
            ('idempotency', 'idempotency_by_age', '100000 1'),
            ('audit', 'audit', '100000 100 1 1'),
            ('namespaces', 'namespaces', '1000 1'),
            ('nodes', 'nodes', '10000000 10000 1'), ('nodes', 'nodes_by_parent', '10000000 10000 20 1'),
            ('nodes', 'nodes_by_name', '9000000 9000 18 1'),
            ('versions', 'sqlite_autoindex_versions_1', '20000000 20000 1'),
            ('versions', 'versions_by_node', '20000000 20000 2 1'),
            ('packs', 'packs', '1000000 1000 1'),
            ('chunks', 'chunks', '30000000 30000 1 1'), ('chunks', 'chunks_by_pack', '30000000 30000 30'),
            ('uploads', 'uploads', '100000 100 1'), ('uploads', 'uploads_by_expiry', '100000 1'),
            ('declared', 'sqlite_autoindex_declared_1', '200000 200 2 1'),
            ('shares', 'shares', '10000 10 3 1'), ('shares', 'shares_by_account', '10000 10 1 1'),
            ('invites', 'invites', '1000 10 2 1'), ('invites', 'invites_by_email', '1000 2'),
            ('journal', 'journal', '30000000 30000 1'),
            ('journal_by_root', 'journal_by_root', '10000000 10000 1000 1');
        ANALYZE sqlite_schema;

        """
}
