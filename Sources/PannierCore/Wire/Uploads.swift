// POST   /v1/chunks/missing    MissingChunks.Request → DeclareChunks.Missing  what an upload would have to send
// POST   /v1/uploads/declare   DeclareChunks.Request → DeclareChunks.Response
// POST   /v1/packs             OpenPacks.Request     → OpenPacks.Response     URLs to send packs to
// PATCH  /v1/packs/{id}        DescribePack.Request  → DescribePack.Response  “it is there, this is in it”
// POST   /v1/uploads/commit    CommitUploads.Request → CommitUploads.Response
// GET    /v1/uploads/{id}      → UploadStatus
// DELETE /v1/uploads/{id}      cancels; its chunks lose their lease

/// One entry of a manifest: a piece of a file.
package struct ChunkReference: Codable, Sendable, Hashable {
    package var fingerprint: Fingerprint
    /// Plain length in bytes.
    package var length: Int

    package init(fingerprint: Fingerprint, length: Int) {
        self.fingerprint = fingerprint
        self.length = length
    }
}

package enum MissingChunks {
    /// Chunks of files that might be uploaded to a folder: at most 4,096. Nothing is kept of the question.
    package struct Request: Codable, Sendable {
        package var folder: NodeID
        package var chunks: [Fingerprint]
        package init(folder: NodeID, chunks: [Fingerprint]) {
            self.folder = folder
            self.chunks = chunks
        }
    }
}

package enum DeclareChunks {
    /// Pages of fingerprints for any number of uploads; a repeated page replaces what was said before.
    package struct Request: Codable, Sendable {
        package var pages: [Page]
        package init(pages: [Page]) { self.pages = pages }
    }

    package struct Page: Codable, Sendable {
        package var upload: UploadID
        /// Index in the file's manifest of the page's first entry.
        package var first: Int
        package var chunks: [ChunkReference]
        package init(upload: UploadID, first: Int, chunks: [ChunkReference]) {
            self.upload = upload
            self.first = first
            self.chunks = chunks
        }
    }

    /// For each page, the fingerprints that are not present for this actor and must be sent, each once.
    package typealias Response = BatchResponse<Missing>

    package struct Missing: Codable, Sendable {
        package var missing: [Fingerprint]
        package init(missing: [Fingerprint]) { self.missing = missing }
    }
}

package enum OpenPacks {
    /// At most 16 packs.
    package struct Request: Codable, Sendable {
        package var namespace: NamespaceID
        package var packs: [Item]
        package init(namespace: NamespaceID, packs: [Item]) {
            self.namespace = namespace
            self.packs = packs
        }
    }

    package struct Item: Codable, Sendable {
        /// A pack opened before whose URL has died; its key stays as it is. Nil opens a new one.
        package var pack: PackID?
        /// 32 bytes, hexadecimal, made by the uploader for this pack alone. Ignored when `pack` is given.
        package var key: String
        /// Bytes of the object, index included.
        package var length: Int
        /// Of the whole object.
        package var sha256: Fingerprint
        package init(pack: PackID? = nil, key: String, length: Int, sha256: Fingerprint) {
            self.pack = pack
            self.key = key
            self.length = length
            self.sha256 = sha256
        }
    }

    package struct Opened: Codable, Sendable {
        package var pack: PackID
        package var put: SignedRequest
        package init(pack: PackID, put: SignedRequest) {
            self.pack = pack
            self.put = put
        }
    }

    package typealias Response = BatchResponse<Opened>
}

/// A presigned request to the object store: the URL and the headers that were signed with it and must be sent as they
/// stand.
package struct SignedRequest: Codable, Sendable, Hashable {
    package var url: String
    package var headers: [String: String]
    package var expiresAt: Milliseconds

    package init(url: String, headers: [String: String], expiresAt: Milliseconds) {
        self.url = url
        self.headers = headers
        self.expiresAt = expiresAt
    }
}

/// How a chunk was stored before it was encrypted.
package enum Codec: UInt8, Codable, Sendable, CaseIterable {
    case none = 0
    case zstd = 1
}

/// Where a sealed chunk lies in its pack.
package struct PackedChunk: Codable, Sendable, Hashable {
    package var fingerprint: Fingerprint
    /// Plain length in bytes.
    package var length: Int
    /// First byte in the pack, and how many: nonce, ciphertext and tag.
    package var offset: Int
    package var sealedLength: Int
    package var codec: Codec

    package init(fingerprint: Fingerprint, length: Int, offset: Int, sealedLength: Int, codec: Codec) {
        self.fingerprint = fingerprint
        self.length = length
        self.offset = offset
        self.sealedLength = sealedLength
        self.codec = codec
    }
}

package enum DescribePack {
    /// A claim: the service opens the pack's own index and compares.
    package struct Request: Codable, Sendable {
        package var chunks: [PackedChunk]
        package init(chunks: [PackedChunk]) { self.chunks = chunks }
    }

    package struct Response: Codable, Sendable {
        /// Whether the service has read and opened every chunk. False where it will do so later (S3).
        package var isVerified: Bool
        package init(isVerified: Bool) { self.isVerified = isVerified }
    }
}

package enum CommitUploads {
    package struct Request: Codable, Sendable {
        package var items: [Item]
        package init(items: [Item]) { self.items = items }
    }

    package struct Item: Codable, Sendable {
        package var upload: UploadID
        /// What was really read.
        package var size: Int64
        package var chunkCount: Int
        package var sha256: Fingerprint
        package var modified: Nanoseconds
        package init(upload: UploadID, size: Int64, chunkCount: Int, sha256: Fingerprint, modified: Nanoseconds) {
            self.upload = upload
            self.size = size
            self.chunkCount = chunkCount
            self.sha256 = sha256
            self.modified = modified
        }
    }

    package struct Committed: Codable, Sendable {
        package var node: Node
        /// Content that nobody had named as the base was replaced; it is kept as a version flagged “conflict”.
        package var isConflict: Bool
        package init(node: Node, isConflict: Bool) {
            self.node = node
            self.isConflict = isConflict
        }
    }

    package typealias Response = BatchResponse<Committed>
}

package struct UploadStatus: Codable, Sendable {
    package enum State: String, Codable, Sendable {
        case uploading
        case uploaded
    }

    package var upload: UploadID
    package var state: State
    package var chunkCount: Int
    /// At most 4,096; ask again when these are sent.
    package var missing: [Fingerprint]

    package init(upload: UploadID, state: State, chunkCount: Int, missing: [Fingerprint]) {
        self.upload = upload
        self.state = state
        self.chunkCount = chunkCount
        self.missing = missing
    }
}
