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
    }
}

/// Bytes that a namespace's packs take, and may take.
struct Quota {
    let used: Int64
    /// Nil: unlimited.
    let limit: Int64?

    static func of(_ namespace: NamespaceID, in transaction: any MetadataTransaction) throws -> Quota {
        let query = "SELECT used_bytes, quota_bytes FROM namespaces WHERE id = $1"
        guard var reader = try transaction.row(query, [.id(namespace)])?.reader else {
            throw MetadataError.rowMissing("namespace \(namespace)")
        }
        return Quota(used: try reader.integer(), limit: try reader.optionalInteger())
    }

    func hasRoom(for bytes: Int) -> Bool { limit.map { used + Int64(bytes) <= $0 } ?? true }
}
