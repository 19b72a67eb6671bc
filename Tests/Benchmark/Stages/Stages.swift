import CReference
import PannierChunks
import PannierCore

/// What a stage works on: equal pieces of noise, or of lines like those of a log.
struct Material {
    let name: String
    let bytes: [UInt8]
    let pieceLength: Int

    static func noise(_ count: Int, piece: Int = 1 << 20) -> Material {
        var state: UInt64 = 42
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            withUnsafeBytes(of: state) { bytes.append(contentsOf: $0) }
        }
        return Material(name: "noise", bytes: Array(bytes.prefix(count)), pieceLength: piece)
    }

    static func log(_ count: Int, piece: Int = 1 << 20) -> Material {
        var state: UInt64 = 7
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 100)
        while bytes.count < count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            bytes +=
                "2026-01-\(10 + state >> 60) GET /v1/files/\(state >> 32 & 0xFFFF) 200 \(state >> 20 & 0xFFF) ok\n".utf8
        }
        return Material(name: "logs", bytes: Array(bytes.prefix(count)), pieceLength: piece)
    }

    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { whole in
            for start in stride(from: 0, to: whole.count, by: pieceLength) {
                try body(UnsafeRawBufferPointer(rebasing: whole[start..<min(start + pieceLength, whole.count)]))
            }
        }
    }

    var fingerprints: [Fingerprint] {
        var result: [Fingerprint] = []
        forEachPiece { result.append(SHA256Digest.of($0)) }
        return result
    }
}

/// Our side and the bare side of every stage; built one after the other.
enum Stages {
    static let stored = CompressionChoice(codec: .none, level: 0, reason: "")
    static let zstd = CompressionChoice(codec: .zstd, level: 3, reason: "")

    static func all() -> [Stage] {
        let noise = Material.noise(32 << 20)
        let log = Material.log(16 << 20)
        return [
            cut(.noise(64 << 20)), cut(log), digest(noise),
            compress(.noise(16 << 20)), compress(log), seal(noise),
            open(noise, stored), open(log, zstd),
            pack(.noise(8 << 20), stored), pack(.log(8 << 20), zstd), pack(.noise(8 << 20), zstd),
            pack(.log(2 << 20, piece: 4 << 10), zstd),
        ]
    }

    private static func cut(_ material: Material) -> Stage {
        let seed = [UInt8](0..<32)
        var chunker = Chunker(seed: seed)
        let gear = GearTable.make(seed: seed)
        let sizes = ChunkSizes.standard
        return Stage(name: "cut, \(material.name)", bytes: material.bytes.count) {
            var count = 0
            material.bytes.withUnsafeBytes { bytes in
                var rest = bytes
                while let length = chunker.cut(rest, isEnd: true) {
                    rest = UnsafeRawBufferPointer(rebasing: rest[length...])
                    count += 1
                }
            }
            precondition(count > 0)
        } bare: {
            var count = 0
            material.bytes.withUnsafeBufferPointer { bytes in
                guard let start = bytes.baseAddress else { return }
                var position = 0
                while position < bytes.count {
                    position += reference_cut(
                        start + position, bytes.count - position, gear, sizes.minimum, sizes.average, sizes.maximum)
                    count += 1
                }
            }
            precondition(count > 0)
        }
    }

    private static func digest(_ material: Material) -> Stage {
        let digest = Box(SHA256Digest())
        let bare = BareLibrary()
        return Stage(name: "digest", bytes: material.bytes.count) {
            material.forEachPiece { _ = digest.value.digest($0) }
        } bare: {
            material.forEachPiece { bare.digest($0) }
        }
    }

    private static func compress(_ material: Material) -> Stage {
        let compressor = Box(ZstdCompressor())
        let bare = BareLibrary()
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: material.pieceLength, alignment: 64)
        return Stage(name: "compress, \(material.name)", bytes: material.bytes.count) {
            try material.forEachPiece { _ = try compressor.value.compress($0, level: 3, into: target) }
        } bare: {
            material.forEachPiece { bare.compress($0) }
        }
    }

    private static func seal(_ material: Material) -> Stage {
        let sealer = Box(ChunkSealer())
        let bare = BareLibrary()
        let key = PackKey.random()
        let fingerprints = material.fingerprints
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: material.pieceLength + 28, alignment: 64)
        return Stage(name: "seal", bytes: material.bytes.count) {
            var number = 0
            try material.forEachPiece { piece in
                let fingerprint = fingerprints[number]
                _ = try sealer.value.seal(
                    piece, fingerprint: fingerprint, choice: stored, chunkKey: key.chunkKey(for: fingerprint),
                    into: target)
                number += 1
            }
        } bare: {
            material.forEachPiece { bare.encrypt($0) }
        }
    }

    private static func open(_ material: Material, _ choice: CompressionChoice) -> Stage {
        let opener = Box(ChunkOpener())
        let bare = BareLibrary()
        let pack = finishedPack(of: material, choice)
        let keys = pack.chunks.map { pack.key.chunkKey(for: $0.fingerprint) }
        let sealed = material.sealed(by: bare, choice)
        return Stage(name: "open, \(material.name)", bytes: material.bytes.count) {
            try pack.bytes.withUnsafeBytes { bytes in
                for (chunk, key) in zip(pack.chunks, keys) {
                    let range = chunk.offset..<chunk.offset + chunk.sealedLength
                    try opener.value.open(UnsafeRawBufferPointer(rebasing: bytes[range]), place: chunk, chunkKey: key) {
                        precondition(!$0.isEmpty)
                    }
                }
            }
        } bare: {
            for chunk in sealed {
                chunk.withUnsafeBytes { bare.digest(bare.open($0, isCompressed: choice.codec == .zstd)) }
            }
        }
    }

    private static func pack(_ material: Material, _ choice: CompressionChoice) -> Stage {
        let bare = BareLibrary()
        let fingerprints = material.fingerprints
        let codec = choice.codec == .zstd ? "zstd" : "none"
        let name = "pack, \(material.name), \(codec), \(material.pieceLength >> 10) KiB chunks"
        return Stage(name: name, bytes: material.bytes.count) {
            var writer = PackWriter(capacity: material.bytes.count + 512 << 10)
            var number = 0
            try material.forEachPiece { piece in
                try writer.append(piece, fingerprint: fingerprints[number], choice: choice)
                number += 1
            }
            let pack = try writer.finish()
            precondition(pack.chunks.count == number)
        } bare: {
            bare.startPack()
            material.forEachPiece { bare.appendToPack($0, compressed: choice.codec == .zstd) }
            bare.finishPack()
        }
    }

    private static func finishedPack(of material: Material, _ choice: CompressionChoice) -> FinishedPack {
        var writer = PackWriter(capacity: Limits.packBytes)
        var number = 0
        let fingerprints = material.fingerprints
        do {
            try material.forEachPiece { piece in
                try writer.append(piece, fingerprint: fingerprints[number], choice: choice)
                number += 1
            }
            return try writer.finish()
        } catch {
            preconditionFailure("the material does not make a pack: \(error)")
        }
    }
}

/// Lets a closure own what cannot be copied.
final class Box<Value: ~Copyable> {
    var value: Value
    init(_ value: consuming Value) { self.value = value }
}
