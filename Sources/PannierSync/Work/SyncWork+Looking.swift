import GRDB
import Glibc
import PannierCore
import PannierMirror
import PannierTransfer

// Looking at folders, and reading files.
extension SyncWork {
    /// Between the look that may find a moved folder, and the one into it.
    private static let elsewherePause: Milliseconds = 1_000
    /// Folders looked at in one step of a pass.
    private static let foldersAtOnce = 128
    /// After something could not be read.
    private static let unreadablePause: Milliseconds = 60_000

    /// For so long after it was made a folder is being filled: what is left out of a look at it may be what it is about.
    private static let filling: Nanoseconds = 60_000_000_000

    func look(_ looks: [FolderLook], _ moment: Moment) throws -> LookOutcome {
        let number = misses.beginLook()
        let outcome = try seen(looks, moment, number).outcome
        misses.wait(for: outcome.missing, since: number)
        return outcome
    }

    /// - Parameter number: of this look.
    /// - Returns: `listed`: those that could be looked at.
    private func seen(
        _ looks: [FolderLook], _ moment: Moment, _ number: Int
    ) throws -> (outcome: LookOutcome, listed: [LocalID]) {
        try requireFolder()
        var outcome = LookOutcome()
        var listings: [FolderListing] = []
        for look in looks {
            if let listing = try list(look, moment, &outcome) { listings.append(listing) }
        }
        // Another folder may have come to stand there meanwhile, or none.
        try requireFolder()
        outcome = try take(listings, outcome, moment, number)
        outcome.missing = try mirror.read { try Observation($0).withMissing(looks.map(\.folder)) }
        return (outcome, listings.map(\.folder))
    }

    /// Also into what is out of the way: something may be missing there, and nothing is planned before that is found.
    func pass(after: LocalID, _ moment: Moment) throws -> (LookOutcome, next: LocalID?) {
        let folders = try mirror.read { database in
            try Int64.fetchAll(
                database.cachedStatement(
                    sql: "SELECT number FROM sync_local WHERE kind = 0 AND number > ? ORDER BY number LIMIT ?"),
                arguments: [after.number, Self.foldersAtOnce])
        }
        var outcome = try look(folders.map { FolderLook(LocalID($0)) }, moment)
        // They have higher numbers, and are looked at in their turn.
        if let last = folders.last { outcome.folders.removeAll { $0.number > last } }
        return (outcome, folders.last.map { LocalID($0) })
    }

    /// - Returns: nil when the folder could not be looked at.
    private func list(_ look: FolderLook, _ moment: Moment, _ outcome: inout LookOutcome) throws -> FolderListing? {
        let known = try mirror.read { database -> (TreePath, LocalRow, ignoring: Set<Int>)? in
            guard let path = try SyncTransaction(database).existingPath(of: look.folder),
                let row = try LocalTable(database).row(look.folder), row.kind == .folder
            else { return nil }
            return (path, row, try KnownIgnoreFiles.depths(above: look.folder, database))
        }
        guard let (path, row, ignoring) = known else { return try listOutOfTheWay(look, moment, &outcome) }
        let rules: IgnoreRules?
        do throws(Problem) {
            rules = try ignore.rules(for: path, moment.wall, known: ignoring)
        } catch {
            try unlisted(look.folder, path, error, moment.now, &outcome)
            return nil
        }
        guard let rules else {
            try unsettled(look.folder, moment.now, &outcome)
            return nil
        }
        do throws(LocalError) {
            // Another folder may stand there by now: what is in that one says nothing of this one.
            guard try row.stands(at: path, in: tree) else { throw LocalError(ENOENT) }
            watch.begin(look.folder, path)
            let entries = try LookedAt.entries(of: path, in: tree, rules)
            guard try row.stands(at: path, in: tree) else {
                watch.forget(look.folder)
                throw LocalError(ENOENT)
            }
            return FolderListing(
                folder: look.folder, entries: entries, busy: look.busy.union(moment.busy(look.folder)),
                isBeingFilled: look.folder != LocalTable.top && isBeingFilled(row, moment.wall))
        } catch  where error.isOfChange {
            try unlisted(look.folder, path, nil, moment.now, &outcome)
            return nil
        } catch {
            try unlisted(look.folder, path, error.looking(path), moment.now, &outcome)
            return nil
        }
    }

    /// Where nobody knows when it was made, it may be.
    private func isBeingFilled(_ folder: LocalRow, _ wall: Nanoseconds) -> Bool {
        folder.state.birth.map { (0..<Self.filling).contains(wall - $0) } ?? true
    }

