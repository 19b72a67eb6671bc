import Glibc
package import GRDB
package import PannierCore
import PannierMirror
import PannierTransfer

/// Carries out what a plan wants done on this disk, within a transaction of the caller's: first the disk, then its names
/// made durable, then the mirror, which is committed last. What a crash leaves in between is found by looking.
package struct HereSteps {
    let database: Database
    let tree: any FileTree
    let table: LocalTable
    let sync: SyncTransaction
    let root: NodeID
    /// Folders in which names were changed.
    private var touched: Set<TreePath> = []
    var outcome = StepOutcome()
    /// What is to leave this disk once the mirror has forgotten it.
    private(set) var evictions: [Eviction] = []
    private var evicted: Set<LocalID> = []

    package init(_ database: Database, _ tree: any FileTree, root: NodeID) {
        self.database = database
        self.tree = tree
        self.root = root
        table = LocalTable(database)
        sync = SyncTransaction(database)
    }

    /// Writes down what is about to be put out of the way. In a transaction of its own, before ``perform(_:)``.
    package static func intend(_ steps: [PlanStep], _ database: Database) throws {
        for case .parkHere(let local) in steps { try LocalTable(database).park(local) }
    }

    /// - Throws: what the mirror says; or ``LocalError`` when names could not be made durable. Nothing is known then of what
    ///   was done, and the transaction must not be committed.
    package mutating func perform(_ steps: [PlanStep]) throws -> StepOutcome {
        for step in steps {
            do {
                try perform(step)
                outcome.done += 1
            } catch let failure as StepFailure {
                outcome.failures.append((step, failure))
                try settleParking(step)
            }
        }
        Failpoint.hereChanged.pass()
        try tree.sync(touched.sorted { $0.lexicographicallyPrecedes($1) })
        return outcome
    }

    private mutating func perform(_ step: PlanStep) throws {
        switch step {
        case .makeFolderHere(let node, let place): try makeFolder(node, at: place)
        case .download(let node, let content, let place): try placeFetched(node, content, at: place)
        case .replaceHere(let node, let local, let new, let old): try replace(local, old, by: new, of: node)
        case .moveHere(let local, let place, let isAgreed): try move(local, to: place, isAgreed: isAgreed)
        case .parkHere(let local): try park(local)
        case .deleteHere(let local, let node, let content): try delete(local, content, node)
        case .evictHere(let local, let node, let content): try evict(step, local, content, node)
        default: break
        }
    }

    // MARK: Places

    /// A folder of this disk, and what the server knows it by.
    private struct Folder {
        var local: LocalID
        /// Nil while it is not known there.
        var node: NodeID?
        var path: TreePath
    }

    private func folder(_ item: SyncItem) throws -> Folder {
        let (local, node): (LocalID?, NodeID?) =
            switch item {
            case .node(root): (LocalTable.top, root)
            case .node(let node): (try sync.local(of: node), node)
            case .local(let local): (local, try sync.node(of: local))
            }
        guard let local, let path = try sync.standingPath(of: local), let row = try table.row(local) else {
            throw StepFailure.stale([])
        }
        let isThere = try onDisk(path, in: [row.parent]) { () throws(LocalError) in try row.stands(at: path, in: tree) }
        guard isThere else { throw StepFailure.stale([row.parent]) }
        return Folder(local: local, node: node, path: path)
    }

    /// Does something on the disk; what it says of changed circumstances is the step's failure.
    func onDisk<Value>(
        _ path: TreePath, in folders: [LocalID], _ body: () throws(LocalError) -> Value
    ) throws(StepFailure) -> Value {
        do throws(LocalError) {
            return try body()
        } catch {
            throw .of(error, path, in: folders)
        }
    }

    mutating func touch(_ path: TreePath) { touched.insert(path.folder) }

    // MARK: New here

    private mutating func makeFolder(_ node: NodeID, at place: SyncPlace<SyncItem>) throws {
        let parent = try folder(place.parent)
        guard let parentNode = parent.node else { throw StepFailure.stale([]) }
        let path = parent.path.appending(place.name.bytes)
        try onDisk(path, in: [parent.local]) { () throws(LocalError) in try tree.makeFolder(path) }
        outcome.moves.append(OwnMove(.here, place.name.bytes, in: parent.local))
        touch(path)
        let status = try found(path, in: parent.local)
        let state = LocalRow.State(status, .folder)
        let local = try table.insert(place.name.bytes, .folder, state, in: parent.local, isListed: true)
        try sync.agree(node, SyncedEntry(SyncPlace(parentNode, place.name), content: nil, local: local))
        outcome.folders.append(local)
    }

    func found(_ path: TreePath, in folder: LocalID) throws -> TreeStatus {
        let status = try onDisk(path, in: [folder]) { () throws(LocalError) in try tree.status(path) }
        guard let status else { throw StepFailure.stale([folder]) }
        return status
    }

    private mutating func placeFetched(
        _ node: NodeID, _ content: SyncContent, at place: SyncPlace<SyncItem>
    ) throws {
        guard let name = try sync.fetchedName(of: node, content) else { throw StepFailure.stale([]) }
        let parent = try folder(place.parent)
        guard let parentNode = parent.node else { throw StepFailure.stale([]) }
        let (source, path) = (OwnPart.incoming(name), parent.path.appending(place.name.bytes))
        let before = try fetched(source, node)
        try onDisk(path, in: [parent.local]) { () throws(LocalError) in try tree.move(source, to: path) }
        outcome.moves.append(OwnMove(.here, place.name.bytes, in: parent.local))
        touch(source)
        touch(path)
        let after = LocalRow.State(try found(path, in: parent.local), .file)
        let digest = after.holdsMoved(before) ? content.digest : nil
        let local = try table.insert(place.name.bytes, .file, after, in: parent.local, digest: digest)
        try sync.agree(node, SyncedEntry(SyncPlace(parentNode, place.name), content: content, local: local))
        try sync.forgetFetched(node)
    }

    /// What was fetched, before it gets its place: then somebody may write to it at once, and nothing is known of that.
    private func fetched(_ source: TreePath, _ node: NodeID) throws -> LocalRow.State {
        let status = try onDisk(source, in: []) { () throws(LocalError) in try tree.status(source) }
        guard let status else {
            // What is not there any more is fetched anew.
            try sync.forgetFetched(node)
            throw StepFailure.stale([])
        }
        return LocalRow.State(status, .file)
    }

    // MARK: Replaced and deleted

    /// The row of a file that stands on the disk just as it is known.
    private func known(_ local: LocalID, _ content: SyncContent?) throws -> (row: LocalRow, path: TreePath) {
        guard let row = try table.row(local), let path = try sync.standingPath(of: local) else {
            throw StepFailure.stale([])
        }
        let status = try found(path, in: row.parent)
        let isSame = LocalRow.State(status, row.kind) == row.state
        guard isSame, try sync.content(of: local) == content else { throw StepFailure.stale([row.parent]) }
        return (row, path)
    }

    /// Nobody ever sees the place empty. What came out of it is looked at once more: somebody may have written to it
    /// between the look and the exchange; then it goes back.
    private mutating func replace(
        _ local: LocalID, _ old: SyncContent, by new: SyncContent, of node: NodeID
    ) throws {
        guard let name = try sync.fetchedName(of: node, new), let agreed = try sync.agreement(on: node) else {
            throw StepFailure.stale([])
        }
        let (row, path) = try known(local, old)
        let source = OwnPart.incoming(name)
        try copyAccess(from: path, to: source, row, node)
        let before = try fetched(source, node)
        try onDisk(path, in: [row.parent]) { () throws(LocalError) in try tree.exchange(source, path) }
        outcome.moves += [OwnMove(.here, row.name, in: row.parent), OwnMove(.away, row.name, in: row.parent)]
        touch(path)
        touch(source)
        do {
            guard try isStill(row, source) else { throw StepFailure.stale([row.parent]) }
            try quarantine(source, row)
        } catch let failure as StepFailure {
            try putBack(source, to: path, before, row, node)
            throw failure
        }
        let after = try placed(path, row)
        try table.replaced(local, after, after.holdsMoved(before) ? new.digest : nil)
        try sync.agree(node, SyncedEntry(agreed.place, content: new, local: local))
        try sync.forgetFetched(node)
    }

    /// What nobody else could read stays so.
    private func copyAccess(from path: TreePath, to source: TreePath, _ row: LocalRow, _ node: NodeID) throws {
        do throws(LocalError) {
            try tree.copyAccess(from: path, to: source)
        } catch {
            // It may not be durable: it is fetched anew.
            try sync.forgetFetched(node)
            throw StepFailure.of(error, path, in: [row.parent])
        }
    }

    /// What was replaced is in quarantine by now; where nobody can say what stands there, it is looked at.
    private func placed(_ path: TreePath, _ row: LocalRow) throws(StepFailure) -> LocalRow.State {
        do throws(LocalError) {
            if let status = try tree.status(path) { return LocalRow.State(status, .file) }
        } catch {
            throw .stale([row.parent])
        }
        throw .stale([row.parent])
    }

    /// Where its place is gone by now it is kept, and never taken for what was fetched.
    /// - Throws: ``StepFailure`` when it could not go back; ``LocalError`` when nothing can be done with it: then it is found
    ///   when work begins anew.
    private mutating func putBack(
        _ source: TreePath, to path: TreePath, _ fetched: LocalRow.State, _ row: LocalRow, _ node: NodeID
    ) throws {
        do throws(LocalError) {
            try tree.exchange(source, path)
        } catch {
            try sync.forgetFetched(node)
            try keep(source, of: path, row)
            throw StepFailure.stale([row.parent])
        }
        // As long as it stood there, somebody may have written to what came, or put another one there: the newest stays.
        if let status = try tree.status(source), LocalRow.State(status, .file).holdsMoved(fetched) { return }
        try sync.forgetFetched(node)
        do throws(LocalError) { try tree.exchange(source, path) } catch  where error.isOfChange {}
        try keep(source, of: path, row)
    }

    /// What is not what was known goes into quarantine, and that is told.
    private mutating func keep(_ source: TreePath, of path: TreePath, _ row: LocalRow) throws {
        let place = try tree.keep(source, in: OwnPart.quarantine, row.local, row.name)
        touch(place)
        try sync.noteKept(path, at: place)
    }

    /// Whether what was moved is what was known.
    private func isStill(_ row: LocalRow, _ path: TreePath) throws -> Bool {
        LocalRow.State(try found(path, in: row.parent), row.kind).holdsMoved(row.state)
    }

    private mutating func delete(_ local: LocalID, _ content: SyncContent?, _ node: NodeID) throws {
        if try !isGoneFromOwnPart(local) { try take(local, content) }
        try table.remove(local)
        try sync.forget(node)
    }

    /// Nobody looks into a folder that is out of the way: what was not in it any more by then is not found to be gone.
    private func isGoneFromOwnPart(_ local: LocalID) throws -> Bool {
        guard let row = try table.row(local), !row.isParked, let folder = try parkedFolder(above: row),
            let place = try sync.standingPath(of: folder.local), let path = try sync.standingPath(of: local),
            try !table.holdsAnything(local, besides: [])
        else { return false }
        // Where that folder itself is not out of the way nothing is known of what is in it.
        let isThere = try onDisk(place, in: []) { () throws(LocalError) in try folder.stands(at: place, in: tree) }
        guard isThere else { throw StepFailure.stale([folder.parent]) }
        return try onDisk(path, in: [row.parent]) { () throws(LocalError) in try tree.status(path) } == nil
    }

    private func parkedFolder(above row: LocalRow) throws -> LocalRow? {
        var next = try table.row(row.parent)
        while let folder = next, !folder.isParked { next = try table.row(folder.parent) }
        return next
    }

    /// What the server has, just as it stands here. What was agreed on is forgotten first, and where it is to lie is written
    /// down: when that is committed it leaves its place (``SyncWork/evict(_:_:)``), and nobody takes that for a person's
    /// deletion, or forgets where it is, whatever comes in between.
    private mutating func evict(_ step: PlanStep, _ local: LocalID, _ content: SyncContent?, _ node: NodeID) throws {
        let (row, path) = try known(local, content)
        if row.kind == .folder, try table.holdsAnything(local, besides: evicted) { throw StepFailure.stale([local]) }
        guard let agreed = try sync.agreement(on: node), agreed.local == local, agreed.content == content,
            try sync.isLiving(node, holding: content)
        else { throw StepFailure.stale([]) }
        var eviction = Eviction(
            step: step, node: node, content: content, row: row, path: path, agreed: agreed,
            epoch: try FeedState.read(database)?.epoch)
        if row.kind == .file {
            eviction.place = try onDisk(path, in: [row.parent]) { () throws(LocalError) in
                try tree.placeToKeep(in: OwnPart.evicted, local, row.name)
            }
        }
        try sync.forget(node)
        try Evicted(database).note(eviction)
        evicted.insert(local)
        evictions.append(eviction)
    }

    /// Takes something from its place.
    private mutating func take(_ local: LocalID, _ content: SyncContent?) throws {
        let (row, path) = try known(local, content)
        if row.kind == .folder {
            // What is known in it and was not found there may stand elsewhere by now: that is looked for first, and nothing
            // is left behind in a folder that is not known any more.
            guard try !table.holdsAnything(local, besides: []) else { throw StepFailure.stale([local]) }
            try removeFolder(path, row)
            outcome.moves.append(OwnMove(.away, row.name, in: row.parent))
            outcome.gone.append(local)
            touch(path)
            return
        }
        let target = try quarantine(path, row)
        outcome.moves.append(OwnMove(.away, row.name, in: row.parent))
        touch(path)
        do {
            guard try isStill(row, target) else { throw StepFailure.stale([row.parent]) }
        } catch let failure as StepFailure {
            try giveBack(target, to: path, row)
            throw failure
        }
    }

    /// What is new in one that is out of the way, or lies in one that is, nobody sees there, and its place is taken: then it
    /// stays, where people look.
    private mutating func removeFolder(_ path: TreePath, _ row: LocalRow) throws {
        do throws(LocalError) {
            try tree.removeFolder(path)
        } catch {
            guard error.code == ENOTEMPTY, try sync.existingPath(of: row.local) == nil else {
                throw StepFailure.of(error, path, in: [row.parent, row.local])
            }
            try bringToLight(path, row)
        }
    }

    /// Where something else has its name by now it stays in quarantine, and that is told.
    private func giveBack(_ target: TreePath, to path: TreePath, _ row: LocalRow) throws {
        do throws(LocalError) {
            try tree.move(target, to: path)
        } catch {
            try sync.noteKept(path, at: target)
            throw StepFailure.of(error, path, in: [row.parent])
        }
    }

    @discardableResult
    mutating func quarantine(_ path: TreePath, _ row: LocalRow) throws -> TreePath {
        let target = try onDisk(path, in: [row.parent]) { () throws(LocalError) in
            try tree.keep(path, in: OwnPart.quarantine, row.local, row.name)
        }
        touch(target)
        return target
    }

    // MARK: Moved

    private mutating func move(_ local: LocalID, to place: SyncPlace<SyncItem>, isAgreed: Bool) throws {
        let parent = try folder(place.parent)
        guard let row = try table.row(local), let source = try sync.standingPath(of: local) else {
            throw StepFailure.stale([])
        }
        let path = parent.path.appending(place.name.bytes)
        try requireKnown(row, at: source)
        let folders = [parent.local, row.parent]
        try onDisk(path, in: folders) { () throws(LocalError) in try tree.move(source, to: path) }
        if !row.isParked { outcome.moves.append(OwnMove(.away, row.name, in: row.parent)) }
        outcome.moves.append(OwnMove(.here, place.name.bytes, in: parent.local))
        touch(source)
        touch(path)
        let status = try found(path, in: parent.local)
        // Somebody has put another one there since: it stays where they want it.
        guard row.state.isSame(as: LocalRow.State(status, row.kind)) else { throw StepFailure.stale(folders) }
        try table.moved(local, to: parent.local, place.name.bytes, status, isParked: false)
        // Whoever looked for it meanwhile may have given up its watch.
        if row.kind == .folder { outcome.folders.append(local) }
        guard isAgreed, let node = try sync.node(of: local), let parentNode = parent.node else { return }
        if var entry = try sync.agreement(on: node) {
            entry.place = SyncPlace(parentNode, place.name)
            try sync.agree(node, entry)
        }
    }

    /// What is moved is what was known: another one that somebody has put into its place stays where it is.
    func requireKnown(_ row: LocalRow, at path: TreePath) throws {
        let status = try found(path, in: row.parent)
        guard row.state.isSame(as: LocalRow.State(status, row.kind)) else { throw StepFailure.stale([row.parent]) }
    }
}
