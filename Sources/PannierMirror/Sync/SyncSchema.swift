package import GRDB

/// The tables of the synced folder: two of the three trees (the remote one is `nodes`), and what has changed in any of them
/// since it was last found to be the same in all.
package enum SyncSchema {
    package static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("sync 1") { database in
            try database.execute(sql: folder + local + agreed + changes + problems)
        }
        migrator.registerMigration("sync 2") { try $0.execute(sql: onlineOnly) }
        migrator.registerMigration("sync 3") { database in
            try database.execute(sql: "CREATE INDEX sync_fetched_by_name ON sync_fetched (name);" + quarantine)
        }
        migrator.registerMigration("sync 4 evicted") { try $0.execute(sql: evicted) }
        migrator.registerMigration("sync 5 listed") { try $0.execute(sql: listed) }
        migrator.registerMigration("sync 6 consent") { try $0.execute(sql: consent) }
        migrator.registerMigration("sync 7 left out") { try $0.execute(sql: leftOut + verified) }
        migrator.registerMigration("sync 8 merely left out") { try $0.execute(sql: merelyLeftOut) }
        migrator.registerMigration("sync 9 evicted from") { try $0.execute(sql: evictedFrom) }
        migrator.registerMigration("sync 10 listed there") { try $0.execute(sql: listedThere) }
        migrator.registerMigration("sync 11 told") { try $0.execute(sql: told) }
        migrator.registerMigration("sync 12 held") { try $0.execute(sql: held) }
    }

    /// Tables of what both sides agreed on. Empty, there is no base: both sides are united, and nothing is deleted.
    static let agreements = ["sync_agreed", "sync_parked_nodes", "sync_fetched", "sync_consent", "sync_held"]
    /// All tables, in the order in which they are emptied: triggers of the first ones write into the last. What is on the
    /// disk stays.
    static let all =
        agreements + [
            "sync_local", "sync_online_only", "sync_folder", "sync_changed_nodes", "sync_changed_locals",
            "sync_problems", "sync_days", "sync_quarantine", "sync_evicted", "sync_deleted",
        ]

    private static let folder = """
        -- One row: the folder of this disk that is one with My Files. None: there is no such folder.
        CREATE TABLE sync_folder (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            -- Absolute, exact bytes.
            path BLOB NOT NULL,
            -- 16 random bytes, also in the folder's own part: another folder at that path is another folder.
            marker BLOB NOT NULL,
            -- The view of My Files, and its root.
            view INTEGER NOT NULL,
            root BLOB NOT NULL,
            -- Milliseconds, this machine's clock: when both sides were last found to be the same. NULL: not yet.
            verified_at INTEGER,
            -- How many deletions on each side a person has consented to, beyond what the guard allows.
            consented_here INTEGER NOT NULL DEFAULT 0,
            consented_there INTEGER NOT NULL DEFAULT 0,
            is_paused INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        -- Read from the beginning, My Files is another view.
        CREATE TRIGGER sync_folder_view AFTER INSERT ON views WHEN NEW.owner IS NULL BEGIN
            UPDATE sync_folder SET view = NEW.number, root = NEW.root;
        END;

        """

    private static let local = """
        -- A file or folder beneath the folder, as it was last observed. number: kept while it is the same file, wherever it
        -- is moved, and never given again; 1 is the folder itself. kind: 0 folder, 1 file, 2 not synchronised (what it is
        -- says sync_problems, or .pannierignore). inode and birth (NULL where the file system does not keep it) tell it
        -- from others; links: names that lead to it. size, modified, changed, is_executable: as observed; changed is
        -- st_ctime. sha256: of what it held in that state; NULL: not read since. is_parked: we have put it, or are about to
        -- put it, out of the way; parent and name say where it was. missing: 1 when one look has not found it at its
        -- place, 2 after another; then it is gone, and loses its row.
        CREATE TABLE sync_local (
            number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            parent INTEGER NOT NULL,
            name BLOB NOT NULL,
            kind INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            birth INTEGER,
            links INTEGER NOT NULL,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            is_executable INTEGER NOT NULL,
            sha256 BLOB,
            is_parked INTEGER NOT NULL DEFAULT 0,
            missing INTEGER
        ) STRICT;
        -- Not unique: a name may have moved on to another file before it is known where the first one went.
        CREATE INDEX sync_local_by_place ON sync_local (parent, name);
        CREATE INDEX sync_local_by_inode ON sync_local (inode);
        CREATE INDEX sync_local_missing ON sync_local (missing) WHERE missing IS NOT NULL;
        CREATE INDEX sync_local_parked ON sync_local (number) WHERE is_parked = 1;

        """

    private static let agreed = """
        -- What both sides last agreed on: committed there and durable here. sha256, size and is_executable are NULL for
        -- folders. local: the file that it was here.
        CREATE TABLE sync_agreed (
            node BLOB NOT NULL PRIMARY KEY,
            parent BLOB NOT NULL,
            name BLOB NOT NULL,
            sha256 BLOB,
            size INTEGER,
            is_executable INTEGER,
            local INTEGER NOT NULL UNIQUE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sync_agreed_by_place ON sync_agreed (parent, name);
        -- Files that are gone here may be found again by what they held.
        CREATE INDEX sync_agreed_by_content ON sync_agreed (size, sha256) WHERE size IS NOT NULL;

        -- Nodes that we have put, or are about to put, out of the way on the server, and where they were before.
        CREATE TABLE sync_parked_nodes (
            node BLOB NOT NULL PRIMARY KEY,
            parent BLOB NOT NULL,
            name BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        """

    private static let changes = """
        -- What may differ between the trees. Kept by triggers, so that nothing is forgotten, however the process ends;
        -- removed when a plan has found nothing to do about it. The statement that fires a trigger decides over its OR
        -- IGNORE (SQLite: CREATE TRIGGER), but not over its ON CONFLICT.
        CREATE TABLE sync_changed_nodes (node BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TABLE sync_changed_locals (local INTEGER NOT NULL PRIMARY KEY) STRICT;

        CREATE TRIGGER sync_node_new AFTER INSERT ON nodes
        WHEN NEW.view = (SELECT view FROM sync_folder) BEGIN
            INSERT INTO sync_changed_nodes (node) VALUES (NEW.id) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER sync_node_gone AFTER DELETE ON nodes
        WHEN OLD.view = (SELECT view FROM sync_folder) BEGIN
            INSERT INTO sync_changed_nodes (node) VALUES (OLD.id) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER sync_node_other AFTER UPDATE OF parent, name, trashed_at, sha256, size, is_executable ON nodes
        WHEN NEW.view = (SELECT view FROM sync_folder) AND (
            OLD.parent IS NOT NEW.parent OR OLD.name <> NEW.name OR OLD.trashed_at IS NOT NEW.trashed_at
            OR OLD.sha256 IS NOT NEW.sha256 OR OLD.size IS NOT NEW.size OR OLD.is_executable IS NOT NEW.is_executable)
        BEGIN
            INSERT INTO sync_changed_nodes (node) VALUES (NEW.id) ON CONFLICT DO NOTHING;
        END;

        CREATE TRIGGER sync_agreed_new AFTER INSERT ON sync_agreed BEGIN
            INSERT INTO sync_changed_nodes (node) VALUES (NEW.node) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER sync_agreed_gone AFTER DELETE ON sync_agreed BEGIN
            INSERT INTO sync_changed_nodes (node) VALUES (OLD.node) ON CONFLICT DO NOTHING;
            INSERT INTO sync_changed_locals (local)
            SELECT number FROM sync_local WHERE number = OLD.local ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER sync_agreed_other AFTER UPDATE ON sync_agreed BEGIN
            INSERT INTO sync_changed_nodes (node) VALUES (NEW.node) ON CONFLICT DO NOTHING;
            INSERT INTO sync_changed_locals (local)
            SELECT number FROM sync_local WHERE number = OLD.local AND OLD.local <> NEW.local ON CONFLICT DO NOTHING;
        END;

        CREATE TRIGGER sync_local_new AFTER INSERT ON sync_local WHEN NEW.number > 1 BEGIN
            INSERT INTO sync_changed_locals (local) VALUES (NEW.number) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER sync_local_gone AFTER DELETE ON sync_local BEGIN
            DELETE FROM sync_changed_locals WHERE local = OLD.number;
            DELETE FROM sync_problems WHERE key IN ('local ' || OLD.number, 'folder ' || OLD.number);
            INSERT INTO sync_changed_nodes (node) SELECT node FROM sync_agreed WHERE local = OLD.number ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER sync_local_other AFTER UPDATE OF parent, name, kind, size, sha256, is_executable, is_parked
        ON sync_local
        WHEN NEW.number > 1 AND (
            OLD.parent <> NEW.parent OR OLD.name <> NEW.name OR OLD.kind <> NEW.kind OR OLD.size <> NEW.size
            OR OLD.sha256 IS NOT NEW.sha256 OR OLD.is_executable <> NEW.is_executable
            OR OLD.is_parked <> NEW.is_parked)
        BEGIN
            INSERT INTO sync_changed_locals (local) VALUES (NEW.number) ON CONFLICT DO NOTHING;
        END;

        """

    private static let problems = """
        -- What cannot be synchronised as it is, and why; everything else goes on. key: 'local NUMBER', 'node ID', or one word
        -- for the folder as a whole; 'note DAY …' for what is told and waits for nobody. problem: JSON.
        CREATE TABLE sync_problems (
            key TEXT NOT NULL PRIMARY KEY,
            path BLOB NOT NULL,
            problem TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- Files that were fetched for a node, verified and durable, in the folder's own part under this name, and have not
        -- got their place yet.
        CREATE TABLE sync_fetched (
            node BLOB NOT NULL PRIMARY KEY,
            version BLOB NOT NULL,
            name BLOB NOT NULL,
            sha256 BLOB NOT NULL,
            size INTEGER NOT NULL,
            is_executable INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let onlineOnly = """
        -- Nodes that a person wants in My Files alone, with all that is below them, and not on this disk. None is below
        -- another one.
        CREATE TABLE sync_online_only (node BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
        CREATE TRIGGER sync_online_only_new AFTER INSERT ON sync_online_only BEGIN
            INSERT INTO sync_changed_nodes (node) VALUES (NEW.node) ON CONFLICT DO NOTHING;
        END;
        CREATE TRIGGER sync_online_only_gone AFTER DELETE ON sync_online_only BEGIN
            INSERT INTO sync_changed_nodes (node) VALUES (OLD.node) ON CONFLICT DO NOTHING;
        END;
        """

    private static let quarantine = """
        -- One row: how many days this folder has lived, counted one by one as they pass, and when the last one began, in
        -- nanoseconds of this machine's clock. A clock that jumps makes no more than one day of it.
        CREATE TABLE sync_days (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            day INTEGER NOT NULL,
            began INTEGER NOT NULL
        ) STRICT;
        -- What is in quarantine. changed: its st_ctime: another file of that name is another one. day: when it was first
        -- seen there; seen: when last.
        CREATE TABLE sync_quarantine (
            name BLOB NOT NULL PRIMARY KEY,
            changed INTEGER NOT NULL,
            day INTEGER NOT NULL,
            seen INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX sync_quarantine_by_day ON sync_quarantine (day);
        """

    private static let evicted = """
        -- What left this disk to be on the server alone, and stays in the folder's own part for two or three days. node: what it
        -- was; sha256, size, is_executable: what it was known to hold, and the server, too; modified: its date; epoch: in
        -- which the server had it; told: the server's clock when it had told last by then, in milliseconds since 1970. day: of
        -- sync_days, when it came there.
        CREATE TABLE sync_evicted (
            name BLOB NOT NULL PRIMARY KEY,
            node BLOB NOT NULL,
            sha256 BLOB NOT NULL,
            size INTEGER NOT NULL,
            is_executable INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            epoch INTEGER,
            told INTEGER NOT NULL,
            day INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let listed = """
        -- Of a folder: 1 when all that stood in it was seen by one look. Until then nothing that is not known in it is gone.
        ALTER TABLE sync_local ADD COLUMN is_listed INTEGER NOT NULL DEFAULT 0;
        -- Asked for of each folder that is looked at.
        DROP INDEX sync_local_missing;
        CREATE INDEX sync_local_missing ON sync_local (parent) WHERE missing IS NOT NULL;
        -- What was last agreed to be in it has meant nothing until now.
        CREATE TRIGGER sync_local_listed AFTER UPDATE OF is_listed ON sync_local
        WHEN NEW.is_listed > OLD.is_listed BEGIN
            INSERT INTO sync_changed_nodes (node)
            SELECT inside.node FROM sync_agreed AS folder JOIN sync_agreed AS inside ON inside.parent = folder.node
            WHERE folder.local = NEW.number ON CONFLICT DO NOTHING;
        END;
        """

    private static let consent = """
        -- Deletions that a person has said yes to, by what they delete: a word holds for these and no others. side: 0 on this
        -- disk, 1 on the server. at: when it was said, in nanoseconds of this machine's clock.
        CREATE TABLE sync_consent (
            side INTEGER NOT NULL,
            node BLOB NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (side, node)
        ) STRICT, WITHOUT ROWID;
        -- What was deleted lately without a person's word, being little: much, little by little, is much. at: when it was let
        -- go, by the same clock.
        CREATE TABLE sync_deleted (
            side INTEGER NOT NULL,
            node BLOB NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (side, node)
        ) STRICT, WITHOUT ROWID;
        ALTER TABLE sync_folder DROP COLUMN consented_here;
        ALTER TABLE sync_folder DROP COLUMN consented_there;
        """

    private static let held = """
        -- Deletions that wait for a person's word, by what they delete. side: as of sync_consent. They wait until there is one,
        -- or what they delete is back.
        CREATE TABLE sync_held (
            side INTEGER NOT NULL,
            node BLOB NOT NULL,
            PRIMARY KEY (side, node)
        ) STRICT, WITHOUT ROWID;
        """

    private static let leftOut = """
        CREATE INDEX sync_local_left_out ON sync_local (number) WHERE kind = 2;

        """

    private static let verified = """
        -- Key 'verify local NUMBER': what reading anew has found. It ends with the file, and when it holds something else.
        CREATE TRIGGER sync_local_verified_gone AFTER DELETE ON sync_local BEGIN
            DELETE FROM sync_problems WHERE key = 'verify local ' || OLD.number;
        END;
        CREATE TRIGGER sync_local_verified_other AFTER UPDATE OF sha256 ON sync_local
        WHEN NEW.sha256 IS NOT NULL AND NEW.sha256 IS NOT OLD.sha256 BEGIN
            DELETE FROM sync_problems WHERE key = 'verify local ' || NEW.number;
        END;
        """

    private static let merelyLeftOut = """
        -- One word: why it is merely left out, which is nothing that needs anybody. NULL: it is a problem, or a note. What
        -- was told before is told again by the first look.
        ALTER TABLE sync_problems ADD COLUMN left_out TEXT;
        DELETE FROM sync_problems WHERE key > 'local ' AND key < 'local!'
            AND CAST(substr(key, 7) AS INTEGER) IN (SELECT number FROM sync_local WHERE kind = 2);
        CREATE INDEX sync_problems_left_out ON sync_problems (left_out) WHERE left_out IS NOT NULL;
        CREATE INDEX sync_problems_told ON sync_problems (key) WHERE left_out IS NULL;
        """

    private static let evictedFrom = """
        -- What was agreed on of it until then: the folder there, the name in it, and what it was here. NULL: it left before
        -- that was kept.
        ALTER TABLE sync_evicted ADD COLUMN parent BLOB;
        ALTER TABLE sync_evicted ADD COLUMN called BLOB;
        ALTER TABLE sync_evicted ADD COLUMN local INTEGER;
        """

    private static let listedThere = """
        -- What came into a folder there while that was left out here has meant nothing until now, either.
        DROP TRIGGER sync_local_listed;
        CREATE TRIGGER sync_local_listed AFTER UPDATE OF is_listed ON sync_local
        WHEN NEW.is_listed > OLD.is_listed BEGIN
            INSERT INTO sync_changed_nodes (node)
            SELECT inside.node FROM sync_agreed AS folder JOIN sync_agreed AS inside ON inside.parent = folder.node
            WHERE folder.local = NEW.number ON CONFLICT DO NOTHING;
            INSERT INTO sync_changed_nodes (node)
            SELECT nodes.id FROM sync_agreed AS folder CROSS JOIN nodes
            ON nodes.view = (SELECT view FROM sync_folder) AND nodes.parent = folder.node
            WHERE folder.local = NEW.number AND nodes.trashed_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM sync_agreed WHERE node = nodes.id) ON CONFLICT DO NOTHING;
        END;
        """

    private static let told = """
        -- One row: how many changes of sync_problems there were, from a number that no other mirror begins with.
        CREATE TABLE sync_told (
            one INTEGER PRIMARY KEY CHECK (one = 1),
            changes INTEGER NOT NULL
        ) STRICT;
        INSERT INTO sync_told (one, changes) VALUES (1, random() & 281474976710655);
        -- By which of these changes it came to be as it is: whoever knows all up to one asks for what came later.
        ALTER TABLE sync_problems ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX sync_problems_by_change ON sync_problems (told);
        CREATE TRIGGER sync_problem_new AFTER INSERT ON sync_problems BEGIN
            UPDATE sync_told SET changes = changes + 1;
            UPDATE sync_problems SET told = (SELECT changes FROM sync_told) WHERE key = NEW.key;
        END;
        CREATE TRIGGER sync_problem_other AFTER UPDATE OF path, problem, left_out ON sync_problems BEGIN
            UPDATE sync_told SET changes = changes + 1;
            UPDATE sync_problems SET told = (SELECT changes FROM sync_told) WHERE key = NEW.key;
        END;
        CREATE TRIGGER sync_problem_gone AFTER DELETE ON sync_problems BEGIN
            UPDATE sync_told SET changes = changes + 1;
        END;
        """
}
