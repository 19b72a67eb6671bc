import GRDB
import PannierCore
import PannierMirror

/// Rows of `sync_local` as pannier's own work changes them.
struct LocalTable {
    /// The folder itself.
    static let top = LocalID(1)

    let database: Database

    init(_ database: Database) { self.database = database }

    /// The row of the folder itself, at pairing.
    func insertTop(_ status: TreeStatus) throws {
        let state = LocalRow.State(status, .folder)
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO sync_local
                    (number, parent, name, kind, inode, birth, links, size, modified, changed, is_executable)
                VALUES (1, 0, x'', 0, ?, ?, 1, 0, 0, 0, 0)
                """
        ).execute(arguments: [state.inode, state.birth])
    }

    func setTop(_ status: TreeStatus) throws {
        let state = LocalRow.State(status, .folder)
        try database.cachedStatement(
            sql: "UPDATE sync_local SET inode = ?1, birth = ?2 WHERE number = 1 AND (inode <> ?1 OR birth IS NOT ?2)"
        ).execute(arguments: [state.inode, state.birth])
    }

    /// - Parameter isListed: of a folder: it is known to be empty.
    func insert(
        _ name: [UInt8], _ kind: FolderListing.Entry.Kind, _ state: LocalRow.State, in folder: LocalID,
        digest: Fingerprint? = nil, isListed: Bool = false
    ) throws -> LocalID {
        try database.cachedStatement(
            sql: """
                INSERT INTO sync_local (parent, name, kind, inode, birth, links, size, modified, changed, is_executable,
                    sha256, is_listed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            folder.number, name.blob, kind.rawValue, state.inode, state.birth, state.links, state.size,
            state.modified, state.changed, state.isExecutable, digest?.bytes.blob, isListed,
        ])
        return LocalID(database.lastInsertedRowID)
    }

    func row(_ local: LocalID) throws -> LocalRow? {
        try database.cachedStatement(sql: "SELECT \(LocalRow.columns) FROM sync_local WHERE number = ?")
            .first([local.number], LocalRow.init)
    }

    /// Whether it is known as standing in the folder.
    func holds(_ status: TreeStatus) throws -> Bool { try row(standingAs: status) != nil }

    /// What it is known as that stands in the folder.
    func row(standingAs status: TreeStatus) throws -> LocalRow? {
        let state = LocalRow.State(status, .file)
        return try database.cachedStatement(
            sql: "SELECT \(LocalRow.columns) FROM sync_local WHERE inode = ? AND birth IS ? LIMIT 1"
        ).first([state.inode, state.birth], LocalRow.init)
    }

    /// What was found last under a name; of several, what is still there.
    func row(named name: [UInt8], in folder: LocalID) throws -> LocalRow? {
        try database.cachedStatement(
            sql: """
                SELECT \(LocalRow.columns) FROM sync_local WHERE parent = ? AND name = ? AND is_parked = 0
                ORDER BY missing IS NOT NULL LIMIT 1
                """
        ).first([folder.number, name.blob], LocalRow.init)
    }

    /// The row of what was known in another place and stands here now.
    func elsewhere(_ entry: FolderListing.Entry, _ state: LocalRow.State) throws -> LocalRow? {
        // The tops of file systems have numbers that are the same on many of them.
        guard entry.status.kind != .mount else { return nil }
        return try database.cachedStatement(
            sql: "SELECT \(LocalRow.columns) FROM sync_local WHERE inode = ? AND number > 1"
        ).all([state.inode], LocalRow.init).first { row in
            row.kind == entry.kind && row.state.isSameElsewhere(as: state, isFolder: entry.kind == .folder)
        }
    }

    /// It stands elsewhere now, by our own hand: what it holds is what it held.
    func moved(_ local: LocalID, to folder: LocalID, _ name: [UInt8], _ status: TreeStatus, isParked: Bool) throws {
        guard let row = try row(local) else { return }
        let state = LocalRow.State(status, row.kind)
        let isSame = row.state.size == state.size && row.state.modified == state.modified
        try database.cachedStatement(
            sql: """
                UPDATE sync_local SET parent = ?, name = ?, size = ?, modified = ?, changed = ?,
                    sha256 = iif(?, sha256, NULL), is_parked = ?, missing = NULL WHERE number = ?
                """
        ).execute(arguments: [
            folder.number, name.blob, state.size, state.modified, state.changed, isSame, isParked, local.number,
        ])
    }

    /// Before it is put out of the way.
    func park(_ local: LocalID) throws {
        try database.cachedStatement(sql: "UPDATE sync_local SET is_parked = 1 WHERE number = ?")
            .execute(arguments: [local.number])
    }

    /// It is not out of the way after all.
    func unpark(_ local: LocalID) throws {
        try database.cachedStatement(sql: "UPDATE sync_local SET is_parked = 0 WHERE number = ?")
            .execute(arguments: [local.number])
    }

    /// Whether anything else is known in a folder, out of the way or not.
    func holdsAnything(_ folder: LocalID, besides others: Set<LocalID>) throws -> Bool {
        let inside = try Int64.fetchCursor(
            database.cachedStatement(sql: "SELECT number FROM sync_local WHERE parent = ?"),
            arguments: [folder.number])
        while let number = try inside.next() { if !others.contains(LocalID(number)) { return true } }
        return false
    }

    /// Another file stands in its place now, by our own hand.
    /// - Parameter digest: of what it holds; nil: nobody knows.
    func replaced(_ local: LocalID, _ state: LocalRow.State, _ digest: Fingerprint?) throws {
        try database.cachedStatement(
            sql: """
                UPDATE sync_local SET inode = ?, birth = ?, links = ?, size = ?, modified = ?, changed = ?,
                    is_executable = ?, sha256 = ?, missing = NULL WHERE number = ?
                """
        ).execute(arguments: [
            state.inode, state.birth, state.links, state.size, state.modified, state.changed,
            state.isExecutable, digest?.bytes.blob, local.number,
        ])
    }

    func remove(_ local: LocalID) throws {
        try database.cachedStatement(sql: "DELETE FROM sync_local WHERE number = ?").execute(arguments: [local.number])
    }

    func setDigest(_ local: LocalID, _ digest: Fingerprint, _ status: TreeStatus) throws {
        let state = LocalRow.State(status, .file)
        try database.cachedStatement(
            sql: """
                UPDATE sync_local SET sha256 = ?, size = ?, modified = ?, changed = ?, is_executable = ?
                WHERE number = ? AND inode = ?
                """
        ).execute(arguments: [
            digest.bytes.blob, state.size, state.modified, state.changed, state.isExecutable, local.number,
            state.inode,
        ])
        // That it could not be read, or what it held could not be sent, is past.
        try SyncTransaction(database).solve(key: "local \(local.number)")
    }
}
