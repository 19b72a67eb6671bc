// POST /v1/content           GetContent.Request → GetContent.Response
// POST /v1/packs/{id}/check  CheckPack.Request  → CheckPack.Response  “this does not open”

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
        /// In place of that: the entry that this byte of the file lies in; past its end, none. In one item of a request.
        package var at: Int64?
        /// Entries wanted at most; nil: as many as there is room for.
        package var limit: Int?
        package init(file: NodeID, version: VersionID? = nil, first: Int = 0, at: Int64? = nil, limit: Int? = nil) {
            self.file = file
            self.version = version
            self.first = first
            self.at = at
            self.limit = limit
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
        /// The first byte of the first entry, where it was asked for by a byte.
        package var offset: Int64?
        package var chunks: [Chunk]
        package init(
            content: Node.Content, chunkCount: Int, first: Int, offset: Int64? = nil, chunks: [Chunk]
        ) {
            self.content = content
            self.chunkCount = chunkCount
            self.first = first
            self.offset = offset
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

/// A reader got bytes of a pack that are not what they should be, or none.
package enum CheckPack {
    /// Which piece it wanted: only who may read it may ask.
    package struct Request: Codable, Sendable {
        package var file: NodeID
        package var version: VersionID
        /// Index of the manifest's entry.
        package var entry: Int

        package init(file: NodeID, version: VersionID, entry: Int) {
            self.file = file
            self.version = version
            self.entry = entry
        }
    }

    package struct Response: Codable, Sendable {
        /// The service has read it and found the same: it is not given to anybody again, and what was in it can be sent
        /// anew. False: what is stored is whole, so it was spoilt on its way.
        package var isDamaged: Bool
        package init(isDamaged: Bool) { self.isDamaged = isDamaged }
    }
}
