package import GRDB

/// The tables of the transfer queue. Everything a transfer needs to go on after kill -9 stands here before it counts.
package enum TransferSchema {
    package static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("transfers 1") { database in
            try database.execute(sql: transfers + items + packs)
        }
        migrator.registerMigration("transfers 2") { database in try database.execute(sql: bases) }
        migrator.registerMigration("transfers 3") { database in try database.execute(sql: figures) }
        migrator.registerMigration("transfers 4") { database in try database.execute(sql: sources) }
        migrator.registerMigration("transfers 5") { database in try database.execute(sql: chunkClasses) }
        migrator.registerMigration("transfers 6") { database in try database.execute(sql: wholes) }
        migrator.registerMigration("transfers 7") { database in try database.execute(sql: slots + oldSlots) }
        migrator.registerMigration("transfers 8") { database in try database.execute(sql: places) }
        migrator.registerMigration("transfers 9") { database in try database.execute(sql: copies) }
        migrator.registerMigration("transfers 10") { database in try database.execute(sql: synced) }
        migrator.registerMigration("transfers 11") { database in try database.execute(sql: fixed) }
    }

    private static let fixed = """
        -- Downloads of one file. 1: the content in source is wanted, whatever the file holds by then.
        ALTER TABLE transfers ADD COLUMN is_fixed INTEGER NOT NULL DEFAULT 0;

        """

    private static let bases = """
        -- Uploads. base_revision: of the file that was known at the item's place when it was found; of a transfer: at the
        -- top item's place when it was asked for. NULL: none. What was committed there since is not replaced unseen.
        ALTER TABLE transfers ADD COLUMN base_revision INTEGER;
        ALTER TABLE transfer_items ADD COLUMN base_revision INTEGER;

        """

    private static let transfers = """
        -- One file or folder that goes up or comes down. number: the order of the queue. state: waiting, paused, done,
        -- partlyFailed, failed, cancelled; whether a waiting one runs just now is not written down. name: of the top
        -- item, shown. Uploads: namespace, folder and target_name say where the top item will stand. Downloads: source
        -- is the top node as JSON. is_scanned: all items have been found. The counters follow the items; bytes are plain
        -- but for bytes_moved. partial_done, partial_moved: plain bytes of unfinished files that need no more work, and
        -- those of them that crossed the network, as they stood when they were last written down. problem: JSON.
        CREATE TABLE transfers (
            number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL UNIQUE,
            direction TEXT NOT NULL,
            state TEXT NOT NULL,
            local BLOB NOT NULL,
            remote TEXT NOT NULL,
            name TEXT NOT NULL,
            namespace BLOB,
            folder BLOB,
            target_name BLOB,
            source TEXT,
            is_scanned INTEGER NOT NULL DEFAULT 0,
            files_total INTEGER NOT NULL DEFAULT 0,
            files_done INTEGER NOT NULL DEFAULT 0,
            files_failed INTEGER NOT NULL DEFAULT 0,
            files_skipped INTEGER NOT NULL DEFAULT 0,
            bytes_total INTEGER NOT NULL DEFAULT 0,
            bytes_done INTEGER NOT NULL DEFAULT 0,
            bytes_reused INTEGER NOT NULL DEFAULT 0,
            bytes_moved INTEGER NOT NULL DEFAULT 0,
            partial_done INTEGER NOT NULL DEFAULT 0,
            partial_moved INTEGER NOT NULL DEFAULT 0,
            problem TEXT
        ) STRICT;

        """

    private static let items = """
        -- The files and folders of a transfer, folders before what they hold. path: names below the top item, joined by
        -- slashes; empty for the top item itself. state: pending; open (uploads: one was opened for it; downloads: under
        -- way in this run); ready (read to its end and acknowledged: upload_size, chunk_count, sha256 and modified are
        -- what its commit says); done; failed; skipped. rank: items are done in the order of rank and row. attempts: how
        -- often it was begun anew. note: how it was compressed and why. Downloads: node, version, sha256 say what is
        -- fetched; is_listed: 0 for a folder whose children are still to be found; has_part: 1 once there may be bytes of
        -- it on this disk.
        CREATE TABLE transfer_items (
            row INTEGER NOT NULL PRIMARY KEY,
            transfer INTEGER NOT NULL REFERENCES transfers (number) ON DELETE CASCADE,
            path BLOB NOT NULL,
            is_folder INTEGER NOT NULL,
            state TEXT NOT NULL,
            rank INTEGER NOT NULL DEFAULT 0,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            is_executable INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            upload BLOB,
            upload_size INTEGER,
            chunk_count INTEGER,
            sha256 BLOB,
            node BLOB,
            version BLOB,
            is_listed INTEGER NOT NULL DEFAULT 1,
            has_part INTEGER NOT NULL DEFAULT 0,
            note TEXT,
            problem TEXT,
            UNIQUE (transfer, path)
        ) STRICT;
        CREATE INDEX transfer_items_by_state ON transfer_items (transfer, state, rank, row);
        CREATE INDEX transfer_items_to_list ON transfer_items (transfer, row) WHERE is_listed = 0;

        """

    private static let packs = """
        -- Packs whose sending began and whose end is not known. chunks: what lies in it, as JSON. After a crash the
        -- service is asked to look at each: what arrived is not sent again.
        CREATE TABLE upload_packs (
            pack BLOB NOT NULL PRIMARY KEY,
            transfer INTEGER NOT NULL REFERENCES transfers (number) ON DELETE CASCADE,
            chunks BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX upload_packs_by_transfer ON upload_packs (transfer);

        """

    private static let figures = """
        -- Counters: files_* count files alone. folders_failed: folders that could not be read or made. *_skipped: what is
        -- never transferred, by kind. A further state of items: again, which failed before and is to be looked at anew
        -- before anything else. is_listed is 0, in uploads too, for a folder whose children are still to be found.
        ALTER TABLE transfers DROP COLUMN files_skipped;
        ALTER TABLE transfers ADD COLUMN folders_failed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE transfers ADD COLUMN links_skipped INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE transfers ADD COLUMN pipes_skipped INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE transfers ADD COLUMN sockets_skipped INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE transfers ADD COLUMN devices_skipped INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE transfers ADD COLUMN parts_skipped INTEGER NOT NULL DEFAULT 0;

        """

    private static let chunkClasses = """
        -- Uploads: how the file is cut, as the service said when the upload was opened.
        ALTER TABLE transfer_items ADD COLUMN chunk_class TEXT;

        """

    private static let sources = """
        -- Files and folders that a transfer was asked for. Where there are several, they share it: each has a row in
        -- transfer_sources; the paths of its items begin with its name; name is the first one's; target_name, source and
        -- base_revision are NULL. Of local and remote, one is then the first one's place, where it comes from, and the
        -- other the folder that all go to.
        ALTER TABLE transfers ADD COLUMN source_count INTEGER NOT NULL DEFAULT 1;
        -- Uploads: local, and base_revision as for the top item of a transfer. Downloads: remote, and node as JSON.
        CREATE TABLE transfer_sources (
            transfer INTEGER NOT NULL REFERENCES transfers (number) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            name BLOB NOT NULL,
            local BLOB,
            base_revision INTEGER,
            remote TEXT,
            node TEXT,
            PRIMARY KEY (transfer, number),
            UNIQUE (transfer, name)
        ) STRICT, WITHOUT ROWID;
        -- A further state of transfers: cleared, in no list any more, but with parts on the disk that could not be removed.
        -- Whose turn it is.
        CREATE INDEX transfers_waiting ON transfers (direction, number) WHERE state = 'waiting';

        """

    private static let wholes = """
        -- What is told of a transfer as a whole, however often it was paused. bytes_acknowledged: plain bytes in packs of
        -- it that the server has acknowledged, counted with the acknowledgement: found again, they are no news.
        -- ran_milliseconds: time in which it ran and did not wait.
        ALTER TABLE transfers ADD COLUMN bytes_acknowledged INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE transfers ADD COLUMN ran_milliseconds INTEGER NOT NULL DEFAULT 0;

        """

    private static let slots = """
        -- Where items stand in the chunk map: in the order in which they were begun, or ended without that; as long as they
        -- were then. NULL: not yet, or no bytes. Once given, a slot stays, whatever becomes of the file.
        ALTER TABLE transfer_items ADD COLUMN map_start INTEGER;
        ALTER TABLE transfer_items ADD COLUMN map_length INTEGER;
        -- Done, and nothing of it crossed the network.
        ALTER TABLE transfer_items ADD COLUMN was_there INTEGER NOT NULL DEFAULT 0;
        -- map_bytes: what all slots will take that are known of; map_given: what they take by now. map_open: of files that
        -- were under way when a run ended, the stretches that are sure or there, as ``ChunkRuns`` are written.
        ALTER TABLE transfers ADD COLUMN map_bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE transfers ADD COLUMN map_given INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE transfers ADD COLUMN map_open BLOB;
        CREATE INDEX transfer_items_by_slot ON transfer_items (transfer, map_start) WHERE map_start IS NOT NULL;

        """

    private static let oldSlots = """
        UPDATE transfer_items SET map_start = slots.start, map_length = size FROM (
            SELECT row AS item, sum(size) OVER (PARTITION BY transfer ORDER BY rank, row) - size AS start
            FROM transfer_items WHERE is_folder = 0 AND size > 0 AND state NOT IN ('pending', 'skipped')
        ) AS slots WHERE row = slots.item;
        UPDATE transfers SET
            map_given = (SELECT ifnull(sum(map_length), 0) FROM transfer_items WHERE transfer = number),
            map_bytes = (
                SELECT ifnull(sum(size), 0) FROM transfer_items
                WHERE transfer = number AND is_folder = 0 AND state <> 'skipped');

        """

    private static let places = """
        -- The order of the queue, in place of number: no two are equal.
        ALTER TABLE transfers ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
        UPDATE transfers SET place = number;
        DROP INDEX transfers_waiting;
        CREATE INDEX transfers_waiting ON transfers (direction, place) WHERE state = 'waiting';
        CREATE INDEX transfers_by_place ON transfers (place);

        """

    private static let copies = """
        -- Copies between two people's trees: first a download into a folder of their own on this disk, then, as the same
        -- transfer with the same items, an upload from there. copied_from: where the only or first source is, as JSON;
        -- NULL: no copy. Its namespace, folder, target_name and remote say from the beginning where it goes to, and
        -- transfer_sources has both sides. is_placed: the names there were looked at after all had been fetched, and
        -- were free.
        ALTER TABLE transfers ADD COLUMN copied_from TEXT;
        ALTER TABLE transfers ADD COLUMN is_placed INTEGER NOT NULL DEFAULT 0;

        """

    private static let synced = """
        -- Transfers of the synced folder: all their items are known from the beginning, and none is a folder. sync_folder:
        -- the folder's absolute path; NULL: a transfer that a person asked for. There are no sources; of several files,
        -- local is the first one's place, or in downloads the folder, and remote the root, or the first one's place.
        ALTER TABLE transfers ADD COLUMN sync_folder BLOB;
        -- Their items. shown: the path below the folder when the item was added, for people; path only tells items apart.
        -- Uploads: local is the file's number in sync_local; a new file goes into the folder parent under name; where
        -- these are NULL, node gets a new version. Downloads: path is the name in the folder's own part.
        ALTER TABLE transfer_items ADD COLUMN shown BLOB;
        ALTER TABLE transfer_items ADD COLUMN local INTEGER;
        ALTER TABLE transfer_items ADD COLUMN parent BLOB;
        ALTER TABLE transfer_items ADD COLUMN name BLOB;
        -- Uploads, any: st_ctime of the state that was read, of an item that is ready; with upload_size and modified it
        -- tells that state from others. NULL: read before this was kept.
        ALTER TABLE transfer_items ADD COLUMN read_changed INTEGER;

        """
}
