import GRDB
import PannierCore
import PannierMirror
import PannierSync

/// All that the service knows, read out of its tables.
struct ServerTree {
    struct Node: Equatable {
        var parent: NodeID?
        var name: [UInt8]
        var revision: Int64
        var isTrashed: Bool
        var digest: [UInt8]?
    }

    struct Version {
        var node: NodeID
        var bytes: [UInt8]
        /// Somebody who had not seen it has replaced it.
        var isConflict: Bool
    }

    private(set) var nodes: [NodeID: Node] = [:]
    private(set) var versions: [VersionID: Version] = [:]
    /// Of all nodes that are in no trash: the version that each shows.
    private(set) var heads: [NodeID: VersionID] = [:]
    /// Bytes by path; nil for folders.
    private(set) var living: [TreePath: [UInt8]?] = [:]
    /// Those that stand under the name by which they are put out of the way. By another one's name it is a person's own.
    private(set) var parked: [TreePath] = []
    /// Heads and versions.
    var contents: Set<[UInt8]> { Set(versions.values.map(\.bytes)) }

    init(_ service: SimulatedService) throws {
        let (rows, versions) = try service.database.read { database in
            let rows = try GRDB.Row.fetchAll(
                database,
                sql: """
                    SELECT nodes.id, nodes.parent, nodes.name, nodes.revision, nodes.trashed_at, versions.sha256,
                        versions.id FROM nodes
                    LEFT JOIN versions ON versions.namespace = nodes.namespace AND versions.id = nodes.version
                    """)
            return (rows, try Self.versions(database, service))
        }
        self.versions = versions
        var shown: [NodeID: VersionID] = [:]
        for row in rows {
            let id: NodeID = try row.identifier(0)
            let version: VersionID? = try row.optionalIdentifier(6)
            if let version { shown[id] = version }
            nodes[id] = Node(
                parent: try row.optionalIdentifier(1), name: try row.bytes(2), revision: row[3],
                isTrashed: (row[4] as Int64?) != nil, digest: version == nil ? nil : try row.bytes(5))
        }
        try place(shown)
    }

    /// - Throws: ``Broken``: a piece of a version is nowhere.
    private static func versions(_ database: Database, _ service: SimulatedService) throws -> [VersionID: Version] {
        let pieces = try GRDB.Row.fetchAll(
            database, sql: "SELECT fingerprint, pack FROM chunks WHERE state = 1 ORDER BY fingerprint, pack")
        var packs: [Fingerprint: PackID] = [:]
        for row in pieces {
            guard let fingerprint = Fingerprint(bytes: try row.bytes(0)) else { continue }
            packs[fingerprint] = try row.identifier(1)
        }
        let manifests = try service.manifests(database)
        var versions: [VersionID: Version] = [:]
        for row in try GRDB.Row.fetchAll(database, sql: "SELECT id, node, is_conflict FROM versions") {
            let version: VersionID = try row.identifier(0)
            let bytes = try (manifests[version] ?? []).flatMap { fingerprint in
                guard let pack = packs[fingerprint], let bytes = service.bytes(of: fingerprint, in: pack) else {
                    throw Broken("a piece of version \(version) is not stored")
                }
                return bytes
            }
            versions[version] = Version(node: try row.identifier(1), bytes: bytes, isConflict: row[2])
        }
        return versions
    }

    /// - Throws: ``Broken``: a node hangs from nothing, or in a circle; or two have one name.
    private mutating func place(_ shown: [NodeID: VersionID]) throws {
        var keys: Set<[UInt8]> = []
        for (id, node) in nodes where node.parent != nil {
            var names: [[UInt8]] = []
            var next = id
            var isLiving = true
            while let found = nodes[next], let parent = found.parent {
                names.append(found.name)
                if found.isTrashed { isLiving = false }
                guard names.count <= nodes.count else { throw Broken("folders lie in each other") }
                next = parent
            }
            guard nodes[next]?.parent == nil, nodes[next] != nil else { throw Broken("node \(id) hangs from nothing") }
            guard isLiving else { continue }
            let path = Array(names.reversed().joined(separator: [UInt8(ascii: "/")]))
            if SyncTransaction.parkedName(of: id)?.bytes == node.name { parked.append(path) }
            heads[id] = shown[id]
            living[path] = .some(shown[id].flatMap { versions[$0]?.bytes })
            let key = try NodeName(bytes: node.name).uniqueKey
            guard keys.insert((node.parent?.bytes ?? []) + key).inserted else {
                throw Broken("two nodes are \(path.text)")
            }
        }
    }

    /// The journal has a row for each revision.
    func check(_ service: SimulatedService) throws {
        let (count, last, head) = try service.database.read { database in
            (
                try Int64.fetchOne(database, sql: "SELECT count(*) FROM journal") ?? 0,
                try Int64.fetchOne(database, sql: "SELECT max(revision) FROM journal") ?? 0,
                try Int64.fetchOne(database, sql: "SELECT head FROM namespaces") ?? 0
            )
        }
        guard count == head, last == head else {
            throw Broken("the journal has \(count) rows up to \(last), and its head is \(head)")
        }
    }

    /// What nobody has edited is not sent over what somebody has.
    func checkEdits(_ service: SimulatedService) throws {
        let untouched = try service.database.read { database in
            try GRDB.Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT sent.node, sent.revision, seen.revision FROM versions AS sent JOIN versions AS seen
                        ON seen.namespace = sent.namespace AND seen.node = sent.node AND seen.revision = (
                            SELECT max(revision) FROM versions AS before WHERE before.namespace = sent.namespace
                            AND before.node = sent.node AND before.revision <= sent.base_revision)
                        WHERE seen.revision < sent.revision AND seen.sha256 = sent.sha256 AND sent.is_restored = 0
                        AND seen.is_executable = sent.is_executable
                        """)
            ).map { (node: try $0.identifier(0) as NodeID, sent: $0[1] as Int64, seen: $0[2] as Int64) }
        }
        guard let untouched else { return }
        throw Broken(
            "the content of \(untouched.node) at \(untouched.seen) was sent anew at \(untouched.sent), over an edit of others"
        )
    }
}
