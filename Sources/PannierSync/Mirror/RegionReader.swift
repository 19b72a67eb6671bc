import GRDB
import PannierCore
import PannierMirror

/// Reads of the three trees what a plan can depend on, and no more: 100,000 entries that are the same everywhere cost
/// nothing.
///
/// 1. What has changed, in all three trees.
/// 2. What it hangs from, in each of them.
/// 3. What is in a folder that one of the trees does not have: it goes with it, or keeps it alive.
/// 4. Who has a name that something of these may take, in any spelling; and the names that would be taken instead.
///
/// Everything else is where it is to be, and nobody wants its place: with all of the trees the planner gives the same steps.
struct RegionReader {
    private let database: Database
    private let folder: SyncFolder
    private let conflictMark: String
    private var trees: SyncTrees
    private var seenNodes: Set<NodeID> = []
    private var seenLocals: Set<LocalID> = []
    private var nodes: [NodeID] = []
    private var locals: [LocalID] = []
    private var rows: RegionRows
    private var holders: [HeldName: Holders] = [:]
    /// Children of a folder there by their names in NFC, of folders in which names other than ASCII are looked for.
    private var spellings: [NodeID: [[UInt8]: [NodeID]]] = [:]

    /// A name in a folder, which both sides may have.
    private struct HeldName: Hashable {
        var name: NodeName
        var there: NodeID?
        var here: LocalID?
    }

    /// Who has a name.
    private struct Holders {
        var nodes: [NodeID] = []
        var locals: [LocalID] = []
        /// They are one thing, which is on both sides.
        var areAgreed = false

        var isEmpty: Bool { nodes.isEmpty && locals.isEmpty }
    }

    private init(_ database: Database, _ folder: SyncFolder, conflictMark: String) throws {
        self.database = database
        self.folder = folder
        self.conflictMark = conflictMark
        trees = SyncTrees(remoteRoot: folder.root, localRoot: LocalTable.top)
        rows = RegionRows(database, folder)
        seenNodes.insert(folder.root)
        seenLocals.insert(LocalTable.top)
        trees.onlineOnly = try SyncTrees.onlineOnly(database)
    }

    static func read(_ database: Database, _ folder: SyncFolder, conflictMark: String) throws -> SyncTrees {
        var reader = try RegionReader(database, folder, conflictMark: conflictMark)
        for node in try NodeID.fetchAll(database.cachedStatement(sql: "SELECT node FROM sync_changed_nodes")) {
            reader.want(node)
        }
        for number in try Int64.fetchAll(database.cachedStatement(sql: "SELECT local FROM sync_changed_locals")) {
            reader.want(LocalID(number))
        }
        while true {
            if let local = reader.locals.popLast() {
                try reader.read(local)
            } else if let node = reader.nodes.popLast() {
                try reader.read(node)
            } else {
                break
            }
        }
        return try reader.finished()
    }

    /// What is not in it is agreed on as it stands.
    private func finished() throws -> SyncTrees {
        var trees = trees
        let agreed = try Int.fetchOne(database.cachedStatement(sql: "SELECT count(*) FROM sync_agreed")) ?? 0
        trees.settledCount = agreed - trees.synced.count
        return trees
    }

    private mutating func want(_ node: NodeID) {
        if seenNodes.insert(node).inserted { nodes.append(node) }
    }

    private mutating func want(_ local: LocalID) {
        if seenLocals.insert(local).inserted { locals.append(local) }
    }

    // MARK: One entry

    private mutating func read(_ node: NodeID) throws {
        let remote = try rows.remote(node)
        let synced = try rows.agreement(on: node)
        trees.remote[node] = remote
        trees.synced[node] = synced
        if let place = remote?.place {
            want(place.parent)
            let held = HeldName(name: place.name, there: place.parent, here: try rows.local(of: place.parent))
            try wantHolders(of: held, isFile: remote?.content != nil) { $0.nodes.contains(node) }
        }
        var isHere = false
        if let synced {
            want(synced.place.parent)
            want(synced.local)
            isHere = try rows.here(synced.local) != nil
        }
        if remote == nil || synced == nil || !isHere { try wantChildren(of: node) }
        if let synced, remote == nil { try wantChildren(of: synced.local) }
        // What is to be on the server alone goes from here with all that is in it.
        if let synced, synced.content == nil, try isOnlineOnly(node) { try wantKnownChildren(of: node, synced.local) }
    }

