package import GRDB
package import PannierCore

/// Where things of the account's own trash can go, as far as is known here: to where they were, else to the top; under
/// their name, else under one that says that they were restored. The service decides in the end.
///
/// Things that go back together count as being there for each other, so those that others lie in must come first
/// (``inOrder(_:)``), here and in the requests.
package struct RestorePlaces {
    /// What becomes of one of them.
    package enum Answer: Sendable {
        case goes(to: RestorePlace)
        /// It is not in the trash, and stands there.
        case stands(RemotePath)
        /// Nothing of the account's own has this id.
        case unknown
    }

    private struct Spot: Hashable {
        let folder: NodeID
        let name: [UInt8]
    }

    private let database: Database
    private let root: Place
    private var paths: PathsInView
    private var restored: Set<NodeID> = []
    private var taken: Set<Spot> = []

    /// - Parameter root: the account's own.
    package init(of root: Place, _ database: Database) {
        self.database = database
        self.root = root
        paths = PathsInView(of: root, database)
    }

    /// Those that others lie in before them.
    package func inOrder(_ nodes: [NodeID]) throws -> [NodeID] {
        try nodes.map { (try ancestors(of: $0).count, $0) }.enumerated()
            .sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }

    /// - Parameters:
    ///   - attempt: 0 for its own name; later ones for those that say that it was restored.
    ///   - isAtTop: where it was is no place to go.
    package mutating func place(for id: NodeID, attempt: Int = 0, isAtTop: Bool = false) throws -> Answer {
        guard let node = try node(id), let folder = node.parent else { return .unknown }
        if try node.trashedAt == nil && isLiving(folder) {
            return try paths.path(of: node).map(Answer.stands) ?? .unknown
        }
        let origin = try paths.path(of: node)
        let target = try isAtTop || !isLiving(folder) ? root.node.id : folder
        let attempt = try freeAttempt(for: node, in: target, from: attempt)
        var there = node
        (there.parent, there.name) = (target, Self.name(of: node, attempt: attempt))
        restored.insert(id)
        taken.insert(Spot(folder: target, name: there.name.uniqueKey))
        paths.learn(there)
        return .goes(
            to: RestorePlace(
                parent: target, name: there.name, attempt: attempt, path: try paths.path(of: there), origin: origin))
    }

    private func freeAttempt(for node: Node, in folder: NodeID, from first: Int) throws -> Int {
        var attempt = first
        while attempt < first + Self.mostAttempts {
            let name = Self.name(of: node, attempt: attempt)
            let isTaken = taken.contains(Spot(folder: folder, name: name.uniqueKey))
            if try !isTaken && !hasChild(folder, name) { break }
            attempt += 1
        }
        return attempt
    }

    /// Then the service may say what it thinks of it.
    private static let mostAttempts = 1_000

    private static func name(of node: Node, attempt: Int) -> NodeName {
        if attempt == 0 { return node.name }
        return node.name.marked(attempt == 1 ? "restored" : "restored \(attempt)", isFile: node.kind == .file)
    }

    private func hasChild(_ folder: NodeID, _ name: NodeName) throws -> Bool {
        try Place.child(of: folder, in: root.view, named: name, database) != nil
    }

    // MARK: - The tree

    private func node(_ id: NodeID) throws -> Node? {
        let row = try GRDB.Row.fetchOne(
            database, sql: "SELECT \(nodeColumns) FROM nodes WHERE view = ? AND id = ?",
            arguments: [root.view, id.blob])
        return try row.map { try Node(row: $0) }
    }

    /// Neither it nor what it lies in is in the trash, once those that go back have gone back.
    private func isLiving(_ folder: NodeID) throws -> Bool {
        for ancestor in try ancestors(of: folder) {
            if ancestor.id == root.node.id || restored.contains(ancestor.id) { return true }
            if ancestor.isTrashed { return false }
        }
        return false
    }

    private typealias Ancestor = (id: NodeID, isTrashed: Bool)

    /// The node itself first, the root last unless something in between is not known.
    private func ancestors(of id: NodeID) throws -> [Ancestor] {
        let statement = try database.cachedStatement(
            sql: "SELECT parent, trashed_at IS NOT NULL FROM nodes WHERE view = ? AND id = ?")
        var chain: [Ancestor] = []
        var next: NodeID? = id
        while let id = next, chain.count <= Limits.depth + 1 {
            guard let row = try GRDB.Row.fetchOne(statement, arguments: [root.view, id.blob]) else { break }
            chain.append((id, row[1]))
            next = try row.optionalIdentifier(0)
        }
        return chain
    }
}

/// A place for something out of the trash.
package struct RestorePlace: Sendable, Hashable {
    package let parent: NodeID
    package let name: NodeName
    /// The number of the name: see ``RestorePlaces/place(for:attempt:isAtTop:)``.
    package let attempt: Int
    package let path: RemotePath?
    /// Where it was.
    package let origin: RemotePath?
}