    /// A folder that stands elsewhere is found by a look at the one that held it. One that cannot be looked at proves
    /// nothing of what it holds.
    /// - Parameter problem: nil: it is not there.
    func unlisted(
        _ folder: LocalID, _ path: TreePath, _ problem: Problem?, _ now: Milliseconds, _ outcome: inout LookOutcome
    ) throws {
        let parent = try mirror.write { database -> LocalID? in
            try Observation(database).assumeFound(in: folder)
            guard let problem else { return try LocalTable(database).row(folder)?.parent }
            try SyncTransaction(database).report(problem, key: "folder \(folder.number)", path: path)
            return nil
        }
        if let parent, parent.number > 0 {
            outcome.others.append(parent)
            // Found elsewhere by that look, it is to be looked into there; proven to be gone, it is forgotten before.
            outcome.again[folder] = now + Self.elsewherePause
        } else {
            outcome.again[folder] = now + Self.unreadablePause
            outcome.unlisted.insert(folder)
        }
    }

    /// What is to be ignored in it is being changed.
    private func unsettled(_ folder: LocalID, _ now: Milliseconds, _ outcome: inout LookOutcome) throws {
        try mirror.write { try Observation($0).assumeFound(in: folder) }
        outcome.again[folder] = now + settle / 1_000_000 + 1
    }

    private func take(
        _ listings: [FolderListing], _ before: LookOutcome, _ moment: Moment, _ number: Int
    ) throws -> LookOutcome {
        guard !listings.isEmpty else { return before }
        defer { Failpoint.lookTaken.pass() }
        let (outcome, missed) = try mirror.write { database in
            var outcome = before
            var observation = Observation(database)
            for listing in listings {
                let (listing, rest) = try resting(listing, moment.wall, database)
                if let rest { outcome.again[listing.folder] = moment.now + rest }
                if try isIgnoreFileChanged(listing, database) { outcome.areRulesChanged = true }
                try observation.take(listing)
                // What was told may be what the last plan waited with.
                if try report(listing, database) { outcome.isChanged = true }
            }
            if observation.news.hasNames { durable.foundNames() }
            outcome.folders += observation.news.folders
            outcome.isChanged = outcome.isChanged || observation.news.isChanged
            if observation.news.hasMovedFolder, try hasIgnoreFiles(database) { outcome.areRulesChanged = true }
            return (outcome, observation.news.missed)
        }
        misses.miss(missed, in: number)
        return outcome
    }

    /// Files that were changed a moment ago may be in the midst of being written, whoever has told of the folder.
    /// - Returns: the listing with those among the busy ones; and how long to wait for the last of them.
    private func resting(
        _ listing: FolderListing, _ wall: Nanoseconds, _ database: Database
    ) throws -> (FolderListing, Milliseconds?) {
        var listing = listing
        var rest: Nanoseconds?
        for entry in listing.entries where entry.kind == .file {
            let age = wall - entry.status.changed
            guard (0..<settle).contains(age), try !isKnown(entry, in: listing.folder, database) else { continue }
            listing.busy.insert(entry.name)
            rest = max(rest ?? 0, settle - age)
        }
        return (listing, rest.map { $0 / 1_000_000 + 1 })
    }

