package import GRDB
package import PannierMirror
import PannierCore

/// Takes looks at folders into the mirror. Synchronous, inside a transaction of the caller's.
///
/// 1. Found under its name: the same file, or another one in its place.
/// 2. Found elsewhere: it was moved, and keeps its number.
/// 3. Not found: once says nothing, since it may have been on its way to another folder. Two looks, each without error,
///    prove that it is gone. Then its row goes, with those of all below it.
///
/// While something was looked for only once, no plan is made (``isSettled``).
package struct Observation {
    /// What the caller has to do about it.
    package struct News: Sendable, Hashable {
        /// Not known before: to be watched and looked at.
        package var folders: [LocalID] = []
        /// Something is different now.
        package var isChanged = false
        /// Something was found under a name that it was not known by.
        package var hasNames = false
        /// Other rules may hold for what is below it now.
        package var hasMovedFolder = false
    }

    let database: Database
    private(set) package var news = News()
    /// What this look has found under another name than it was known by.
    private var moved: Set<LocalID> = []

    package init(_ database: Database) { self.database = database }

    package mutating func take(_ listing: FolderListing) throws {
        moved = []
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT \(LocalRow.columns) FROM sync_local WHERE parent = ? AND is_parked = 0 ORDER BY name"),
            arguments: [listing.folder.number]
        ).map(LocalRow.init)
        var known = rows[...]
        var entries = listing.entries[...]
        while let name = Self.first(entries.first?.name, known.first?.name) {
            let same = known.prefix { $0.name == name }
            known = known.dropFirst(same.count)
            let entry = entries.first?.name == name ? entries.popFirst() : nil
            if !listing.busy.contains(name) {
                try take(entry, same, in: listing.folder)
            } else if let entry, same.isEmpty {
                try follow(entry, to: listing.folder)
            }
        }
    }

    private static func first(_ one: [UInt8]?, _ other: [UInt8]?) -> [UInt8]? {
        guard let one, let other else { return one ?? other }
        return other.lexicographicallyPrecedes(one) ? other : one
    }

    /// - Parameter known: what was known under that name; several while a file that was replaced is looked for.
    private mutating func take(
        _ entry: FolderListing.Entry?, _ known: ArraySlice<LocalRow>, in folder: LocalID
    ) throws {
        var found: LocalID?
        if let entry {
            let state = LocalRow.State(entry)
            let same = known.first { $0.isSame(as: entry, state) && !moved.contains($0.local) }
            if let same {
                try update(same, entry, state)
                found = same.local
            } else if let moved = try elsewhere(entry, state) {
                try move(moved, to: folder, entry, state)
                found = moved.local
            } else {
                try insert(entry, state, in: folder)
            }
        }
        for row in known where row.local != found && !moved.contains(row.local) { try miss(row) }
    }

    // MARK: Found

    /// What is still being written was renamed meanwhile: where it stands is known, what it holds stays what was known.
    private mutating func follow(_ entry: FolderListing.Entry, to folder: LocalID) throws {
        guard let row = try elsewhere(entry, LocalRow.State(entry)) else { return }
        moved.insert(row.local)
        if row.kind == .folder { news.hasMovedFolder = true }
        (news.isChanged, news.hasNames) = (true, true)
        try database.cachedStatement(
            sql: "UPDATE sync_local SET parent = ?, name = ?, is_parked = 0, missing = NULL WHERE number = ?"
        ).execute(arguments: [folder.number, entry.name.blob, row.local.number])
    }

    private mutating func update(_ row: LocalRow, _ entry: FolderListing.Entry, _ state: LocalRow.State) throws {
        guard row.state != state || row.kind != entry.kind || row.missing > 0 else { return }
        try write(row, entry, state, in: row.parent)
        if row.kind == .folder, entry.kind != .folder { try removeAll(below: row.local) }
        if row.kind != .folder, entry.kind == .folder { news.folders.append(row.local) }
    }

    private mutating func move(
        _ row: LocalRow, to folder: LocalID, _ entry: FolderListing.Entry, _ state: LocalRow.State
    ) throws {
        moved.insert(row.local)
        if row.kind == .folder { news.hasMovedFolder = true }
        news.hasNames = true
        try write(row, entry, state, in: folder)
    }

    private mutating func write(
        _ row: LocalRow, _ entry: FolderListing.Entry, _ state: LocalRow.State, in folder: LocalID
    ) throws {
        news.isChanged = true
        try database.cachedStatement(
            sql: """
                UPDATE sync_local SET parent = ?, name = ?, kind = ?, inode = ?, birth = ?, links = ?, size = ?,
                    modified = ?, changed = ?, is_executable = ?, sha256 = iif(?, sha256, NULL), is_parked = 0,
                    missing = NULL
                WHERE number = ?
                """
        ).execute(arguments: [
            folder.number, entry.name.blob, entry.kind.rawValue, state.inode, state.birth, state.links, state.size,
            state.modified, state.changed, state.isExecutable, row.state.holdsSame(as: state), row.local.number,
        ])
    }

    /// The row of what was known in another place and stands here now.
    private func elsewhere(_ entry: FolderListing.Entry, _ state: LocalRow.State) throws -> LocalRow? {
        try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: "SELECT \(LocalRow.columns) FROM sync_local WHERE inode = ? AND number > 1"),
            arguments: [state.inode]
        ).map(LocalRow.init).first { row in
            row.kind == entry.kind && row.state.isSameElsewhere(as: state, isFolder: entry.kind == .folder)
        }
    }

    private mutating func insert(_ entry: FolderListing.Entry, _ state: LocalRow.State, in folder: LocalID) throws {
        (news.isChanged, news.hasNames) = (true, true)
        let local = try LocalTable(database).insert(entry.name, entry.kind, state, in: folder)
        if entry.kind == .folder { news.folders.append(local) }
    }

    // MARK: Not found

    private mutating func miss(_ row: LocalRow) throws {
        guard row.missing < 2 else { return }
        news.isChanged = true
        try database.cachedStatement(sql: "UPDATE sync_local SET missing = ? WHERE number = ?")
            .execute(arguments: [row.missing + 1, row.local.number])
    }

    /// Folders in which something was not found: they are to be looked at again. What two looks have not found is among it:
    /// the process may have ended before that was gone.
    package func foldersToLookAgain() throws -> [LocalID] {
        try Int64.fetchAll(
            database.cachedStatement(
                sql: "SELECT DISTINCT parent FROM sync_local WHERE missing IS NOT NULL AND is_parked = 0")
        ).map(LocalID.init)
    }

    /// Everything was found, or is proven to be gone.
    package func isSettled() throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT NOT EXISTS (SELECT 1 FROM sync_local WHERE missing IS NOT NULL)"))
            == true
    }

    /// What was not found lives on where it was known: a folder could not be looked at a second time, so nothing is proven.
    package func assumeFound(in folder: LocalID) throws {
        try database.cachedStatement(
            sql: "UPDATE sync_local SET missing = NULL WHERE parent = ? AND missing IS NOT NULL"
        ).execute(arguments: [folder.number])
    }

    /// Removes the rows of what two looks have not found, and of all below it. What was put out of the way is elsewhere,
    /// and stays.
    /// - Returns: folders among them.
    package mutating func removeProven() throws -> [LocalID] {
        let gone = try Int64.fetchAll(
            database.cachedStatement(sql: "SELECT number FROM sync_local WHERE missing = 2 AND is_parked = 0"))
        var folders: [LocalID] = []
        for number in gone { folders += try remove(LocalID(number), withItself: true) }
        return folders
    }

    /// What is excluded has nothing below it that anybody knows.
    private mutating func removeAll(below folder: LocalID) throws {
        _ = try remove(folder, withItself: false)
    }

    private mutating func remove(_ top: LocalID, withItself: Bool) throws -> [LocalID] {
        news.isChanged = true
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    WITH RECURSIVE below (number, kind) AS (
                        SELECT number, kind FROM sync_local WHERE number = ?
                        UNION SELECT inside.number, inside.kind FROM below
                        JOIN sync_local AS inside ON inside.parent = below.number AND inside.is_parked = 0
                    )
                    SELECT number, kind FROM below
                    """), arguments: [top.number])
        let delete = try database.cachedStatement(sql: "DELETE FROM sync_local WHERE number = ?")
        var folders: [LocalID] = []
        for row in rows {
            let (number, kind): (Int64, Int64) = (row[0], row[1])
            guard withItself || number != top.number else { continue }
            if kind == FolderListing.Entry.Kind.folder.rawValue { folders.append(LocalID(number)) }
            try delete.execute(arguments: [number])
        }
        return folders
    }
}
