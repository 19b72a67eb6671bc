internal import PannierCore

/// What an upload would send of chunks that come one after the other: those that are missing, each once.
///
/// Remembers chunks by 64 bits of their fingerprints, and a million of them at most: of what comes later, something may be
/// counted twice, and then an estimate is too high.
struct SeenChunks: Sendable {
    private var sent: Set<UInt64> = []
    private let limit: Int

    init(limit: Int = 1 << 20) { self.limit = limit }

    /// - Parameter missing: of these, on the server.
    /// - Returns: bytes that need not be sent.
    mutating func there(_ chunks: [ChunkReference], missing: Set<Fingerprint>) -> Int64 {
        var there: Int64 = 0
        for chunk in chunks where !isSent(chunk.fingerprint, missing) { there += Int64(chunk.length) }
        return there
    }

    private mutating func isSent(_ fingerprint: Fingerprint, _ missing: Set<Fingerprint>) -> Bool {
        guard missing.contains(fingerprint) else { return false }
        let name = fingerprint.words.0
        guard sent.count < limit else { return !sent.contains(name) }
        return sent.insert(name).inserted
    }
}
