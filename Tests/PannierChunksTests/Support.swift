import Foundation
import PannierCore

import PannierChunks

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        result.withUnsafeMutableBytes { buffer in
            var position = 0
            while position < count {
                withUnsafeBytes(of: next().littleEndian) { word in
                    let length = min(8, count - position)
                    buffer[position..<position + length].copyBytes(from: word[..<length])
                }
                position += 8
            }
        }
        return result
    }
}

/// A seed from the environment (PANNIER_SEED), else a new one; printed, so that a failure can be run again.
func testSeed(_ name: String) -> UInt64 {
    let seed =
        ProcessInfo.processInfo.environment["PANNIER_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
    print("\(name): PANNIER_SEED=\(seed)")
    return seed
}

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
