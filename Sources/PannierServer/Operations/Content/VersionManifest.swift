import PannierChunks
import PannierCore

/// The manifest of one version: rows of `manifests`. Nothing here holds more than a page of it.
struct VersionManifest {
    let namespace: NamespaceID
    let version: VersionID
    let transaction: any MetadataTransaction

    /// Entries of a row. Part of the tables' form: it does not follow the limits of the wire.
    static let pageEntries = 4_096

    /// - Parameters:
    ///   - first: index of the first entry wanted.
    ///   - count: entries wanted; all of them must be there.
    func entries(from first: Int, count: Int) throws -> [ChunkReference] {
        var found: [ChunkReference] = []
        found.reserveCapacity(count)
        while found.count < count {
            let next = first + found.count
            let start = next / Self.pageEntries * Self.pageEntries
            let entries = try Manifest.decodeEntries(
                try page(at: start), from: next - start, limit: count - found.count)
            guard !entries.isEmpty else { throw missing(next) }
            found += entries
        }
        return found
    }

    /// The entry that a byte of the file lies in, and its first byte; past the end, the number of entries and their bytes.
    /// Reads the pages before it: 38 MB at the worst, of a file of 1 TiB that is cut as small as can be.
    func entry(holding byte: Int64, count: Int) throws -> (index: Int, offset: Int64) {
        var (index, offset) = (0, Int64(0))
        while index < count {
            let page = try page(at: index)
            let before = try Manifest.entries(endingBy: byte - offset, in: page)
            index += before.count
            offset += before.bytes
            guard before.count > 0, before.count == page.count / Manifest.entryBytes else { break }
        }
        return (index, offset)
    }

    /// Whether the page that begins at `first` holds exactly these entries.
    func holds(_ chunks: [ChunkReference], at first: Int) throws -> Bool {
        try page(at: first) == Manifest.encodeEntries(chunks[...])
    }

    func insert(_ chunks: [ChunkReference], at first: Int) throws {
        try transaction.run(
            "INSERT INTO manifests (namespace, version, first, chunks) VALUES ($1, $2, $3, $4)",
            [.id(namespace), .id(version), .count(first), .bytes(Manifest.encodeEntries(chunks[...]))])
    }

    /// Gives another version the same entries.
    func copy(to version: VersionID) throws {
        try transaction.run(
            """
            INSERT INTO manifests (namespace, version, first, chunks)
            SELECT namespace, $3, first, chunks FROM manifests WHERE namespace = $1 AND version = $2
            """, [.id(namespace), .id(self.version), .id(version)])
    }

    private func page(at first: Int) throws -> [UInt8] {
        let query = "SELECT chunks FROM manifests WHERE namespace = $1 AND version = $2 AND first = $3"
        guard var reader = try transaction.row(query, [.id(namespace), .id(version), .count(first)])?.reader else {
            throw missing(first)
        }
        return try reader.bytes()
    }

    private func missing(_ entry: Int) -> MetadataError {
        .rowMissing("the manifest of version \(version) from entry \(entry) on")
    }
}

/// Turns pages of any sizes into pages of ``VersionManifest/pageEntries``, the last one shorter.
struct ManifestPages {
    private var waiting: [ChunkReference] = []
    private var first = 0

    /// - Parameter body: is given each page that became full, with the index of its first entry.
    mutating func add(_ chunks: [ChunkReference], _ body: ([ChunkReference], Int) throws -> Void) throws {
        waiting += chunks
        while waiting.count >= VersionManifest.pageEntries {
            try tell(Array(waiting.prefix(VersionManifest.pageEntries)), body)
        }
    }

    /// To be called in the end.
    mutating func finish(_ body: ([ChunkReference], Int) throws -> Void) throws {
        if !waiting.isEmpty { try tell(waiting, body) }
    }

    private mutating func tell(_ page: [ChunkReference], _ body: ([ChunkReference], Int) throws -> Void) throws {
        try body(page, first)
        first += page.count
        waiting.removeFirst(page.count)
    }
}
