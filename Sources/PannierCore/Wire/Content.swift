// POST /v1/content   GetContent.Request → GetContent.Response

package enum GetContent {
    /// Up to 500 files, or pages of files.
    package struct Request: Codable, Sendable {
        package var items: [Item]
        package init(items: [Item]) { self.items = items }
    }

    package struct Item: Codable, Sendable {
        package var file: NodeID
        /// Nil: the current one.
        package var version: VersionID?
        /// Index of the first manifest entry wanted.
        package var first: Int
        package init(file: NodeID, version: VersionID? = nil, first: Int = 0) {
            self.file = file
            self.version = version
            self.first = first
        }
    }

    /// At most 4,096 chunks in all: items are answered in order until that is full; what is not reached is left out,
    /// to be asked for again.
    package struct Response: Codable, Sendable {
        package var items: [ItemResult<Page>]
        /// The packs that the chunks name, each once.
        package var packs: [PackLocation]
        package init(items: [ItemResult<Page>], packs: [PackLocation]) {
            self.items = items
            self.packs = packs
        }
    }

    package struct Page: Codable, Sendable {
        package var content: Node.Content
        package var chunkCount: Int
        package var first: Int
        package var chunks: [Chunk]
        package init(content: Node.Content, chunkCount: Int, first: Int, chunks: [Chunk]) {
            self.content = content
            self.chunkCount = chunkCount
            self.first = first
            self.chunks = chunks
        }
    }

    package struct Chunk: Codable, Sendable {
        package var pack: PackID
        package var place: PackedChunk
        /// 32 bytes, hexadecimal: opens exactly this chunk. Never the pack's key.
        package var key: String
        package init(pack: PackID, place: PackedChunk, key: String) {
            self.pack = pack
            self.place = place
            self.key = key
        }
    }

    package struct PackLocation: Codable, Sendable {
        package var pack: PackID
        package var get: SignedRequest
        package init(pack: PackID, get: SignedRequest) {
            self.pack = pack
            self.get = get
        }
    }
}
