import Foundation
import PannierCore
import SeededRandom

import PannierChunks

/// Lines like those of a log: compress well.
func logLines(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    var text: [UInt8] = []
    while text.count < count {
        let line = "2026-01-\(Int.random(in: 10...28, using: &generator)) GET /v1/files/\(generator.next()) 200 ok\n"
        text.append(contentsOf: line.utf8)
    }
    return Array(text.prefix(count))
}

let zstdChoice = CompressionChoice(codec: .zstd, level: 3, reason: "test")
let plainChoice = CompressionChoice(codec: .none, level: 0, reason: "test")

extension PackWriter {
    mutating func append(_ plain: [UInt8], choice: CompressionChoice) throws {
        let fingerprint = SHA256Digest.of(plain)
        try plain.withUnsafeBytes { bytes in
            try append(bytes, fingerprint: fingerprint, choice: choice)
        }
    }
}

extension ChunkOpener {
    mutating func open(_ sealed: some Collection<UInt8>, place: PackedChunk, chunkKey: [UInt8]) throws -> [UInt8] {
        try Array(sealed).withUnsafeBytes { try open($0, place: place, chunkKey: chunkKey) { Array($0) } }
    }
}

extension FinishedPack {
    func sealed(_ chunk: PackedChunk) -> ArraySlice<UInt8> { bytes[chunk.offset..<chunk.offset + chunk.sealedLength] }

    func index() throws -> [PackedChunk] {
        let footer = Array(bytes.suffix(PackIndex.footerBytes))
        let range = try PackIndex.sealedIndexRange(footer: footer, packLength: bytes.count)
        return try PackIndex.open(Array(bytes[range]), key: key, packLength: bytes.count)
    }
}
