import PannierCore
import SeededRandom
import Testing

import PannierChunks

@Suite struct CompressionPolicyTests {
    private func choose(_ mimeType: String, _ sample: [UInt8]) -> CompressionChoice {
        sample.withUnsafeBytes { CompressionPolicy.choose(mimeType: mimeType, sample: $0) }
    }

    private var log: [UInt8] {
        var generator = SeededGenerator(seed: 3)
        return logLines(200_000, &generator)
    }

    @Test(arguments: [
        "", "text/plain", "text/plain; charset=utf-8", "application/octet-stream", "image/svg+xml", "audio/x-wav",
    ])
    func textIsCompressed(mimeType: String) {
        let choice = choose(mimeType, log)
        #expect(choice.codec == .zstd)
        #expect(choice.level == 3)
        #expect(choice.reason.hasPrefix("zstd 3: a sample shrinks by "))
    }

    @Test(arguments: ["video/mp4", "IMAGE/JPEG", "application/zip ; x=y", "application/gzip"])
    func packedTypesAreStored(mimeType: String) {
        #expect(choose(mimeType, log).codec == .none)
    }

    @Test(arguments: [
        [0x1F, 0x8B, 8], [0xFF, 0xD8, 0xFF, 0xE0], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        [0, 0, 0, 0x20, 0x66, 0x74, 0x79, 0x70], [0x50, 0x4B, 3, 4], [0x28, 0xB5, 0x2F, 0xFD],
    ])
    func packedMagicsAreStored(magic: [UInt8]) {
        let choice = choose("text/plain", magic + log)
        #expect(choice.codec == .none)
        #expect(choice.reason.hasSuffix("is already compressed"))
    }

    @Test func aSampleShorterThanAMagic() {
        for count in 1..<12 { #expect(choose("", [UInt8](repeating: 0x1F, count: count)).codec == .zstd) }
        #expect(choose("", []).codec == .none)
    }

    @Test func noiseIsStored() {
        var generator = SeededGenerator.fromEnvironment()
        let choice = choose("text/plain", generator.bytes(500_000))
        #expect(choice.codec == .none)
        #expect(choice.reason == "stored as it is: a sample shrinks by only 0%")
    }

    /// The head alone does not decide.
    @Test func noiseBehindATextHeader() {
        var generator = SeededGenerator.fromEnvironment()
        #expect(choose("", log.prefix(2_000) + generator.bytes(1_000_000)).codec == .none)
        #expect(choose("", log.prefix(100_000) + generator.bytes(1_000_000)).codec == .zstd)
    }

    @Test(arguments: [1, 4_095, 4_096, 32_767, 32_768, 32_769, 98_304, 98_305, 1_000_000])
    func piecesLieInTheSample(count: Int) {
        let pieces = CompressionPolicy.pieces(of: count)
        #expect(pieces.allSatisfy { !$0.isEmpty && $0.upperBound <= count })
        #expect(pieces.map(\.count).reduce(0, +) == min(count, 98_304))
        for (left, right) in zip(pieces, pieces.dropFirst()) { #expect(left.upperBound <= right.lowerBound) }
    }
}
