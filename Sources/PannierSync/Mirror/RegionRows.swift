import GRDB
import PannierCore
import PannierMirror

/// What the three trees say of single entries. Each is asked for once: entries hang from the same folders, and have the names
/// of each other.
struct RegionRows {
    private let database: Database
    private let folder: SyncFolder
    private var nodes: [NodeID: KnownNode?] = [:]
    private var living: [NodeID: Bool]
    private var agreements: [NodeID: SyncedEntry?] = [:]
    private var locals: [LocalID: LocalEntry?] = [:]
    private var agreedNodes: [LocalID: NodeID?] = [:]

    /// A node that is there, living or not.
    private struct KnownNode {
        /// Nil: it is the root of a view.
        var entry: RemoteEntry?
        /// What it really is in: ``RemoteEntry/place`` is where people see it.
        var parent: NodeID?
        var isTrashed: Bool
    }

    init(_ database: Database, _ folder: SyncFolder) {
        self.database = database
        self.folder = folder
        living = [folder.root: true]
    }

    // MARK: There

    /// Nil: it does not live there.
    mutating func remote(_ node: NodeID) throws -> RemoteEntry? {
        guard try isLiving(node) else { return nil }
        return try known(node)?.entry
    }

    /// It hangs from the root, with nothing on the way in the trash.
    private mutating func isLiving(_ node: NodeID) throws -> Bool {
        var way: [NodeID] = []
        var next: NodeID? = node
        var isLiving = false
        while let node = next, way.count <= Limits.depth {
            if let known = living[node] {
                isLiving = known
                break
            }
            way.append(node)
            next = try known(node).flatMap { $0.isTrashed ? nil : $0.parent }
        }
        for node in way { living[node] = isLiving }
        return isLiving
    }

    /// What it is in, in the trash or not.
    mutating func parent(of node: NodeID) throws -> NodeID? { try known(node)?.parent }

    private mutating func known(_ node: NodeID) throws -> KnownNode? {
        if let known = nodes[node] { return known }
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(TreeRows.remote), nodes.trashed_at IS NOT NULL FROM nodes \(TreeRows.parked)
                WHERE nodes.view = ? AND nodes.id = ?
                """)
        let known = try statement.first([folder.view, node.blob]) { row in
            let parent: NodeID? = try row.optionalIdentifier(1)
            let entry = parent == nil ? nil : try TreeRows.remote(row, root: folder.root).1
            return KnownNode(entry: entry, parent: parent, isTrashed: row[9])
        }
        nodes[node] = .some(known)
        return known
    }

    // MARK: Agreed

    mutating func agreement(on node: NodeID) throws -> SyncedEntry? {
        if let known = agreements[node] { return known }
        let entry = try SyncTransaction(database).agreement(on: node)
        agreements[node] = .some(entry)
        return entry
    }

    mutating func node(of local: LocalID) throws -> NodeID? {
        if local == LocalTable.top { return folder.root }
        if let known = agreedNodes[local] { return known }
        let node = try SyncTransaction(database).node(of: local)
        agreedNodes[local] = .some(node)
        return node
    }

    mutating func local(of node: NodeID) throws -> LocalID? {
        node == folder.root ? LocalTable.top : try agreement(on: node)?.local
    }

    // MARK: Here

    mutating func here(_ local: LocalID) throws -> LocalEntry? {
        if let known = locals[local] { return known }
        let statement = try database.cachedStatement(sql: "SELECT \(TreeRows.local) FROM sync_local WHERE number = ?")
        let entry = try statement.first([local.number]) { try TreeRows.local($0).1 }
        locals[local] = .some(entry)
        return entry
    }
}