    private mutating func read(_ local: LocalID) throws {
        guard let entry = try rows.here(local) else { return }
        trees.local[local] = entry
        want(entry.place.parent)
        let node = try rows.node(of: local)
        if let node { want(node) } else if entry.isFolder { try wantChildren(of: local) }
        let place = entry.place
        let held = HeldName(name: place.name, there: try rows.node(of: place.parent), here: place.parent)
        try wantHolders(of: held, isFile: !entry.isFolder) { $0.locals.contains(local) }
    }

    // MARK: What is in a folder

    private mutating func wantChildren(of node: NodeID) throws {
        let there = try database.cachedStatement(
            sql: "SELECT id FROM nodes WHERE view = ? AND parent = ? AND trashed_at IS NULL")
        for child in try NodeID.fetchAll(there, arguments: [folder.view, node.blob]) { want(child) }
        try wantAgreedChildren(of: node)
    }

    private mutating func wantAgreedChildren(of node: NodeID) throws {
        let agreed = try database.cachedStatement(sql: "SELECT node FROM sync_agreed WHERE parent = ?")
        for child in try NodeID.fetchAll(agreed, arguments: [node.blob]) { want(child) }
    }

    /// What is known here of a folder's children.
    private mutating func wantKnownChildren(of node: NodeID, _ local: LocalID) throws {
        try wantAgreedChildren(of: node)
        try wantChildren(of: local)
    }

    private mutating func isOnlineOnly(_ node: NodeID) throws -> Bool {
        guard !trees.onlineOnly.isEmpty else { return false }
        var next: NodeID? = node
        for _ in 0..<Limits.depth {
            guard let node = next else { return false }
            if trees.onlineOnly.contains(node) { return true }
            next = try rows.parent(of: node)
        }
        return false
    }

    private mutating func wantChildren(of local: LocalID) throws {
        let inside = try database.cachedStatement(sql: "SELECT number FROM sync_local WHERE parent = ?")
        for number in try Int64.fetchAll(inside, arguments: [local.number]) { want(LocalID(number)) }
    }

    // MARK: Names

    /// Where a name is taken, another one is made of it, which may be taken, too.
    /// - Parameter isHeld: whether who asks is among them: one thing that everybody agrees on has its name to itself.
    private mutating func wantHolders(of held: HeldName, isFile: Bool, isHeld: (Holders) -> Bool) throws {
        let holders = try wantHolders(of: held)
        guard holders.nodes.count + holders.locals.count > 1, !(holders.areAgreed && isHeld(holders)) else { return }
        var number = 1
        var marked = held
        repeat {
            marked.name = held.name.marked(number == 1 ? conflictMark : "\(conflictMark) \(number)", isFile: isFile)
            number += 1
        } while try !wantHolders(of: marked).isEmpty
    }

    private mutating func wantHolders(of held: HeldName) throws -> Holders {
        if let known = holders[held] { return known }
        var found = Holders()
        if let there = held.there { found.nodes = try nodes(named: held.name, in: there) }
        if let here = held.here {
            let statement = try database.cachedStatement(
                sql: "SELECT number FROM sync_local WHERE parent = ? AND name = ?")
            found.locals = try Int64.fetchAll(statement, arguments: [here.number, held.name.bytes.blob])
                .map(LocalID.init)
        }
        if found.nodes.count == 1, found.locals.count == 1 {
            found.areAgreed = try rows.node(of: found.locals[0]) == found.nodes[0]
        }
        for node in found.nodes { want(node) }
        for local in found.locals { want(local) }
        holders[held] = found
        return found
    }

    private mutating func nodes(named name: NodeName, in parent: NodeID) throws -> [NodeID] {
        guard name.bytes.allSatisfy({ $0 < 0x80 }) else {
            return try spellings(in: parent)[name.uniqueKey] ?? []
        }
        let statement = try database.cachedStatement(
            sql: """
                SELECT id FROM nodes WHERE view = ? AND parent = ? AND is_folder IN (0, 1) AND name = ?
                AND trashed_at IS NULL
                """)
        return try NodeID.fetchAll(statement, arguments: [folder.view, parent.blob, name.bytes.blob])
    }

    private mutating func spellings(in parent: NodeID) throws -> [[UInt8]: [NodeID]] {
        if let known = spellings[parent] { return known }
        var found: [[UInt8]: [NodeID]] = [:]
        let rows = try GRDB.Row.fetchCursor(
            database.cachedStatement(
                sql: "SELECT id, name FROM nodes WHERE view = ? AND parent = ? AND trashed_at IS NULL"),
            arguments: [folder.view, parent.blob])
        while let row = try rows.next() {
            let name = try row.nodeName(1)
            if !name.bytes.allSatisfy({ $0 < 0x80 }) {
                found[name.uniqueKey, default: []].append(try row.identifier(0))
            }
        }
        spellings[parent] = found
        return found
    }
}
