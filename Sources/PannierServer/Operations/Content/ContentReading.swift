import PannierChunks
import PannierCore

/// Collects one answer to a reader: the chunks told so far, and the packs that they lie in.
struct ContentReading {
    /// A verified copy of a chunk.
    private struct Copy {
        let pack: PackID
        let place: PackedChunk
    }

    private struct PackName: Hashable {
        let namespace: NamespaceID
        let pack: PackID
    }

    private let authorization: Authorization
    private var context: OperationContext { authorization.context }
    private var keys: [PackName: PackKey] = [:]
    private(set) var locations: [GetContent.PackLocation] = []
    private(set) var room = Limits.manifestPage

    init(_ authorization: Authorization) { self.authorization = authorization }

    /// The page that the item asks for, as far as there is room; nil when there is none for a file that has chunks to
    /// tell.
    mutating func page(_ item: GetContent.Item) throws -> GetContent.Page? {
        let wanted = try wanted(item)
        guard room > 0 || wanted.first == wanted.version.chunkCount else { return nil }
        let chunks = try chunks(try references(wanted), of: wanted.node)
        room -= chunks.count
        return GetContent.Page(
            content: wanted.version.content, chunkCount: wanted.version.chunkCount, first: wanted.first,
            offset: wanted.offset, chunks: chunks)
    }

    /// Damaged packs that hold pieces of the page that the item asks for.
    func damagedPacks(of item: GetContent.Item, limit: Int) throws -> (namespace: NamespaceID, packs: [PackID]) {
        let wanted = try wanted(item)
        let (node, fingerprints) = (wanted.node, try references(wanted).map(\.fingerprint))
        let query = """
            WITH RECURSIVE positions(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM positions WHERE i + 1 < $3)
            SELECT DISTINCT chunks.pack FROM positions JOIN chunks
            ON chunks.namespace = $1 AND chunks.fingerprint = substr($2, positions.i * 32 + 1, 32)
            WHERE chunks.state = $4 LIMIT $5
            """
        let rows = try context.transaction.rows(
            query,
            [
                .id(node.namespace), .fingerprints(fingerprints), .count(fingerprints.count),
                .code(ChunkState.damaged), .count(limit),
            ])
        return (
            node.namespace,
            try rows.map { row in
                var reader = row.reader
                return try reader.id()
            }
        )
    }

    /// What an item asks for.
    private struct Wanted {
        let node: Node
        let version: VersionHistory.Version
        var first: Int
        /// Where it begins, when that was not said by its index.
        var offset: Int64?
        let limit: Int
    }

    private func wanted(_ item: GetContent.Item) throws -> Wanted {
        let node = try authorization.allow(.read, on: item.file).node
        guard node.kind == .file, let current = node.content else { throw Problem.notFile(node.name) }
        let version = try version(item.version ?? current.version, of: node)
        guard item.first >= 0, item.first <= version.chunkCount else {
            throw Problem.badRequest("“\(node.name)” has \(version.chunkCount) pieces.")
        }
        var wanted = Wanted(
            node: node, version: version, first: item.first, limit: min(item.limit ?? .max, Limits.manifestPage))
        guard wanted.limit > 0, item.at ?? 0 >= 0 else {
            throw Problem.badRequest("A page begins at a byte that can be, and has pieces.")
        }
        if let byte = item.at {
            let found = try manifest(wanted).entry(holding: byte, count: version.chunkCount)
            (wanted.first, wanted.offset) = (found.index, found.offset)
        }
        return wanted
    }

    private func references(_ wanted: Wanted) throws -> [ChunkReference] {
        let count = min(room, wanted.limit, wanted.version.chunkCount - wanted.first)
        return try manifest(wanted).entries(from: wanted.first, count: count)
    }

    private func manifest(_ wanted: Wanted) -> VersionManifest {
        VersionManifest(
            namespace: wanted.node.namespace, version: wanted.version.content.version,
            transaction: context.transaction)
    }

    private func version(_ id: VersionID, of node: Node) throws -> VersionHistory.Version {
        guard let version = try VersionHistory(of: node, context.transaction).version(id) else {
            throw Problem.noSuchNode
        }
        return version
    }

