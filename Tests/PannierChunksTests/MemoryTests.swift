import Foundation
import Glibc
import PannierCore
import Testing

import PannierChunks

/// Lies about sizes, told to every decoder in a process that may not grow by more than 64 MiB: memory taken for a lie
/// would end it.
@Suite struct MemoryTests {
    @Test func liesTakeNoMemory() async {
        await #expect(processExitsWith: .success) {
            try Lies.limitMemory(to: 64 << 20)
            try Lies.tellAll()
        }
    }

    /// That the limit holds at all.
    @Test func theLimitIsReal() async {
        await #expect(processExitsWith: .failure) {
            try Lies.limitMemory(to: 64 << 20)
            let memory = [UInt8](repeating: 1, count: 128 << 20)
            print(memory.count)
        }
    }
}

private enum Lies {
    static func limitMemory(to bytes: Int) throws {
        // Pages of address space now in use (proc(5), statm).
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).prefix { $0 != " " }
        let now = (Int(pages) ?? 0) * 4_096
        var limit = rlimit(rlim_cur: UInt(now + bytes), rlim_max: UInt(now + bytes))
        guard setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { throw POSIXError(.EPERM) }
    }

    static func tellAll() throws {
        try manifests()
        try footers()
        try places()
        try frames()
    }

    private static func refuse(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch is ChunkError {
            return
        }
        throw POSIXError(.EINVAL)
    }

    private static func manifests() throws {
        for count in [UInt32.max, 1 << 31, 1 << 24, 4_194_304] as [UInt32] {
            var blob: [UInt8] = [1]
            blob.append(littleEndian: count)
            try refuse { _ = try Manifest.decode(blob) }
            try refuse { _ = try Manifest.decode(blob, from: Int(count) - 1, limit: .max) }
        }
    }

    private static func footers() throws {
        for length in [UInt32.max, 1 << 31, 1 << 26, 28 + 41 * 1_000_000, 28 + 41 * 4_097] as [UInt32] {
            var footer: [UInt8] = []
            footer.append(littleEndian: length)
            footer += Array("PNR".utf8) + [1]
            for packLength in [Limits.packBytes, .max, 1 << 40] {
                try refuse { _ = try PackIndex.sealedIndexRange(footer: footer, packLength: packLength) }
            }
        }
    }

    private static func places() throws {
        var opener = ChunkOpener()
        for length in [Int.max, 1 << 40, 1 << 32, (16 << 20) + 1] {
            for sealedLength in [Int.max, length, length &+ 28, 41] {
                for codec in Codec.allCases {
                    let place = PackedChunk(
                        fingerprint: SHA256Digest.of([]), length: length, offset: 0, sealedLength: sealedLength,
                        codec: codec)
                    try refuse {
                        _ = try opener.open([UInt8](repeating: 0, count: 41), place: place, chunkKey: Vectors.packKey)
                    }
                }
            }
        }
    }

    /// Frames of a few bytes that say they hold up to all of memory, or want a window of that size.
    private static func frames() throws {
        var opener = ChunkOpener()
        let plain = [UInt8](repeating: 0, count: 1_000)
        for size in [UInt64.max - 2, 1 << 62, 1 << 40, 1 << 32, 1 << 30] as [UInt64] {
            let sizeBytes = withUnsafeBytes(of: size.littleEndian) { Array($0) }
            for descriptor: [UInt8] in [[0xE0], [0xC0, 0xA8], [0xC0, 0xFF]] {
                let stored = [0x28, 0xB5, 0x2F, 0xFD] + descriptor + sizeBytes + [3, 0, 0, 0]
                let chunk = try SealedChunk(storing: stored, as: .zstd, of: plain)
                try refuse { _ = try chunk.open(&opener) }
            }
        }
        // The right size, and a window of 2 TiB.
        let size = withUnsafeBytes(of: UInt64(1_000).littleEndian) { Array($0) }
        let stored = [0x28, 0xB5, 0x2F, 0xFD, 0xC0, 0xFF] + size + [0x43, 0x1F, 0x00, 0x00]
        do {
            _ = try SealedChunk(storing: stored, as: .zstd, of: plain).open(&opener)
        } catch is ChunkError {}
    }
}
