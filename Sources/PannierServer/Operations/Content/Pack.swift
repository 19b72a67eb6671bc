import PannierCore

/// An object of the store: a row of `packs`.
struct Pack {
    enum State: Int64 {
        case opened = 0
        /// The store said that it is there.
        case stored = 1
        /// The service opened all of it.
        case verified = 2
        case damaged = 3
    }

    let namespace: NamespaceID
    let id: PackID
    /// Wrapped.
    let key: [UInt8]
    let length: Int
    let sha256: Fingerprint
    let state: State

    /// The caller's own pack.
    /// - Throws: ``Problem/noSuchPack``.
    static func find(_ id: PackID, _ context: OperationContext) throws -> Pack {
        if let pack = try row(of: id, in: context.caller.namespace, context) { return pack }
        guard let namespace = try Authorization(context).sharedNamespace(holding: id, in: "packs"),
            let pack = try row(of: id, in: namespace, context)
        else { throw Problem.noSuchPack }
        return pack
    }

    private static func row(of id: PackID, in namespace: NamespaceID, _ context: OperationContext) throws -> Pack? {
        let query = """
            SELECT key, length, sha256, state FROM packs WHERE namespace = $1 AND id = $2 AND account = $3
            """
        let arguments: [MetadataValue] = [.id(namespace), .id(id), .id(context.caller.account)]
        guard var reader = try context.transaction.row(query, arguments)?.reader else { return nil }
        return Pack(
            namespace: namespace, id: id, key: try reader.bytes(), length: try reader.count(),
            sha256: try reader.fingerprint(), state: try reader.code())
    }

    static func insert(
        _ item: OpenPacks.Item, key: [UInt8], id: PackID, namespace: NamespaceID, _ context: OperationContext
    ) throws {
        let statement = """
            INSERT INTO packs (namespace, id, account, key, length, sha256, state, opened_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """
        try context.transaction.run(
            statement,
            [
                .id(namespace), .id(id), .id(context.caller.account), .bytes(key), .count(item.length),
                .fingerprint(item.sha256), .code(State.opened), .integer(context.now),
            ])
        try context.transaction.run(
            "UPDATE namespaces SET pending_bytes = pending_bytes + $2 WHERE id = $1",
            [.id(namespace), .count(item.length)])
    }

    /// The service knows now what is in the pack: its bytes are used, no longer pending.
    static func settle(
        length: Int, of namespace: NamespaceID, in transaction: any MetadataTransaction
    ) throws {
        let statement = """
            UPDATE namespaces SET used_bytes = used_bytes + $2, pending_bytes = pending_bytes - $2 WHERE id = $1
            """
        try transaction.run(statement, [.id(namespace), .count(length)])
    }

    /// Forgets a few packs of which nothing was heard for as long as an upload is kept. Should one of them be stored, it
    /// is an object without a row, for garbage collection to take.
    static func pruneAbandoned(in namespace: NamespaceID, _ context: OperationContext) throws {
        let query = """
            SELECT id, length FROM packs WHERE namespace = $1 AND state < 2 AND opened_at <= $2
            ORDER BY opened_at LIMIT 20
            """
        let rows = try context.transaction.rows(query, [.id(namespace), .integer(context.now - Upload.lease)])
        for row in rows {
            var reader = row.reader
            let id: PackID = try reader.id()
            try context.transaction.run(
                "DELETE FROM packs WHERE namespace = $1 AND id = $2", [.id(namespace), .id(id)])
            try context.transaction.run(
                "UPDATE namespaces SET pending_bytes = pending_bytes - $2 WHERE id = $1",
                [.id(namespace), .integer(try reader.integer())])
        }
    }
}

/// Bytes that a namespace's packs take, and may take.
struct Quota {
    let used: Int64
    /// Those of packs that were opened and may be stored by now.
    let pending: Int64
    /// Nil: unlimited.
    let limit: Int64?

    static func of(_ namespace: NamespaceID, in transaction: any MetadataTransaction) throws -> Quota {
        let query = "SELECT used_bytes, pending_bytes, quota_bytes FROM namespaces WHERE id = $1"
        guard var reader = try transaction.row(query, [.id(namespace)])?.reader else {
            throw MetadataError.rowMissing("namespace \(namespace)")
        }
        return Quota(
            used: try reader.integer(), pending: try reader.integer(), limit: try reader.optionalInteger())
    }

    /// Whether a pack of so many bytes may be opened.
    func hasRoom(for bytes: Int) -> Bool { limit.map { used + pending + Int64(bytes) <= $0 } ?? true }

    var isExceeded: Bool { limit.map { used > $0 } ?? false }
}
