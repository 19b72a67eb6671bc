import PannierCore
import PannierServer

/// What everyone may see, worked out from the bare tables and from the rules in words, without the code under test: an
/// owner sees all of the own namespace; a grant shows its node and what is below, but nothing in or below the trash, and
/// nothing at all when its node or something above it is in the trash. In place of revisions guests see the time of the
/// last change, and conflicts are not told to them.
struct FeedTruth: Equatable {
    typealias View = [NodeID: Node]

    private(set) var views: [AccountID: [ViewID: View]] = [:]

    init(_ transaction: any MetadataTransaction, people: [OperationsWorld.Person]) throws {
        let rows = Rows(transaction: transaction, namespaces: people.map { .bytes($0.namespace.bytes) })
        let nodes = try Self.nodes(rows, people)
        for person in people {
            views[person.account.id, default: [:]][person.view] = nodes.filter {
                $0.value.namespace == person.namespace
            }
        }
        for values in try rows("account, id, node", of: "shares") {
            guard case .bytes(let account) = values[0], case .bytes(let view) = values[1],
                case .bytes(let node) = values[2], let account = AccountID(bytes: account),
                let view = ViewID(bytes: view), let node = NodeID(bytes: node), views[account] != nil
            else { continue }
            if let shown = Self.subtree(of: node, in: nodes) { views[account]?[view] = shown }
        }
    }

    private static func subtree(of root: NodeID, in nodes: [NodeID: Node]) -> View? {
        func path(_ id: NodeID) -> [Node] {
            guard let node = nodes[id] else { return [] }
            return [node] + (node.parent.map(path) ?? [])
        }
        guard path(root).allSatisfy({ $0.trashedAt == nil }) else { return nil }
        let inside = nodes.values.filter { node in
            let path = path(node.id)
            return path.contains { $0.id == root } && path.allSatisfy { $0.trashedAt == nil }
        }
        return Dictionary(
            uniqueKeysWithValues: inside.map { node in
                var node = node
                node.isShared = false
                node.content?.conflicts = 0
                if node.id == root { node.parent = nil }
                (node.created, node.revision) = (0, node.changedAt)
                return (node.id, node)
            })
    }

    /// These people's part of a table.
    private struct Rows {
        let transaction: any MetadataTransaction
        let namespaces: [MetadataValue]

        func callAsFunction(_ columns: String, of table: String) throws -> [[MetadataValue]] {
            let places = namespaces.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            let query = "SELECT \(columns) FROM \(table) WHERE namespace IN (\(places))"
            return try transaction.rows(query, namespaces).map(\.values)
        }
    }

    private static func nodes(_ rows: Rows, _ people: [OperationsWorld.Person]) throws -> [NodeID: Node] {
        let shared = Set(try (rows("node", of: "shares") + rows("node", of: "invites")).map { $0[0] })
        var contents: [MetadataValue: Node.Content] = [:]
        for values in try rows("id, size, sha256, modified, is_executable, mime", of: "versions") {
            contents[values[0]] = content(values)
        }
        var conflicts: [MetadataValue: Int] = [:]
        for values in try rows("node, is_conflict, is_settled", of: "versions")
        where values[1] == .integer(1) && values[2] == .integer(0) { conflicts[values[0], default: 0] += 1 }
        let emails = Dictionary(
            uniqueKeysWithValues: people.map { (MetadataValue.bytes($0.account.id.bytes), $0.account.email) })
        let columns = """
            id, namespace, parent, name, kind, created, revision, changed_at, changed_by, trashed_at, version
            """
        var nodes: [NodeID: Node] = [:]
        for values in try rows(columns, of: "nodes") {
            guard let id = NodeID(bytes: bytes(values[0])), let namespace = NamespaceID(bytes: bytes(values[1])) else {
                continue
            }
            var content = contents[values[10]]
            content?.conflicts = conflicts[values[0], default: 0]
            nodes[id] = Node(
                id: id, namespace: namespace, parent: NodeID(bytes: bytes(values[2])),
                name: try NodeName(bytes: bytes(values[3])), kind: values[4] == .integer(0) ? .folder : .file,
                created: integer(values[5]) ?? -1, revision: integer(values[6]) ?? -1,
                changedAt: integer(values[7]) ?? -1, changedBy: emails[values[8]] ?? "", trashedAt: integer(values[9]),
                isShared: shared.contains(values[0]), content: content)
        }
        return nodes
    }

    private static func content(_ values: [MetadataValue]) -> Node.Content? {
        guard let version = VersionID(bytes: bytes(values[0])), let sha256 = Fingerprint(bytes: bytes(values[2])) else {
            return nil
        }
        return Node.Content(
            version: version, size: integer(values[1]) ?? -1, sha256: sha256, modified: integer(values[3]) ?? -1,
            isExecutable: values[4] == .integer(1), mimeType: text(values[5]))
    }

    private static func bytes(_ value: MetadataValue) -> [UInt8] {
        if case .bytes(let bytes) = value { bytes } else { [] }
    }

    private static func integer(_ value: MetadataValue) -> Int64? {
        if case .integer(let integer) = value { integer } else { nil }
    }

    private static func text(_ value: MetadataValue) -> String { if case .text(let text) = value { text } else { "" } }
}
