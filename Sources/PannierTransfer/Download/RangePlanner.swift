internal import PannierCore

/// A place in a file where a chunk belongs.
struct ChunkTarget: Sendable, Hashable {
    let file: FileKey
    /// Place in the manifest, and first byte in the file.
    let index: Int
    let offset: Int64
}

/// One chunk to be fetched, and everywhere it is to be written.
struct WantedChunk: Sendable, Hashable {
    let place: PackedChunk
    /// 32 bytes.
    let key: [UInt8]
    var targets: [ChunkTarget]
}

/// One GET: neighbouring chunks of a pack.
struct FetchRange: Sendable, Hashable {
    let pack: PackID
    /// Bytes of the pack.
    var range: Range<Int>
    /// In the order in which they lie there.
    var chunks: [WantedChunk]

    var places: [ChunkPlace] {
        chunks.flatMap { chunk in
            chunk.targets.map { ChunkPlace(file: $0.file, offset: $0.offset, length: chunk.place.length) }
        }
    }

    /// Bytes of files that it brings.
    var plainBytes: Int64 { chunks.reduce(0) { $0 + Int64($1.place.length * $1.targets.count) } }

    /// The files that it brings something for.
    var files: Set<FileKey> { Set(chunks.lazy.flatMap(\.targets).map(\.file)) }
}

/// Turns chunks in the order of their files into few requests: each chunk once, neighbours of a pack together.
struct RangePlanner {
    /// Bytes of one request, unless one chunk is longer.
    var longest = 6 << 20
    /// Bytes between two chunks that are fetched and thrown away rather than asked for anew.
    var gap = 64 << 10

    private struct Name: Hashable {
        let pack: PackID
        let place: PackedChunk
    }

    private var order: [Name] = []
    private var chunks: [Name: WantedChunk] = [:]

    init(longest: Int = 6 << 20, gap: Int = 64 << 10) {
        self.longest = longest
        self.gap = gap
    }

    mutating func add(_ chunk: GetContent.Chunk, key: [UInt8], target: ChunkTarget) {
        let name = Name(pack: chunk.pack, place: chunk.place)
        if chunks[name] == nil {
            order.append(name)
            chunks[name] = WantedChunk(place: chunk.place, key: key, targets: [])
        }
        chunks[name]?.targets.append(target)
    }

    /// Ranges in the order of their first chunks.
    func plan() -> [FetchRange] {
        var byPack: [PackID: [WantedChunk]] = [:]
        var packs: [PackID] = []
        for name in order {
            guard let chunk = chunks[name] else { continue }
            if byPack[name.pack] == nil { packs.append(name.pack) }
            byPack[name.pack, default: []].append(chunk)
        }
        return packs.flatMap { pack in ranges(pack, byPack[pack] ?? []) }
    }

    private func ranges(_ pack: PackID, _ chunks: [WantedChunk]) -> [FetchRange] {
        var ranges: [FetchRange] = []
        for chunk in chunks.sorted(by: { $0.place.offset < $1.place.offset }) {
            let (start, end) = (chunk.place.offset, chunk.place.offset + chunk.place.sealedLength)
            if let last = ranges.last, start >= last.range.upperBound, start - last.range.upperBound <= gap,
                end - last.range.lowerBound <= longest
            {
                ranges[ranges.count - 1].range = last.range.lowerBound..<end
                ranges[ranges.count - 1].chunks.append(chunk)
            } else {
                ranges.append(FetchRange(pack: pack, range: start..<end, chunks: [chunk]))
            }
        }
        return ranges
    }
}
