package import PannierCore

/// What the service needs to open a pack and compare every chunk with its fingerprint.
package struct PackToVerify: Sendable {
    package let namespace: NamespaceID
    package let pack: PackID
    /// Bytes of the object, and their SHA-256, as they were announced.
    package let length: Int
    package let sha256: Fingerprint
    /// The pack's key, unwrapped. Never leaves the service.
    package let key: [UInt8]
    package let isVerified: Bool
}

extension Operations {
    /// Gives URLs to send packs to, few at a time. A pack that was opened before gets a new URL for the same bytes.
    /// - Throws: ``Problem`` `notFound` when the caller may not write in the namespace.
    package static func openPacks(_ request: OpenPacks.Request, in context: OperationContext) throws
        -> OpenPacks.Response
    {
        try check(request.packs.count, "packs", atMost: Limits.packsAtOnce)
        try Authorization(context).requireWriter(in: request.namespace)
        try Pack.pruneAbandoned(in: request.namespace, context)
        return OpenPacks.Response(
            items: try request.packs.map { item in
                try answer {
                    if let pack = item.pack { return try reopen(pack, item, in: request.namespace, context) }
                    guard item.length > 0, item.length <= Limits.packBytes else {
                        throw Problem(.tooLarge, "A pack has between 1 and \(Limits.packBytes) bytes.")
                    }
                    let quota = try Quota.of(request.namespace, in: context.transaction)
                    guard quota.hasRoom(for: item.length) else { throw Problem.quotaExceeded }
                    return try open(item, in: request.namespace, context)
                }
            })
    }

    private static func open(
        _ item: OpenPacks.Item, in namespace: NamespaceID, _ context: OperationContext
    ) throws -> OpenPacks.Opened {
        guard let key = Hexadecimal.bytes(of: item.key), key.count == 32 else {
            throw Problem.badRequest("A pack's key is 32 bytes, in lower-case hexadecimal digits.")
        }
        let id = PackID.random()
        let wrapped = try context.secrets.wrap(packKey: key, namespace: namespace, pack: id)
        try Pack.insert(item, key: wrapped, id: id, namespace: namespace, context)
        return OpenPacks.Opened(
            pack: id,
            put: context.signer.put(
                namespace: namespace, pack: id, length: item.length, sha256: item.sha256, now: context.now))
    }

    private static func reopen(
        _ id: PackID, _ item: OpenPacks.Item, in namespace: NamespaceID, _ context: OperationContext
    ) throws -> OpenPacks.Opened {
        let pack = try Pack.find(id, context)
        guard pack.namespace == namespace else { throw Problem.noSuchPack }
        guard pack.state != .damaged else { throw Problem.packDamaged }
        guard pack.length == item.length, pack.sha256 == item.sha256 else {
            throw Problem.badRequest("A pack's bytes never change.", detail: "Open a new one for other bytes.")
        }
        return OpenPacks.Opened(
            pack: id,
            put: context.signer.put(
                namespace: namespace, pack: id, length: pack.length, sha256: pack.sha256, now: context.now))
    }

    /// A read: what is needed to open a pack of the caller's. The opening takes place outside of any transaction; then
    /// comes ``recordVerifiedPack(_:chunks:in:)`` or ``recordDamagedPack(_:in:)``.
    package static func packForDescription(pack id: PackID, in context: OperationContext) throws -> PackToVerify {
        let pack = try Pack.find(id, context)
        try Authorization(context).requireWriter(in: pack.namespace)
        guard pack.state != .damaged else { throw Problem.packDamaged }
        return PackToVerify(
            namespace: pack.namespace, pack: id, length: pack.length, sha256: pack.sha256,
            key: try context.secrets.unwrap(packKey: pack.key, namespace: pack.namespace, pack: id),
            isVerified: pack.state == .verified)
    }

    /// The service has read the stored bytes, opened every chunk and compared it with its fingerprint: from now on they
    /// are present, and the pack's bytes count against the quota. Saying it again changes nothing.
    /// - Throws: ``Problem`` `packDamaged` for a pack that was found damaged before; it stays so.
    package static func recordVerifiedPack(
        _ id: PackID, chunks: [PackedChunk], in context: OperationContext
    ) throws {
        let pack = try Pack.find(id, context)
        guard pack.state != .damaged else { throw Problem.packDamaged }
        guard pack.state != .verified else { return }
        let statement = """
            INSERT INTO chunks (namespace, fingerprint, pack, place, sealed_length, length, codec, account, state)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (namespace, fingerprint, pack) DO NOTHING
            """
        for chunk in chunks {
            try context.transaction.run(
                statement,
                [
                    .id(pack.namespace), .fingerprint(chunk.fingerprint), .id(id), .count(chunk.offset),
                    .count(chunk.sealedLength), .count(chunk.length), .integer(Int64(chunk.codec.rawValue)),
                    .id(context.caller.account), .code(ChunkState.verified),
                ])
        }
        try context.transaction.run(
            "UPDATE packs SET state = $3 WHERE namespace = $1 AND id = $2",
            [.id(pack.namespace), .id(id), .code(Pack.State.verified)])
        try Pack.settle(length: pack.length, of: pack.namespace, in: context.transaction)
    }

    /// What the caller sent is not what was announced: nothing of it is present, now or later. Its bytes still count
    /// against the quota until they are collected.
    package static func recordDamagedPack(_ id: PackID, in context: OperationContext) throws {
        let pack = try Pack.find(id, context)
        if pack.state == .opened || pack.state == .stored {
            try Pack.settle(length: pack.length, of: pack.namespace, in: context.transaction)
        }
        try recordDamagedPack(id, of: pack.namespace, in: context.transaction)
    }

    /// As found by whoever reads the store, without a caller.
    package static func recordDamagedPack(
        _ id: PackID, of namespace: NamespaceID, in transaction: any MetadataTransaction
    ) throws {
        let key: [MetadataValue] = [.id(namespace), .id(id)]
        try transaction.run(
            "UPDATE packs SET state = $3 WHERE namespace = $1 AND id = $2", key + [.code(Pack.State.damaged)])
        try transaction.run(
            "UPDATE chunks SET state = $3 WHERE namespace = $1 AND pack = $2", key + [.code(ChunkState.damaged)])
    }

    /// The store's event: the object is there. A hint only; a pack without a row, or one that has come further, stays as
    /// it is. There is no caller: the object's key names both.
    package static func recordStored(
        _ id: PackID, of namespace: NamespaceID, in transaction: any MetadataTransaction
    ) throws {
        try transaction.run(
            "UPDATE packs SET state = $3 WHERE namespace = $1 AND id = $2 AND state = $4",
            [.id(namespace), .id(id), .code(Pack.State.stored), .code(Pack.State.opened)])
    }
}

extension Authorization {
    /// Whether the caller may write anywhere in the namespace: the owner, or an editor of something in it.
    /// - Throws: ``Problem/noSuchNode``.
    func requireWriter(in namespace: NamespaceID) throws {
        guard namespace != context.caller.namespace else { return }
        let isEditor = try callersGrants().contains { grant in
            guard grant.namespace == namespace, grant.role == .editor else { return false }
            return try tree(of: namespace).chain(of: grant.node).isLiving
        }
        guard isEditor else { throw Problem.noSuchNode }
    }
}
