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
    private var living: [NodeID: Bool] = [:]
    /// Children of a folder there by their names in NFC, of folders in which names other than ASCII are looked for.
    private var spellings: [NodeID: [[UInt8]: [NodeID]]] = [:]

    private init(_ database: Database, _ folder: SyncFolder, conflictMark: String) throws {
        self.database = database
        self.folder = folder
        self.conflictMark = conflictMark
        trees = SyncTrees(remoteRoot: folder.root, localRoot: LocalTable.top)
        living[folder.root] = true
        seenNodes.insert(folder.root)
        seenLocals.insert(LocalTable.top)
        trees.onlineOnly = try SyncTrees.onlineOnly(database)
    }

    static func read(_ database: Database, _ folder: SyncFolder, conflictMark: String) throws -> SyncTrees {
        var reader = try RegionReader(database, folder, conflictMark: conflictMark)
        for row in try GRDB.Row.fetchAll(database.cachedStatement(sql: "SELECT node FROM sync_changed_nodes")) {
            reader.want(try row.identifier(0) as NodeID)
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
        let remote = try remote(node)
        let synced = try SyncTransaction(database).agreement(on: node)
        trees.remote[node] = remote
        trees.synced[node] = synced
        if let remote {
            want(remote.place.parent)
            try wantHolders(of: remote.place.name, isFile: remote.content != nil, inThere: remote.place.parent)
        }
        var isHere = false
        if let synced {
            want(synced.place.parent)
            want(synced.local)
            isHere = try LocalTable(database).row(synced.local) != nil
        }
        if remote == nil || synced == nil || !isHere { try wantChildren(of: node) }
        if let synced, remote == nil { try wantChildren(of: synced.local) }
        // What is to be on the server alone goes from here with all that is in it.
        if let synced, synced.content == nil, try isOnlineOnly(node) { try wantKnownChildren(of: node, synced.local) }
    }

    private mutating func read(_ local: LocalID) throws {
        guard let entry = try here(local) else { return }
        trees.local[local] = entry
        want(entry.place.parent)
        let node = try SyncTransaction(database).node(of: local)
        if let node { want(node) } else if entry.isFolder { try wantChildren(of: local) }
        try wantHolders(of: entry.place.name, isFile: !entry.isFolder, inHere: entry.place.parent)
    }

    private mutating func remote(_ node: NodeID) throws -> RemoteEntry? {
        guard try isLiving(node) else { return nil }
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(TreeRows.remote) FROM nodes \(TreeRows.parked)
                WHERE nodes.view = ? AND nodes.id = ? AND nodes.parent IS NOT NULL
                """)
        let row = try GRDB.Row.fetchOne(statement, arguments: [folder.view, node.blob])
        return try row.map { try TreeRows.remote($0, root: folder.root).1 }
    }

    /// It hangs from the root, with nothing on the way in the trash.
    private mutating func isLiving(_ node: NodeID) throws -> Bool {
        var way: [NodeID] = []
        var next: NodeID? = node
        var isLiving = false
        let statement = try database.cachedStatement(
            sql: "SELECT parent FROM nodes WHERE view = ? AND id = ? AND trashed_at IS NULL")
        while let node = next, way.count <= Limits.depth {
            if let known = living[node] {
                isLiving = known
                break
            }
            way.append(node)
            next = try GRDB.Row.fetchOne(statement, arguments: [folder.view, node.blob])?.optionalIdentifier(0)
        }
        for node in way { living[node] = isLiving }
        return isLiving
    }

    private func here(_ local: LocalID) throws -> LocalEntry? {
        let statement = try database.cachedStatement(
            sql: "SELECT \(TreeRows.local) FROM sync_local WHERE number = ?")
        return try GRDB.Row.fetchOne(statement, arguments: [local.number]).map { try TreeRows.local($0).1 }
    }

    // MARK: What is in a folder

    private mutating func wantChildren(of node: NodeID) throws {
        let there = try database.cachedStatement(
            sql: "SELECT id FROM nodes WHERE view = ? AND parent = ? AND trashed_at IS NULL")
        for row in try GRDB.Row.fetchAll(there, arguments: [folder.view, node.blob]) {
            want(try row.identifier(0) as NodeID)
        }
        let agreed = try database.cachedStatement(sql: "SELECT node FROM sync_agreed WHERE parent = ?")
        for row in try GRDB.Row.fetchAll(agreed, arguments: [node.blob]) { want(try row.identifier(0) as NodeID) }
    }

    /// What is known here of a folder's children.
    private mutating func wantKnownChildren(of node: NodeID, _ local: LocalID) throws {
        let agreed = try database.cachedStatement(sql: "SELECT node FROM sync_agreed WHERE parent = ?")
        for row in try GRDB.Row.fetchAll(agreed, arguments: [node.blob]) { want(try row.identifier(0) as NodeID) }
        try wantChildren(of: local)
    }

    private func isOnlineOnly(_ node: NodeID) throws -> Bool {
        guard !trees.onlineOnly.isEmpty else { return false }
        let statement = try database.cachedStatement(sql: "SELECT parent FROM nodes WHERE view = ? AND id = ?")
        var next: NodeID? = node
        for _ in 0..<Limits.depth {
            guard let node = next else { return false }
            if trees.onlineOnly.contains(node) { return true }
            next = try GRDB.Row.fetchOne(statement, arguments: [folder.view, node.blob])?.optionalIdentifier(0)
        }
        return false
    }

    private mutating func wantChildren(of local: LocalID) throws {
        let inside = try database.cachedStatement(sql: "SELECT number FROM sync_local WHERE parent = ?")
        for number in try Int64.fetchAll(inside, arguments: [local.number]) { want(LocalID(number)) }
    }

    // MARK: Names

    private mutating func wantHolders(of name: NodeName, isFile: Bool, inThere parent: NodeID) throws {
        let local = parent == folder.root ? LocalTable.top : try SyncTransaction(database).local(of: parent)
        try wantHolders(of: name, isFile: isFile, there: parent, here: local)
    }

    private mutating func wantHolders(of name: NodeName, isFile: Bool, inHere parent: LocalID) throws {
        let node = parent == LocalTable.top ? folder.root : try SyncTransaction(database).node(of: parent)
        try wantHolders(of: name, isFile: isFile, there: node, here: parent)
    }

    /// Where a name is taken, another one is made of it, which may be taken, too.
    private mutating func wantHolders(
        of name: NodeName, isFile: Bool, there: NodeID?, here: LocalID?
    ) throws {
        guard try wantHolders(of: name, there, here) > 1 else { return }
        var number = 1
        var marked: NodeName
        repeat {
            marked = name.marked(number == 1 ? conflictMark : "\(conflictMark) \(number)", isFile: isFile)
            number += 1
        } while try wantHolders(of: marked, there, here) > 0
    }

    /// - Returns: how many things have the name, the same thing counted once for each side.
    private mutating func wantHolders(of name: NodeName, _ there: NodeID?, _ here: LocalID?) throws -> Int {
        var count = 0
        for node in try there.map({ try holders(of: name, in: $0) }) ?? [] {
            want(node)
            count += 1
        }
        guard let here else { return count }
        let statement = try database.cachedStatement(sql: "SELECT number FROM sync_local WHERE parent = ? AND name = ?")
        for number in try Int64.fetchAll(statement, arguments: [here.number, name.bytes.blob]) {
            want(LocalID(number))
            count += 1
        }
        return count
    }

    private mutating func holders(of name: NodeName, in parent: NodeID) throws -> [NodeID] {
        guard name.bytes.allSatisfy({ $0 < 0x80 }) else {
            return try spellings(in: parent)[name.uniqueKey] ?? []
        }
        let statement = try database.cachedStatement(
            sql: """
                SELECT id FROM nodes WHERE view = ? AND parent = ? AND is_folder IN (0, 1) AND name = ?
                AND trashed_at IS NULL
                """)
        return try GRDB.Row.fetchAll(statement, arguments: [folder.view, parent.blob, name.bytes.blob])
            .map { try $0.identifier(0) }
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
