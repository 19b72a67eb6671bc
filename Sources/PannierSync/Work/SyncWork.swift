package import GRDB
package import PannierCore
package import PannierMirror
import PannierTransfer

/// Does what ``SyncAgenda`` says, on the disk and in the mirror. Every call blocks and ends soon; one at a time.
package struct SyncWork: Sendable {
    let mirror: any DatabaseWriter
    let tree: any FileTree
    let transfers: SyncTransferQueue
    let ignore: IgnoreCache
    let leftovers = Leftovers()
    let durable = DurableFiles()
    let misses = Misses()
    let shown = ShownDeletions()
    /// Files of which a piece is read in each action, so that other work goes on meanwhile.
    let partlyRead = PartlyRead()
    let partlyVerified = PartlyRead()
    /// Bytes read in one action.
    package var readAtOnce = 64 << 20
    package let watch: SyncWatch
    let conflictMark: @Sendable () -> ConflictMark
    /// How long nothing may have changed a file before it is looked at.
    let settle: Nanoseconds
    /// Tests compare what is planned from a part of the trees with what is planned from all of them.
    package var comparesPlans = false
    /// Tests guard small trees, too. Half as many are few.
    package var guardedCount: Int?

    package init(
        mirror: any DatabaseWriter, tree: any FileTree, transfers: SyncTransferQueue,
        watch: SyncWatch, settle: Milliseconds,
        conflictMark: @escaping @Sendable () -> ConflictMark
    ) {
        self.mirror = mirror
        self.tree = tree
        self.transfers = transfers
        self.watch = watch
        self.settle = settle * 1_000_000
        self.conflictMark = conflictMark
        ignore = IgnoreCache(tree, settle: settle * 1_000_000)
    }

    /// - Parameters:
    ///   - now: as the agenda counts.
    ///   - wall: by which the disk stamps files.
    ///   - busy: names in a folder that have not come to rest: nothing is concluded of them, whatever look is made.
    package func perform(
        _ action: SyncAction, now: Milliseconds, wall: Nanoseconds,
        busy: @escaping (LocalID) -> Set<[UInt8]> = { _ in [] }
    ) -> SyncEvent? {
        orFailed { try event(action, Moment(now: now, wall: wall, busy: busy)) }
    }

    /// What is thrown concerns everything: the disk beneath the folder, or the mirror.
    func orFailed(_ body: () throws -> SyncEvent?) -> SyncEvent? {
        do {
            return try body()
        } catch let problem as Problem {
            return .failed(problem)
        } catch let error as LocalError {
            return .failed(error.ofFolder)
        } catch {
            return .failed(Problem(database: error, path: mirror.path))
        }
    }

    private func event(_ action: SyncAction, _ moment: Moment) throws -> SyncEvent? {
        switch action {
        case .check: return .checked(try begin())
        case .look(let looks): return .looked(try look(looks, moment))
        case .pass(let after):
            let (outcome, next) = try pass(after: after, moment)
            return .passed(outcome, next: next)
        case .prove(let folders): return .looked(try prove(folders, moment))
        case .read(let locals):
            let (outcome, left) = try read(locals, moment.now, moment.wall)
            return .wasRead(outcome, left: left)
        case .plan(let leftOut, let despiteMissing):
            return .planned(try plan(leavingOut: leftOut, despiteMissing: despiteMissing, wall: moment.wall))
        case .here(let steps): return .didHere(try perform(steps))
        case .ask(let steps, let revision): return try ask(steps, plannedAt: revision)
        case .queue(let steps): return .queued(try queue(steps))
        case .verify(let after): return .verified(next: try verify(after: after))
        case .tidy:
            try tidy(moment.wall)
            return .tidied
        case .wait: return nil
        }
    }

    // MARK: The folder

    /// The folder is the one that was chosen: from now on it is what stands at the top.
    private func begin() throws -> Problem? {
        if let problem = try check() { return problem }
        guard let status = try tree.status([]) else { return .noSyncFolder }
        try mirror.write { try know(status, $0) }
        try makeOwnPart()
        try recover()
        return nil
    }

    /// A copy of the folder, or what was put back from a backup, has the marker, too; but what is missing in it was not
    /// deleted, and what differs in it was not edited. So nothing was agreed on with that one.
    private func know(_ status: TreeStatus, _ database: Database) throws {
        let table = LocalTable(database)
        if let top = try table.row(LocalTable.top), !isSameTop(top.state, LocalRow.State(status, .folder)),
            let folder = try SyncFolder.read(database)
        {
            try SyncFolder.forgetAgreements(database)
            try SyncTransaction(database).note(.united(folder.path), "united", path: [])
        }
        try table.setTop(status)
    }

    /// A copy was born later. Where nobody knows when, its number tells, if the disk keeps numbers; else the marker alone.
    private func isSameTop(_ known: LocalRow.State, _ found: LocalRow.State) -> Bool {
        // The top of a disk of exFAT (EXFAT_ROOT_INO) is said to be born whenever the disk is mounted.
        if known.inode == Self.topOfDisk, found.inode == Self.topOfDisk { return true }
        guard let birth = known.birth, let now = found.birth else {
            return known.inode == found.inode || !tree.keepsNumbers
        }
        return birth == now
    }

    private static let topOfDisk: Int64 = 1

    /// What was made by an earlier version may lack some of it, or let others look into it.
    private func makeOwnPart() throws {
        do throws(LocalError) {
            var isWhole = true
            for folder in OwnPart.folders {
                if try tree.status(folder) == nil { isWhole = false }
                try tree.makeOwnFolder(folder)
            }
            if !isWhole { try tree.sync([[], OwnPart.name]) }
        } catch {
            // A disk that cannot be written needs none of it.
            guard error.isOfReading else { throw error }
        }
    }

    /// Whether the folder is the one that was chosen, and there.
    func check() throws -> Problem? {
        guard let folder = try mirror.read({ try SyncFolder.read($0) }) else { return .noSyncFolder }
        switch tree.presence() {
        case .there: break
        case .missing, .replaced: return .lost(folder.path)
        case .unknown(let error): return error.reading(folder.path.description)
        }
        do throws(LocalError) {
            return try tree.read(OwnPart.marker) == folder.marker ? nil : .lost(folder.path)
        } catch {
            return .lost(folder.path)
        }
    }

    /// - Throws: what ``check()`` has found.
    func requireFolder() throws {
        if let problem = try check() { throw problem }
    }
}

