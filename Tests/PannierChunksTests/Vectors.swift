import PannierCore

import PannierChunks

/// Golden vectors of format version 1. Computed by another program in another language from pannier-formats(7), not by
/// this code; a change to any of them would make files unreadable.
enum Vectors {
    static let seed = Array(UInt8(0)..<32)
    static let packKey = Array(UInt8(100)..<132)
    /// 0…11, 12…23, 24…35.
    static func nonce(_ number: UInt8) -> [UInt8] { Array(number * 12..<number * 12 + 12) }

    // Chunks.
    static let firstPlain = Array("The quick brown fox jumps over the lazy dog".utf8)
    static let firstChunkKey = "04f1d978a8a1234f8f7b254b0f9b90c5cbedf89ae690fa001d31ecc2f1a0c941"
    static let firstSealed =
        "000102030405060708090a0b048edbd680028c5db3012aee7325d33721a9cd2da6232470611c5b6c4b4de79c478105dc75187264f9"
        + "cbb3d83f430bc1dc40d6a9544837ae65dffe"
    /// A thousand times `a`: one frame that holds one run-length block.
    static let secondPlain = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000)
    static let secondFrame = "28b52ffda0e8030000431f0061"
    static let secondSealed = "0c0d0e0f101112131415161736e5331c19053616dc17c8482c2f7360deb4bffdae16dc7828ddca5eb2"

    // Packs.
    static let indexKey = "b13ec309854676e0de0bbeaaf553ee852382adc0ed479aa6a622cb8f76ff76ef"
    /// Index and footer of the pack that holds both.
    static let bothEnd =
        "18191a1b1c1d1e1f202122239d8ccfca395b14ed4cbc1520459b62f4db36ba2ad7ee3f940b6f8212f3567ed1083a26a502f7cafd19"
        + "d3a9b50233ac61e497535f89cc6e37293ce37e0b411935a9e72491d56700f5290adb9ac5e3117ddb6d0b068758fd0a6d6842c97e7a"
        + "af47b4026e000000504e5201"
    static let bothSHA256 = "58895a56cc338b2514d052cdb3d8eb82ffe4cb96cf62ee865a6bdca83303ec15"
    /// Index and footer of the pack that holds the first alone.
    static let firstEnd =
        "18191a1b1c1d1e1f202122239d8ccfca395b14ed4cbc1520459b62f4db36ba2ad7ee3f940b6f8212f3567ed1083a26a502f7cafd19"
        + "8fc3e704f6051069cd42850339c7ad0145000000504e5201"
    static let manifest =
        "0102000000d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e5922b00000041edece42d63e8d9bf515a9b"
        + "a6932e1c20cbc9f5a5d134645adb5db1b9737ea3e8030000"

    // Cuts of SplitMix64(42)'s bytes under `seed`.
    static let gear: [Int: UInt64] = [0: 0x0EDA_1BC1_7BD9_A7D6, 1: 0x59D3_2ED3_8356_9B9B, 255: 0xBCBD_C856_C906_36C9]
    /// All entries, each rotated left by its index, exclusive-ored.
    static let gearFolded: UInt64 = 0x256D_E1F0_8AEA_0FBC
    static let dataLength = 20_000_000
    static let dataSHA256 = "305019c0da0bd80abcd8dc7c41b38cbfbb8027f714ef9e8fc82b0fb4582a6fde"
    static let standardCuts = [
        1_143_211, 1_303_213, 1_176_517, 1_069_853, 2_022_908, 498_983, 1_502_813, 1_789_133, 1_336_198, 712_802,
        308_537, 943_325, 921_670, 1_207_294, 1_346_918, 322_565, 1_309_477, 1_084_583,
    ]
    static let largeCuts = [4_257_561, 4_459_937, 4_944_897, 6_337_605]
    /// Of nine million zeros.
    static let zeroCuts = [4_194_304, 4_194_304, 611_392]
    /// Of the first 200,000 bytes with an average of 256: how many, and the SHA-256 of their 32-bit lengths.
    static let smallCutCount = 746
    static let smallCutsSHA256 = "d14b65e91e523250d58cad5e597346f838034bfeb75591801a407e7aeffd0e96"

    static func bytes(_ hexadecimal: String) -> [UInt8] { Hexadecimal.bytes(of: hexadecimal) ?? [] }

    static var firstPlace: PackedChunk {
        PackedChunk(
            fingerprint: SHA256Digest.of(firstPlain), length: 43, offset: 0, sealedLength: 71, codec: .none)
    }

    static var secondPlace: PackedChunk {
        PackedChunk(
            fingerprint: SHA256Digest.of(secondPlain), length: 1_000, offset: 71, sealedLength: 41, codec: .zstd)
    }
}
