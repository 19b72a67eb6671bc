import PannierChunks
import PannierCore

@testable import PannierTransfer

/// A file of one chunk, in a pack of its own.
struct StoredContent {
    let content: [UInt8]
    let pack: PackID
    let chunk: GetContent.Chunk
    let bytes: [UInt8]

    init(_ content: [UInt8]) throws {
        var writer = PackWriter(capacity: max(1 << 20, content.count + (64 << 10)))
        try content.withUnsafeBytes {
            try writer.append(
                $0, fingerprint: SHA256Digest.of(content),
                choice: CompressionChoice(codec: .none, level: 0, reason: ""))
        }
        let finished = try writer.finish()
        self.content = content
        pack = .random()
        bytes = finished.bytes
        let place = finished.chunks[0]
        chunk = GetContent.Chunk(
            pack: pack, place: place, key: Hexadecimal.text(of: finished.key.chunkKey(for: place.fingerprint)))
    }

    var node: Node.Content {
        Node.Content(
            version: .random(), size: Int64(content.count), sha256: SHA256Digest.of(content), modified: 1,
            isExecutable: false, mimeType: "")
    }

    func page() -> GetContent.Page { GetContent.Page(content: node, chunkCount: 1, first: 0, chunks: [chunk]) }

    func location(_ store: String) -> GetContent.PackLocation {
        .init(pack: pack, get: SignedRequest(url: store + "\(pack)", headers: [:], expiresAt: 0))
    }
}
