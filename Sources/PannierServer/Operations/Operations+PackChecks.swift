import PannierChunks
package import PannierCore

/// A pack that a reader could not open, with what the service knows to be in it.
package struct PackToCheck: Sendable {
    package let pack: PackToVerify
    package let isDamaged: Bool
    package let chunks: [PackedChunk]
    /// Verified packs of the namespace, a few neighbours by id, which are random.
    package let others: [PackID]
}

extension Operations {
    /// A read: what is needed to look at a pack again that somebody could not read.
    /// - Throws: ``Problem/noSuchPack`` unless the caller may read the version, and its entry lies in that pack.
    package static func packForCheck(
        pack id: PackID, _ request: CheckPack.Request, in context: OperationContext
    ) throws -> PackToCheck {
        let access = try Authorization(context).allow(.read, on: request.file)
        let namespace = access.node.namespace
        guard let fingerprint = try fingerprint(of: request, in: namespace, context) else { throw Problem.noSuchPack }
        let query = "SELECT 1 FROM chunks WHERE namespace = $1 AND fingerprint = $3 AND pack = $2"
        let arguments: [MetadataValue] = [.id(namespace), .id(id), .fingerprint(fingerprint)]
        guard try context.transaction.row(query, arguments) != nil else { throw Problem.noSuchPack }
        return try packToCheck(id, in: namespace, context)
    }

    /// A read: the packs for whose damage a reader was refused, a few of them, to be looked at again: a disk may have been
    /// put back, or a file restored from a copy.
    package static func damagedPacks(
        of request: GetContent.Request, limit: Int, in context: OperationContext
    ) throws -> [PackToCheck] {
        let reading = ContentReading(Authorization(context))
        var found: [PackToCheck] = []
        var seen: Set<PackID> = []
        for item in request.items where found.count < limit {
            do {
                let (namespace, packs) = try reading.damagedPacks(of: item, limit: limit - found.count)
                for pack in packs where seen.insert(pack).inserted {
                    found.append(try packToCheck(pack, in: namespace, context))
                }
            } catch is Problem {
                // Refused for another reason.
            }
        }
        return found
    }

    /// The service has read the stored bytes of a damaged pack and found all of it as it was once: its chunks are present
    /// again.
    package static func recordWholePack(
        _ id: PackID, of namespace: NamespaceID, in transaction: any MetadataTransaction
    ) throws {
        let key: [MetadataValue] = [.id(namespace), .id(id)]
        let changed = try transaction.run(
            "UPDATE packs SET state = $3 WHERE namespace = $1 AND id = $2 AND state = $4",
            key + [.code(Pack.State.verified), .code(Pack.State.damaged)])
        guard changed > 0 else { return }
        try transaction.run(
            "UPDATE chunks SET state = $3 WHERE namespace = $1 AND pack = $2", key + [.code(ChunkState.verified)])
    }

    private static func packToCheck(
        _ id: PackID, in namespace: NamespaceID, _ context: OperationContext
    ) throws -> PackToCheck {
        let transaction = context.transaction
        let query = "SELECT key, length, sha256, state FROM packs WHERE namespace = $1 AND id = $2"
        guard var reader = try transaction.row(query, [.id(namespace), .id(id)])?.reader else {
            throw MetadataError.rowMissing("pack \(id)")
        }
        let wrapped = try reader.bytes()
        let (length, sha256) = (try reader.count(), try reader.fingerprint())
        let state: Pack.State = try reader.code()
        return PackToCheck(
            pack: PackToVerify(
                namespace: namespace, pack: id, length: length, sha256: sha256,
                key: try context.secrets.unwrap(packKey: wrapped, namespace: namespace, pack: id),
                isVerified: state == .verified),
            isDamaged: state == .damaged, chunks: try chunks(of: id, in: namespace, transaction),
            others: try others(than: id, in: namespace, transaction))
    }

    private static func fingerprint(
        of request: CheckPack.Request, in namespace: NamespaceID, _ context: OperationContext
    ) throws -> Fingerprint? {
        let query = "SELECT chunk_count FROM versions WHERE namespace = $1 AND id = $2 AND node = $3"
        let arguments: [MetadataValue] = [.id(namespace), .id(request.version), .id(request.file)]
        guard var reader = try context.transaction.row(query, arguments)?.reader, request.entry >= 0,
            request.entry < (try reader.count())
        else { return nil }
        let manifest = VersionManifest(
            namespace: namespace, version: request.version, transaction: context.transaction)
        return try manifest.entries(from: request.entry, count: 1).first?.fingerprint
    }

    private static func chunks(
        of pack: PackID, in namespace: NamespaceID, _ transaction: any MetadataTransaction
    ) throws -> [PackedChunk] {
        let query = """
            SELECT fingerprint, length, place, sealed_length, codec FROM chunks
            WHERE namespace = $1 AND pack = $2 ORDER BY place
            """
        return try transaction.rows(query, [.id(namespace), .id(pack)]).map { row in
            var reader = row.reader
            return PackedChunk(
                fingerprint: try reader.fingerprint(), length: try reader.count(), offset: try reader.count(),
                sealedLength: try reader.count(), codec: try reader.codec())
        }
    }

    private static func others(
        than pack: PackID, in namespace: NamespaceID, _ transaction: any MetadataTransaction
    ) throws -> [PackID] {
        let neighbours = ["> $2 ORDER BY id", "< $2 ORDER BY id DESC"].map {
            "SELECT id, state FROM packs WHERE namespace = $1 AND id \($0) LIMIT 16"
        }
        return try neighbours.flatMap { try transaction.rows($0, [.id(namespace), .id(pack)]) }.compactMap { row in
            var reader = row.reader
            let id: PackID = try reader.id()
            let state: Pack.State = try reader.code()
            return state == .verified ? id : nil
        }
    }
}