    private func hasIgnoreFiles(_ database: Database) throws -> Bool {
        try Bool.fetchOne(
            database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM sync_local WHERE name = ?)"),
            arguments: [IgnoreFile.name.blob])
            == true
    }

    /// Then what is below the folder may be ignored now, or no more.
    private func isIgnoreFileChanged(_ listing: FolderListing, _ database: Database) throws -> Bool {
        let entry = listing.entries.first { $0.name == IgnoreFile.name }
        guard let row = try LocalTable(database).row(named: IgnoreFile.name, in: listing.folder) else {
            return entry != nil
        }
        return entry.map { LocalRow.State($0) != row.state } ?? (row.missing == 0)
    }

    private func isKnown(_ entry: FolderListing.Entry, in folder: LocalID, _ database: Database) throws -> Bool {
        let (table, state) = (LocalTable(database), LocalRow.State(entry))
        if let row = try table.row(named: entry.name, in: folder), row.kind == .file, row.state == state { return true }
        // It came from another folder as it was; those who save a file write to it in its own.
        guard let row = try table.elsewhere(entry, state) else { return false }
        return row.parent != folder && state.holdsMoved(row.state)
    }

    /// What somebody should know of what is excluded; what was known of the folder before is past.
    /// - Returns: whether something of it was.
    private func report(_ listing: FolderListing, _ database: Database) throws -> Bool {
        let sync = SyncTransaction(database)
        var isAnyPast = try solves("folder \(listing.folder.number)", sync)
        for entry in listing.entries where entry.kind == .excluded {
            guard let local = try LocalTable(database).row(named: entry.name, in: listing.folder)?.local else {
                continue
            }
            let key = "local \(local.number)"
            if let problem = entry.problem {
                // What both sides agree on is in My Files still, and is not kept the same: that is a problem.
                let leftOut = try sync.node(of: local) == nil ? entry.leftOut : nil
                try sync.report(problem, key: key, path: try sync.path(of: local), leftOut: leftOut)
            } else if try solves(key, sync) {
                isAnyPast = true
            }
        }
        return isAnyPast
    }

    private func solves(_ key: String, _ sync: SyncTransaction) throws -> Bool {
        try sync.solve(key: key)
        return sync.database.changesCount > 0
    }

    // MARK: What is missing

    func prove(_ folders: [LocalID], _ moment: Moment) throws -> LookOutcome {
        let (number, since) = (misses.beginLook(), misses.endWaiting(folders))
        var (outcome, listed) = try seen(folders.map { FolderLook($0) }, moment, number)
        outcome.gone += try mirror.write { database in
            var observation = Observation(database)
            return try observation.removeProven(in: listed) { misses.prove($0, since: since[$1]) }
        }
        Failpoint.goneRemoved.pass()
        outcome.missing = try mirror.read { try Observation($0).withMissing(outcome.missing) }
        misses.wait(for: outcome.missing, since: number)
        outcome.isChanged = true
        return outcome
    }

    // MARK: Reading

    /// - Returns: `left`: those that are not read yet, the first of them perhaps in part.
    func read(
        _ locals: [LocalID], _ now: Milliseconds, _ wall: Nanoseconds
    ) throws -> (outcome: LookOutcome, left: [LocalID]) {
        try requireFolder()
        var outcome = LookOutcome()
        var ended: [(local: LocalID, path: TreePath, content: TreeContent?)] = []
        var (room, place) = (readAtOnce, 0)
        reading: while place < locals.count, room > 0 {
            let local = locals[place]
            // Also what is out of the way.
            if let path = try mirror.read({ try SyncTransaction($0).standingPath(of: local) }) {
                switch piece(of: local, at: path, &room) {
                case .success(.more): break reading
                case .success(.end(let content)): ended.append((local, path, content))
                case .failure(let error):
                    if let parent = try unread(local, path, error) {
                        outcome.again[parent] = now + (error.isOfChange ? 0 : Self.unreadablePause)
                    }
                    outcome.unread.append(local)
                }
            } else {
                outcome.unread.append(local)
            }
            place += 1
        }
        try durable.make(
            ended.compactMap { read in
                read.content.map { DurableFiles.File(path: read.path, changed: $0.status.changed) }
            }, in: tree, now, wall)
        for read in ended {
            // It is still being written, or is another file.
            if let parent = try wasRead(read.local, read.content) {
                outcome.again[parent] = now + settle / 1_000_000
                outcome.unread.append(read.local)
            } else {
                outcome.isChanged = true
            }
        }
        return (outcome, Array(locals[place...]))
    }

    private func piece(of local: LocalID, at path: TreePath, _ room: inout Int) -> Result<TreeReadingStep, LocalError> {
        do throws(LocalError) {
            return .success(try partlyRead.next(local, at: path, in: tree, &room))
        } catch {
            return .failure(error)
        }
    }

    /// - Returns: the folder that is to be looked at again.
    private func wasRead(_ local: LocalID, _ content: TreeContent?) throws -> LocalID? {
        try mirror.write { database in
            let table = LocalTable(database)
            guard let row = try table.row(local) else { return nil }
            guard let content, LocalRow.State(content.status, .file).isSame(as: row.state) else { return row.parent }
            try table.setDigest(local, content.digest, content.status)
            return nil
        }
    }

    private func unread(_ local: LocalID, _ path: TreePath, _ error: LocalError) throws -> LocalID? {
        try mirror.write { database in
            if !error.isOfChange {
                try SyncTransaction(database).report(error.looking(path), key: "local \(local.number)", path: path)
            }
            return try LocalTable(database).row(local)?.parent
        }
    }
}