    private mutating func chunks(_ references: [ChunkReference], of node: Node) throws -> [GetContent.Chunk] {
        let copies = try copies(of: references.map(\.fingerprint), in: node.namespace)
        let damaged = zip(references, copies).count { $1 == nil || $1?.place.length != $0.length }
        guard damaged == 0 else { throw Problem.contentDamaged(node.name, pieces: damaged) }
        return try copies.compactMap(\.self).map { copy in
            let key = try key(of: PackName(namespace: node.namespace, pack: copy.pack))
            return GetContent.Chunk(
                pack: copy.pack, place: copy.place,
                key: Hexadecimal.text(of: key.chunkKey(for: copy.place.fingerprint)))
        }
    }

    /// A verified copy of each chunk, nil where there is none. Of several, one that lies in a pack which is told anyway, or
    /// else with most of the others: few objects to fetch.
    private func copies(of fingerprints: [Fingerprint], in namespace: NamespaceID) throws -> [Copy?] {
        let candidates = try candidates(for: fingerprints, in: namespace)
        var uses: [PackID: Int] = [:]
        for copy in candidates.joined() { uses[copy.pack, default: 0] += 1 }
        for name in keys.keys where name.namespace == namespace { uses[name.pack]? += fingerprints.count }
        return candidates.map { copies in
            copies.max { (uses[$0.pack] ?? 0, $0.pack) < (uses[$1.pack] ?? 0, $1.pack) }
        }
    }

    /// Up to four copies of each: however often somebody sent the same, an answer stays small.
    private func candidates(for fingerprints: [Fingerprint], in namespace: NamespaceID) throws -> [[Copy]] {
        guard !fingerprints.isEmpty else { return [] }
        let query = """
            WITH RECURSIVE positions(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM positions WHERE i + 1 < $3)
            SELECT positions.i, chunks.pack, chunks.place, chunks.sealed_length, chunks.length, chunks.codec
            FROM positions LEFT JOIN chunks
            ON chunks.namespace = $1 AND chunks.fingerprint = substr($2, positions.i * 32 + 1, 32) AND chunks.pack IN (
                SELECT copies.pack FROM chunks AS copies
                WHERE copies.namespace = $1 AND copies.fingerprint = substr($2, positions.i * 32 + 1, 32)
                AND copies.state = $4 LIMIT 4
            )
            """
        let rows = try context.transaction.rows(
            query,
            [
                .id(namespace), .fingerprints(fingerprints), .count(fingerprints.count), .code(ChunkState.verified),
            ])
        var candidates = [[Copy]](repeating: [], count: fingerprints.count)
        for row in rows {
            var reader = row.reader
            let position = try reader.count()
            if let copy = try Self.copy(&reader, of: fingerprints[position]) { candidates[position].append(copy) }
        }
        return candidates
    }

    private static func copy(_ reader: inout RowReader, of fingerprint: Fingerprint) throws -> Copy? {
        guard let pack: PackID = try reader.optionalID() else { return nil }
        let (offset, sealedLength, length) = (try reader.count(), try reader.count(), try reader.count())
        return Copy(
            pack: pack,
            place: PackedChunk(
                fingerprint: fingerprint, length: length, offset: offset, sealedLength: sealedLength,
                codec: try reader.codec()))
    }

    /// The key of a pack, which is told with its place when it is first met.
    private mutating func key(of name: PackName) throws -> PackKey {
        if let key = keys[name] { return key }
        let query = "SELECT key FROM packs WHERE namespace = $1 AND id = $2"
        guard var reader = try context.transaction.row(query, [.id(name.namespace), .id(name.pack)])?.reader else {
            throw MetadataError.rowMissing("pack \(name.pack)")
        }
        let bytes = try context.secrets.unwrap(
            packKey: try reader.bytes(), namespace: name.namespace, pack: name.pack)
        guard let key = PackKey(bytes: bytes) else {
            throw MetadataError.unexpectedValue(column: 0, expected: "a wrapped key of 32 bytes")
        }
        keys[name] = key
        locations.append(
            GetContent.PackLocation(
                pack: name.pack, get: context.signer.get(namespace: name.namespace, pack: name.pack, now: context.now)))
        return key
    }
}

extension RowReader {
    mutating func codec() throws(MetadataError) -> Codec {
        guard let codec = UInt8(exactly: try integer()).flatMap(Codec.init(rawValue:)) else {
            throw .unexpectedValue(column: 0, expected: "a codec")
        }
        return codec
    }
}
