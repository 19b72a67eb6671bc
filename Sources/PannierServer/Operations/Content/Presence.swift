import PannierCore

/// Which chunks are present for somebody, that is: may become content of a file of theirs.
///
/// In the namespace that the file shall stand in, and nowhere else: a copy that the service itself has verified, and that
/// this account uploaded, or any verified copy for the namespace's owner, and for what is content of a file that this
/// account may read. A fingerprint that somebody only names never becomes content.
struct Presence {
    let namespace: NamespaceID
    let account: AccountID
    /// Whoever uploaded it.
    let isAnyones: Bool
    let transaction: any MetadataTransaction

    init(_ access: Access, _ context: OperationContext) {
        namespace = access.tree.namespace
        account = context.caller.account
        isAnyones = access.isOwner
        transaction = context.transaction
    }

    /// For what stands in a version that the caller may read: any verified copy.
    init(ofReadable access: Access, _ context: OperationContext) {
        namespace = access.tree.namespace
        account = context.caller.account
        isAnyones = true
        transaction = context.transaction
    }

    /// The plain length of each chunk, in the order asked; nil where it is not present. One query for all.
    func lengths(of fingerprints: [Fingerprint]) throws -> [Int?] {
        guard !fingerprints.isEmpty else { return [] }
        let query = """
            WITH RECURSIVE positions(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM positions WHERE i + 1 < $3)
            SELECT i, (
                SELECT length FROM chunks
                WHERE namespace = $1 AND fingerprint = substr($2, i * 32 + 1, 32) AND state = $4
                AND (account = $5 OR $6 = 1) LIMIT 1
            ) FROM positions
            """
        let rows = try transaction.rows(
            query,
            [
                .id(namespace), .fingerprints(fingerprints), .count(fingerprints.count), .code(ChunkState.verified),
                .id(account), .flag(isAnyones),
            ])
        var lengths = [Int?](repeating: nil, count: fingerprints.count)
        for row in rows {
            var reader = row.reader
            let position = try reader.count()
            lengths[position] = try reader.optionalInteger().map { Int($0) }
        }
        return lengths
    }

    /// Those that are not present, each once, in the order asked.
    func missing(of fingerprints: [Fingerprint]) throws -> [Fingerprint] {
        var seen: Set<Fingerprint> = []
        let distinct = fingerprints.filter { seen.insert($0).inserted }
        return zip(distinct, try lengths(of: distinct)).filter { $1 == nil }.map(\.0)
    }
}

/// `chunks.state`.
enum ChunkState: Int64 {
    /// Somebody said so.
    case claimed = 0
    /// The service opened it and compared.
    case verified = 1
    case damaged = 2
}

extension MetadataValue {
    /// Many fingerprints as one argument: 32 bytes each, read with `substr($n, i * 32 + 1, 32)`.
    static func fingerprints(_ fingerprints: [Fingerprint]) -> MetadataValue {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(fingerprints.count * 32)
        for fingerprint in fingerprints { bytes += fingerprint.bytes }
        return .bytes(bytes)
    }
}
