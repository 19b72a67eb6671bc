package import GRDB
package import PannierCore

/// Finds paths of nodes of one view, in the trash or not; folders that were met are remembered.
package struct PathsInView {
    private let root: Place
    private let isLiving: Bool
    private let database: Database
    /// Nodes of which more is known than the mirror says.
    private var newer: [NodeID: Node] = [:]
    private var known: [NodeID: RemotePath?]

    /// - Parameters:
    ///   - root: the account's own.
    ///   - isLiving: through folders that are in the trash, no way leads.
    package init(of root: Place, isLiving: Bool = false, _ database: Database) {
        self.root = root
        self.isLiving = isLiving
        self.database = database
        known = [root.node.id: .myFiles]
    }

    /// From now on this node stands where it says, whatever the mirror has. Before what lies in it is asked for.
    package mutating func learn(_ node: Node) {
        newer[node.id] = node
        known[node.id] = nil
    }

    /// Nil: no way leads from it to the root, as far as is known.
    package mutating func path(of node: Node) throws -> RemotePath? {
        guard let parent = node.parent else { return node.id == root.node.id ? .myFiles : nil }
        return try path(of: parent)?.appending(node.name)
    }

    private mutating func path(of folder: NodeID) throws -> RemotePath? {
        // Upwards to what is known, then down again. Until the feed has caught up, two folders may each seem to lie in the
        // other.
        var names: [(folder: NodeID, name: NodeName)] = []
        var next: NodeID? = folder
        var path: RemotePath?
        while let id = next, names.count <= Limits.depth {
            if let found = known[id] {
                path = found
                break
            }
            guard let (parent, name) = try place(of: id) else { break }
            names.append((id, name))
            next = parent
        }
        for (id, name) in names.reversed() {
            path = path?.appending(name)
            known[id] = .some(path)
        }
        return path
    }

    private func place(of id: NodeID) throws -> (parent: NodeID?, name: NodeName)? {
        if let node = newer[id] { return (node.parent, node.name) }
        let condition = isLiving ? " AND trashed_at IS NULL" : ""
        let statement = try database.cachedStatement(
            sql: "SELECT parent, name FROM nodes WHERE view = ? AND id = ?\(condition)")
        let row = try GRDB.Row.fetchOne(statement, arguments: [root.view, id.blob])
        return try row.map { (try $0.optionalIdentifier(0), try $0.nodeName(1)) }
    }
}
