package import GRDB

/// The mirror's tables. A migration never changes once it has shipped, and uses no type of the program.
package enum MirrorSchema {
    package static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        registerTree(in: &migrator)
        TransferSchema.register(in: &migrator)
        CommandSchema.register(in: &migrator)
        registerOrders(in: &migrator)
        SyncSchema.register(in: &migrator)
        registerAges(in: &migrator)
        registerConflicts(in: &migrator)
        registerViewAges(in: &migrator)
        registerPages(in: &migrator)
        return migrator
    }

    private static func registerConflicts(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("tree 4") { db in
            try db.execute(
                sql: """
                    -- Versions of a file that were replaced by somebody who had not seen them, while nobody has said yet what
                    -- shall stay.
                    ALTER TABLE nodes ADD COLUMN conflicts INTEGER NOT NULL DEFAULT 0;
                    CREATE INDEX nodes_in_conflict ON nodes (view) WHERE conflicts > 0;
                    """)
        }
    }

    /// How far the feed has come in the account's own tree, and how old things are by the server's own clock.
    private static func registerAges(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("tree 3") { db in
            try db.execute(
                sql: """
                    -- Journal position of the account's own tree: the feed has told all up to it. NULL: not known yet.
                    ALTER TABLE feed ADD COLUMN revision INTEGER;
                    -- The server's clock when it gave the last page, in milliseconds since 1970. NULL: not known yet.
                    ALTER TABLE feed ADD COLUMN server_time INTEGER;
                    -- The newest changed_at that the server has told of any node, by the same clock. NULL: of none so far.
                    ALTER TABLE feed ADD COLUMN newest_change INTEGER;
                    UPDATE feed SET newest_change = (SELECT max(changed_at) FROM nodes);
                    """)
        }
    }

    private static func registerPages(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("tree 6") { db in
            try db.execute(
                sql: """
                    -- 1 while the server has told only of a part of what has changed: what is missing until its last page may
                    -- have come to a folder that is told of in a later one.
                    ALTER TABLE feed ADD COLUMN has_more INTEGER NOT NULL DEFAULT 0;
                    """)
        }
    }

    private static func registerViewAges(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("tree 5") { db in
            try db.execute(
                sql: """
                    -- As in feed, of the nodes of this view.
                    ALTER TABLE views ADD COLUMN newest_change INTEGER;
                    UPDATE views SET newest_change = (SELECT max(changed_at) FROM nodes WHERE view = views.number);
                    """)
        }
    }

    /// Rows in any order. Measured with 100,000 rows in a folder among 1,100,000: a page by size takes 13 ms from the index
    /// alone (260 ms before, when each row was looked up in the table), with letters to look for 34 ms (280 ms). An index
    /// of its own for each order would save most of that, but inserting took 1.8 times as long; this one makes it 1%.
    private static func registerOrders(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("tree 2") { db in
            try db.execute(
                sql: """
                    -- Pages of a folder by name, and paths; and, since it holds all that rows are ordered and chosen by, pages
                    -- in any other order. trashed_at is always NULL; without it SQLite 3.40 would read the table to see that.
                    DROP INDEX nodes_living;
                    CREATE INDEX nodes_living ON nodes (
                        view, parent, is_folder DESC, name, id, size, changed_at, changed_by, mime_type, trashed_at
                    ) WHERE trashed_at IS NULL;
                    -- The same for what was put into the trash.
                    CREATE INDEX nodes_trashed ON nodes (
                        view, is_folder DESC, name, id, size, trashed_at, changed_by, mime_type
                    ) WHERE trashed_at IS NOT NULL;
                    """)
        }
    }

    private static func registerTree(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("tree 1") { db in
            try db.execute(
                sql: """
                    -- One row: whose mirror this is, and how far it has come.
                    CREATE TABLE feed (
                        one INTEGER PRIMARY KEY CHECK (one = 1),
                        server TEXT NOT NULL,
                        account BLOB NOT NULL,
                        -- The server's encrypted place in the journals. NULL: nothing was read yet.
                        cursor TEXT,
                        -- Changes when the server was restored from a backup. NULL: not known yet.
                        epoch INTEGER,
                        -- 1 from a start without a cursor until its last page: views not confirmed by then have gone.
                        is_starting INTEGER NOT NULL,
                        -- Number of the last change to the mirror.
                        step INTEGER NOT NULL
                    ) STRICT;

                    -- A tree the account may see: its own, or what someone shares with it.
                    CREATE TABLE views (
                        number INTEGER PRIMARY KEY,
                        id BLOB NOT NULL UNIQUE,
                        root BLOB NOT NULL,
                        -- NULL for the account's own tree; else who shares it, under what role and since when.
                        owner TEXT,
                        role TEXT,
                        shared_at INTEGER,
                        -- Name in Shared With Me, unique there by NFC. NULL while the root has no row.
                        shown BLOB,
                        is_confirmed INTEGER NOT NULL,
                        -- Step at which it was opened. NULL once everything of it was listed after that.
                        opened INTEGER,
                        -- Files known in the view, kept by triggers.
                        files INTEGER NOT NULL DEFAULT 0
                    ) STRICT;
                    CREATE INDEX views_by_name ON views (shown) WHERE owner IS NOT NULL;

                    -- A file or folder in one view. No foreign key: a parent may be unknown until the feed has caught up.
                    CREATE TABLE nodes (
                        view INTEGER NOT NULL,
                        id BLOB NOT NULL,
                        namespace BLOB NOT NULL,
                        parent BLOB,
                        -- Exact bytes: text would take two spellings of one name for the same.
                        name BLOB NOT NULL,
                        is_folder INTEGER NOT NULL,
                        created INTEGER NOT NULL,
                        revision INTEGER NOT NULL,
                        changed_at INTEGER NOT NULL,
                        changed_by TEXT NOT NULL,
                        trashed_at INTEGER,
                        is_shared INTEGER NOT NULL,
                        -- The rest is NULL for folders.
                        version BLOB,
                        size INTEGER,
                        sha256 BLOB,
                        modified INTEGER,
                        is_executable INTEGER,
                        mime_type TEXT,
                        -- Step at which the server last spoke of it.
                        step INTEGER NOT NULL,
                        PRIMARY KEY (view, id)
                    ) STRICT, WITHOUT ROWID;
                    -- Pages of a folder by key, and paths. Not unique: while the feed catches up, a name may have moved on
                    -- from one node to the next without both being known yet.
                    CREATE INDEX nodes_living ON nodes (view, parent, is_folder DESC, name) WHERE trashed_at IS NULL;
                    -- All children in the order of their ids (the key comes last in every index of such a table).
                    CREATE INDEX nodes_by_parent ON nodes (view, parent);

                    CREATE TRIGGER nodes_counted AFTER INSERT ON nodes WHEN NEW.is_folder = 0 BEGIN
                        UPDATE views SET files = files + 1 WHERE number = NEW.view;
                    END;
                    CREATE TRIGGER nodes_uncounted AFTER DELETE ON nodes WHEN OLD.is_folder = 0 BEGIN
                        UPDATE views SET files = files - 1 WHERE number = OLD.view;
                    END;

                    -- How many living folders and files a folder shows, kept by triggers: counting a million rows for every page
                    -- would take a third of a second.
                    CREATE TABLE counts (
                        view INTEGER NOT NULL,
                        folder BLOB NOT NULL,
                        folders INTEGER NOT NULL,
                        files INTEGER NOT NULL,
                        PRIMARY KEY (view, folder)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TRIGGER counts_up AFTER INSERT ON nodes
                    WHEN NEW.parent IS NOT NULL AND NEW.trashed_at IS NULL BEGIN
                        INSERT INTO counts (view, folder, folders, files)
                        VALUES (NEW.view, NEW.parent, NEW.is_folder, 1 - NEW.is_folder)
                        ON CONFLICT (view, folder) DO UPDATE
                        SET folders = folders + excluded.folders, files = files + excluded.files;
                    END;
                    CREATE TRIGGER counts_down AFTER DELETE ON nodes
                    WHEN OLD.parent IS NOT NULL AND OLD.trashed_at IS NULL BEGIN
                        UPDATE counts SET folders = folders - OLD.is_folder, files = files - 1 + OLD.is_folder
                        WHERE view = OLD.view AND folder = OLD.parent;
                        DELETE FROM counts
                        WHERE view = OLD.view AND folder = OLD.parent AND folders = 0 AND files = 0;
                    END;
                    CREATE TRIGGER counts_over AFTER UPDATE OF parent, trashed_at ON nodes
                    WHEN OLD.parent IS NOT NEW.parent OR (OLD.trashed_at IS NULL) <> (NEW.trashed_at IS NULL) BEGIN
                        UPDATE counts SET folders = folders - OLD.is_folder, files = files - 1 + OLD.is_folder
                        WHERE view = OLD.view AND folder = OLD.parent AND OLD.trashed_at IS NULL;
                        INSERT INTO counts (view, folder, folders, files)
                        SELECT NEW.view, NEW.parent, NEW.is_folder, 1 - NEW.is_folder
                        WHERE NEW.parent IS NOT NULL AND NEW.trashed_at IS NULL
                        ON CONFLICT (view, folder) DO UPDATE
                        SET folders = folders + excluded.folders, files = files + excluded.files;
                    END;

                    -- Nodes that were told before their folder was. Those whose folder stays unknown are out of sight.
                    CREATE TABLE orphans (
                        view INTEGER NOT NULL,
                        node BLOB NOT NULL,
                        PRIMARY KEY (view, node)
                    ) STRICT, WITHOUT ROWID;

                    -- Folders whose children must still be listed, first come first served.
                    CREATE TABLE frontier (
                        position INTEGER PRIMARY KEY AUTOINCREMENT,
                        view INTEGER NOT NULL,
                        folder BLOB NOT NULL,
                        -- The last child listed. NULL: not begun.
                        after BLOB,
                        -- Children that the server has not spoken of since this step have gone when the listing ends.
                        since INTEGER NOT NULL,
                        UNIQUE (view, folder)
                    ) STRICT;
                    """)
        }
    }
}
