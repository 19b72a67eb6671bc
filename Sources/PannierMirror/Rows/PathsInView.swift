package import GRDB
package import PannierCore

/// Finds paths of nodes of one view, in the trash or not; folders that were met are remembered.
package struct PathsInView {
    private let root: Place
    private let database: Database
    private var known: [NodeID: RemotePath?]

    /// - Parameter root: the account's own.
    package init(of root: Place, _ database: Database) {
        self.root = root
        self.database = database
        known = [root.node.id: .myFiles]
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
            guard let row = try Self.row(of: id, in: root.view, database) else { break }
            names.append((id, try row.nodeName(1)))
            next = try row.optionalIdentifier(0)
        }
        for (id, name) in names.reversed() {
            path = path?.appending(name)
            known[id] = .some(path)
        }
        return path
    }

    private static func row(of folder: NodeID, in view: Int64, _ database: Database) throws -> GRDB.Row? {
        let statement = try database.cachedStatement(sql: "SELECT parent, name FROM nodes WHERE view = ? AND id = ?")
        return try GRDB.Row.fetchOne(statement, arguments: [view, folder.blob])
    }
}
