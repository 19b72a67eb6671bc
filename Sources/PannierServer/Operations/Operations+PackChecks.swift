import PannierChunks
package import PannierCore

/// A pack that a reader could not open, with what the service knows to be in it.
package struct PackToCheck: Sendable {
    package let pack: PackToVerify
    package let isDamaged: Bool
    package let chunks: [PackedChunk]
    /// Other packs of the namespace that were verified, some of them.
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
        let (transaction, key) = (context.transaction, [MetadataValue.id(namespace), .id(id)])
        guard let fingerprint = try fingerprint(of: request, in: namespace, context) else { throw Problem.noSuchPack }
        let query = """
            SELECT key, length, sha256, state FROM packs WHERE namespace = $1 AND id = $2 AND EXISTS (
                SELECT 1 FROM chunks WHERE namespace = $1 AND fingerprint = $3 AND pack = $2
            )
            """
        guard var reader = try transaction.row(query, key + [.fingerprint(fingerprint)])?.reader else {
            throw Problem.noSuchPack
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
        let query = "SELECT id FROM packs WHERE namespace = $1 AND id <> $2 AND state = $3 LIMIT 16"
        return try transaction.rows(query, [.id(namespace), .id(pack), .code(Pack.State.verified)]).map { row in
            var reader = row.reader
            return try reader.id()
        }
    }
}
