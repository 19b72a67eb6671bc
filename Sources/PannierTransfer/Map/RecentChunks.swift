internal import PannierCore

/// Where the chunks that were told of last begin and end in the map, and what is in them. Older ones are forgotten.
struct RecentChunks: Sendable {
    struct Chunk: Sendable, Hashable {
        let range: Range<Int64>
        let fingerprint: Fingerprint
    }

    private var chunks: [Chunk] = []
    private var next = 0
    private let limit: Int

    /// - Parameter limit: chunks, of 48 bytes each.
    init(limit: Int = 1 << 14) { self.limit = limit }

    mutating func add(_ chunk: Chunk) {
        if chunks.count < limit {
            chunks.append(chunk)
        } else {
            chunks[next] = chunk
            next = (next + 1) % limit
        }
    }

    /// The chunk that a byte of the map belongs to. Looks through all of them: for a person's cursor, not for a loop.
    func chunk(at byte: Int64) -> Chunk? { chunks.last { $0.range.contains(byte) } }
}
