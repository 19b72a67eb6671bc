import Foundation
import PannierChunks
import PannierCore
import PannierServer
import Testing

@Suite struct PackCheckTests {
    /// A pack in memory, as a store would read it; remembers the longest single read.
    private final class Reader: BlobReader {
        let bytes: [UInt8]
        var length: Int { bytes.count }
        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
            let part = bytes.dropFirst(offset).prefix(buffer.count)
            buffer.copyBytes(from: part)
            return part.count
        }
    }

    private func pack(chunks: Int = 5) throws -> FinishedPack {
        var writer = PackWriter(capacity: 1 << 20)
        for index in 0..<chunks {
            let plain = RandomBytes.make(1_000 + index * 777)
            let choice = CompressionChoice(codec: index % 2 == 0 ? .none : .zstd, level: 3, reason: "test")
            try plain.withUnsafeBytes { bytes in
                try writer.append(bytes, fingerprint: SHA256Digest.of(bytes), choice: choice)
            }
        }
        return try writer.finish()
    }

    private func verdict(
        _ pack: FinishedPack, bytes: [UInt8]? = nil, claim: [PackedChunk]? = nil, key: PackKey? = nil
    ) throws -> PackVerdict {
        let check = PackCheck(
            length: pack.bytes.count, sha256: pack.sha256, key: key ?? pack.key, claim: claim ?? pack.chunks)
        return try check.verdict(on: Reader(bytes ?? pack.bytes))
    }

    @Test func aGoodPackIsVerified() throws {
        let pack = try pack()
        #expect(try verdict(pack) == .verified(pack.chunks))
        #expect(try verdict(pack, claim: pack.chunks.reversed()) == .verified(pack.chunks))
    }

    @Test func anotherClaimIsAMismatch() throws {
        let pack = try pack()
        func expectMismatch(_ claim: [PackedChunk]) throws {
            guard case .mismatch = try verdict(pack, claim: claim) else {
                Issue.record("\(claim) was taken")
                return
            }
        }
        try expectMismatch([])
        try expectMismatch(Array(pack.chunks.dropLast()))
        try expectMismatch(pack.chunks + [pack.chunks[0]])
        var renamed = pack.chunks
        renamed[0].fingerprint = SHA256Digest.of([1])
        try expectMismatch(renamed)
        var longer = pack.chunks
        longer[0].length += 1
        try expectMismatch(longer)
    }

    /// Dropbox's Dropship: a fingerprint that the pack's maker only knows, over other bytes.
    @Test func aLyingIndexIsDamage() throws {
        let plain = RandomBytes.make(500)
        var writer = PackWriter(capacity: 1 << 16, rechecks: false)
        let foreign = SHA256Digest.of(Array("someone else's secret".utf8))
        let choice = CompressionChoice(codec: .none, level: 0, reason: "test")
        try plain.withUnsafeBytes { try writer.append($0, fingerprint: foreign, choice: choice) }
        let lying = try writer.finish()
        guard case .damaged(let reason) = try verdict(lying) else {
            Issue.record("a fingerprint was believed")
            return
        }
        #expect(reason.contains("fingerprint"))
    }

    /// Each altered byte, each truncation and each wrong key is damage, never anything else and never a crash.
    @Test func everyAlterationIsDamage() throws {
        let pack = try pack(chunks: 3)
        func expectDamage(_ bytes: [UInt8], key: PackKey? = nil, _ what: String) throws {
            let found = try verdict(pack, bytes: bytes, key: key)
            guard case .damaged = found else {
                Issue.record("\(what): \(found)")
                return
            }
        }
        for index in pack.bytes.indices {
            var bytes = pack.bytes
            bytes[index] ^= UInt8(1) << UInt8(index % 8)
            try expectDamage(bytes, "byte \(index) of \(bytes.count)")
        }
        for count in [0, 1, 7, 8, 9, pack.bytes.count / 2, pack.bytes.count - 1] {
            try expectDamage(Array(pack.bytes.prefix(count)), "cut to \(count)")
        }
        try expectDamage(pack.bytes + [0], "a byte more")
        try expectDamage(pack.bytes, key: .random(), "another key")
    }
}