extension Problem {
    package static let noSyncFolder = Problem(
        .syncFolderLost, "No folder is kept the same as My Files.", detail: "`pannier sync DIR` chooses one.", status: 0
    )

    fileprivate static func united(_ path: LocalPath) -> Problem {
        Problem(
            .syncFolderLost,
            "“\(path)” is another folder than before, as a copy is, or what was put back from a backup: both sides are united.",
            detail:
                "Nothing is deleted on either side; what is missing here comes from My Files. Where a file differs, the one "
                + "of this folder becomes the current version, and that of My Files stays as a version in conflict.",
            status: 0)
    }

    package static func lost(_ path: LocalPath) -> Problem {
        Problem(
            .syncFolderLost, "“\(path)” is not the folder that was chosen, or is not there.",
            detail:
                "Its disk may not be mounted. Nothing is deleted on the server; it goes on by itself when the folder is "
                + "back. If it was moved, or is gone for good: `pannier sync DIR`.",
            status: 0)
    }
}

/// The way to whoever hears what happens in folders.
package struct SyncWatch: Sendable {
    /// Called before a folder is looked at: from then on its changes are to be heard of, as far as that is possible.
    package var begin: @Sendable (LocalID, TreePath) -> Void
    /// It is gone.
    package var forget: @Sendable (LocalID) -> Void

    package init(
        begin: @escaping @Sendable (LocalID, TreePath) -> Void, forget: @escaping @Sendable (LocalID) -> Void
    ) {
        self.begin = begin
        self.forget = forget
    }
}

/// The way of files to the transfer queue, and back: the real one, or a simulated one.
package struct SyncTransferQueue: Sendable {
    /// What is on its way, and is left alone until it has ended.
    package struct UnderWay: Sendable {
        package var locals: Set<LocalID>
        package var nodes: Set<NodeID>

        package init(locals: Set<LocalID> = [], nodes: Set<NodeID> = []) {
            self.locals = locals
            self.nodes = nodes
        }

        package var isEmpty: Bool { locals.isEmpty && nodes.isEmpty }
    }

    /// Both within the caller's transaction.
    package var add: @Sendable (_ uploads: [SyncUpload], _ downloads: [SyncDownload], Database) throws -> Void
    package var underWay: @Sendable (Database) throws -> UnderWay
    /// After that transaction.
    package var added: @Sendable () -> Void

    package init(
        add: @escaping @Sendable ([SyncUpload], [SyncDownload], Database) throws -> Void,
        underWay: @escaping @Sendable (Database) throws -> UnderWay, added: @escaping @Sendable () -> Void
    ) {
        self.add = add
        self.underWay = underWay
        self.added = added
    }
}
