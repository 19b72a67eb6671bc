package import GRDB
package import PannierMirror
import PannierCore

/// Takes looks at folders into the mirror. Synchronous, inside a transaction of the caller's.
///
/// 1. Found under its name: the same file, or another one in its place.
/// 2. Found elsewhere: it was moved, and keeps its number.
/// 3. Not found: once says nothing, since it may have been on its way to another folder. Two looks, each without error,
///    prove that it is gone. Then its row goes, with those of all below it.
/// 4. Nothing is concluded of what is in the midst of something: it is looked at when it has come to rest.
/// 5. A folder is listed when one look has seen all that is in it. Until then what is not known in it may be there.
///
/// While something was looked for only once, no plan is made (``isSettled``).
package struct Observation {
    /// What the caller has to do about it.
    package struct News: Sendable, Hashable {
        /// Not known before: to be watched and looked at. Or moved: what was told of them since was looked for elsewhere, and
        /// what came into them just before that is not gone.
        package var folders: [LocalID] = []
        /// Something is different now.
        package var isChanged = false
        /// Something was found under a name that it was not known by.
        package var hasNames = false
        /// Other rules may hold for what is below it now.
        package var hasMovedFolder = false
        /// Not found, and found by the look before.
        package var missed: [LocalID] = []
    }

    let database: Database
    private(set) package var news = News()
    /// What this look has found under another name than it was known by.
    private var moved: Set<LocalID> = []
    /// What stands there under names that are still being written, by its number.
    private var busy: [Int64: LocalRow.State] = [:]

    package init(_ database: Database) { self.database = database }

    package mutating func take(_ listing: FolderListing) throws {
        // The look at the folder that holds it, taken just before, may have found that it is none any more, or is excluded.
        guard try LocalTable(database).row(listing.folder)?.kind == .folder else { return }
        moved = []
        busy = [:]
        for entry in listing.entries where listing.busy.contains(entry.name) {
            let state = LocalRow.State(entry)
            busy[state.inode] = state
        }
        var isWhole = true
        let rows = try database.cachedStatement(
            sql: "SELECT \(LocalRow.columns) FROM sync_local WHERE parent = ? AND is_parked = 0 ORDER BY name"
        ).all([listing.folder.number], LocalRow.init)
        var known = rows[...]
        var entries = listing.entries[...]
        while let name = Self.first(entries.first?.name, known.first?.name) {
            let same = known.prefix { $0.name == name }
            known = known.dropFirst(same.count)
            let entry = entries.first?.name == name ? entries.popFirst() : nil
            if !listing.busy.contains(name) {
                try take(entry, same, in: listing.folder)
            } else if let entry, same.isEmpty {
                if try !follow(entry, to: listing.folder) { isWhole = false }
            } else if same.count == 1 {
                for row in same where row.missing > 0 { try assumeFound(row) }
            }
        }
        if isWhole || !listing.isBeingFilled { try setListed(listing.folder) }
    }

    private mutating func setListed(_ folder: LocalID) throws {
        try database.cachedStatement(sql: "UPDATE sync_local SET is_listed = 1 WHERE number = ? AND is_listed = 0")
            .execute(arguments: [folder.number])
        if database.changesCount > 0 { news.isChanged = true }
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
            let free = known.filter { !moved.contains($0.local) }
            if let same = free.first(where: { $0.isSame(as: entry, state) }) ?? Self.hidden(by: entry, free) {
                try update(same, entry, entry.status.kind == .mount ? same.state : state)
                found = same.local
            } else if let moved = try LocalTable(database).elsewhere(entry, state) {
                try move(moved, to: folder, entry, state)
                found = moved.local
            } else {
                try insert(entry, state, in: folder)
            }
        }
        for row in known where row.local != found && !moved.contains(row.local) {
            if isBusy(row) { try find(row) } else { try miss(row) }
        }
    }

    // MARK: Found

    /// What another file system was mounted over is hidden, and not gone: it stays what it was, and is the same again when
    /// that is taken away.
    private static func hidden(by entry: FolderListing.Entry, _ known: [LocalRow]) -> LocalRow? {
        entry.status.kind == .mount ? known.min { $0.missing < $1.missing } : nil
    }

    /// What is still being written was renamed meanwhile: where it stands is known, what it holds stays what was known.
    /// - Returns: whether it was known.
    private mutating func follow(_ entry: FolderListing.Entry, to folder: LocalID) throws -> Bool {
        let state = LocalRow.State(entry)
        guard let row = try LocalTable(database).elsewhere(entry, state) else { return false }
        // Moving alone changes the time of its last change.
        let changed = state.holdsMoved(row.state) ? state.changed : row.state.changed
        moved.insert(row.local)
        if row.kind == .folder {
            news.hasMovedFolder = true
            news.folders.append(row.local)
        }
        (news.isChanged, news.hasNames) = (true, true)
        try database.cachedStatement(
            sql: """
                UPDATE sync_local SET parent = ?, name = ?, changed = ?, is_parked = 0, missing = NULL WHERE number = ?
                """
        ).execute(arguments: [folder.number, entry.name.blob, changed, row.local.number])
        return true
    }

    private mutating func update(_ row: LocalRow, _ entry: FolderListing.Entry, _ state: LocalRow.State) throws {
        guard row.state != state || row.kind != entry.kind || row.missing > 0 else { return }
        try write(row, entry, state, in: row.parent)
        if row.kind == .folder, entry.kind != .folder { try removeAll(below: row.local) }
        if row.kind != .folder, entry.kind == .folder { news.folders.append(row.local) }
        if row.kind == .excluded, entry.kind != .excluded {
            // Why it was, is past.
            try SyncTransaction(database).solve(key: "local \(row.local.number)")
        }
    }

    private mutating func move(
        _ row: LocalRow, to folder: LocalID, _ entry: FolderListing.Entry, _ state: LocalRow.State
    ) throws {
        moved.insert(row.local)
        if row.kind == .folder {
            news.hasMovedFolder = true
            news.folders.append(row.local)
        }
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
                    missing = NULL, is_listed = iif(?, is_listed, 0)
                WHERE number = ?
                """
        ).execute(arguments: [
            folder.number, entry.name.blob, entry.kind.rawValue, state.inode, state.birth, state.links, state.size,
            state.modified, state.changed, state.isExecutable, row.state.holdsSame(as: state),
            row.kind == entry.kind && row.state.isSame(as: state), row.local.number,
        ])
    }

    private mutating func insert(_ entry: FolderListing.Entry, _ state: LocalRow.State, in folder: LocalID) throws {
        (news.isChanged, news.hasNames) = (true, true)
        let local = try LocalTable(database).insert(entry.name, entry.kind, state, in: folder)
        if entry.kind == .folder { news.folders.append(local) }
    }

    // MARK: Not found

    /// It has another name in this folder, which has not come to rest: it stays where it was until that has.
    private func isBusy(_ row: LocalRow) -> Bool {
        busy[row.state.inode].map { row.state.isSameElsewhere(as: $0, isFolder: row.kind == .folder) } == true
    }

    private func find(_ row: LocalRow) throws {
        guard row.missing > 0 else { return }
        try database.cachedStatement(sql: "UPDATE sync_local SET missing = NULL WHERE number = ?")
            .execute(arguments: [row.local.number])
    }

    private mutating func miss(_ row: LocalRow) throws {
        guard row.missing < 2 else { return }
        news.isChanged = true
        if row.missing == 0 { news.missed.append(row.local) }
        try database.cachedStatement(sql: "UPDATE sync_local SET missing = ? WHERE number = ?")
            .execute(arguments: [row.missing + 1, row.local.number])
    }

    /// Those of the folders in which something was not found: they are to be looked at again. What two looks have not found
    /// is among it: the process may have ended before that was gone.
    package func withMissing(_ folders: [LocalID]) throws -> [LocalID] {
        let statement = try database.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM sync_local INDEXED BY sync_local_missing
                WHERE parent = ? AND missing IS NOT NULL AND is_parked = 0)
                """)
        return try folders.filter { try Bool.fetchOne(statement, arguments: [$0.number]) == true }
    }

    /// Everything was found, or is proven to be gone.
    package func isSettled() throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(
                sql: "SELECT NOT EXISTS (SELECT 1 FROM sync_local WHERE missing IS NOT NULL AND is_parked = 0)"))
            == true
    }

    /// What was not found lives on where it was known: a folder could not be looked at a second time, so nothing is proven.
    /// But where another one has its name it does not stand there, and is still looked for: else one of them would have to
    /// give way.
    package func assumeFound(in folder: LocalID) throws {
        try database.cachedStatement(
            sql: """
                UPDATE sync_local AS gone SET missing = NULL WHERE parent = ? AND missing IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM sync_local AS named
                    WHERE named.parent = gone.parent AND named.name = gone.name AND named.missing IS NULL)
                """
        ).execute(arguments: [folder.number])
    }

    private mutating func assumeFound(_ row: LocalRow) throws {
        news.isChanged = true
        try database.cachedStatement(sql: "UPDATE sync_local SET missing = NULL WHERE number = ?")
            .execute(arguments: [row.local.number])
    }

    /// Removes the rows of what two looks have not found in these folders, and of all below it. What was put out of the way
    /// is elsewhere, and stays.
    /// - Parameters:
    ///   - folders: the second look at each of them was made just now.
    ///   - isProven: whether something was missed before its folder began to wait for that look.
    /// - Returns: folders among what is gone.
    package mutating func removeProven(
        in folders: [LocalID], _ isProven: (_ local: LocalID, _ folder: LocalID) -> Bool
    ) throws -> [LocalID] {
        let statement = try database.cachedStatement(
            sql: "SELECT number FROM sync_local WHERE parent = ? AND missing = 2 AND is_parked = 0")
        var gone: [LocalID] = []
        for folder in folders {
            for number in try Int64.fetchAll(statement, arguments: [folder.number])
            where isProven(LocalID(number), folder) {
                gone += try remove(LocalID(number), withItself: true)
            }
        }
        return gone
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
