internal import PannierCore

/// Where the chunks of one version lie, as far as the service was asked: neighbouring entries of its manifest.
struct KnownPlaces: Sendable {
    struct Entry: Sendable {
        let index: Int
        /// Bytes of the file.
        let range: Range<Int64>
        let chunk: GetContent.Chunk
    }

    let version: VersionID
    private var entries: [Entry] = []
    private static let limit = 256

    init(version: VersionID) { self.version = version }

    /// The entry that a byte of the file lies in, where it is known.
    func entry(holding byte: Int64) -> Entry? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].range.upperBound <= byte { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].range.contains(byte) ? entries[low] : nil
    }

    /// Takes a page; what is no neighbour of it is forgotten.
    /// - Parameters:
    ///   - offset: first byte of its first entry.
    ///   - size: of the file.
    /// - Returns: false, and nothing is taken, when its numbers make no sense.
    mutating func add(_ page: GetContent.Page, from offset: Int64, size: Int64) -> Bool {
        guard page.first >= 0, page.chunks.count <= page.chunkCount, page.first <= page.chunkCount - page.chunks.count,
            size >= 0, (0...size).contains(offset)
        else { return false }
        var new: [Entry] = []
        var offset = offset
        for (place, chunk) in page.chunks.enumerated() {
            guard DownloadFlow.isSane(chunk.place), Int64(chunk.place.length) <= size - offset else { return false }
            let end = offset + Int64(chunk.place.length)
            new.append(Entry(index: page.first + place, range: offset..<end, chunk: chunk))
            offset = end
        }
        let isNext = entries.last?.range.upperBound == new.first?.range.lowerBound
        entries = isNext && entries.count + new.count <= Self.limit ? entries + new : new
        return true
    }
}
