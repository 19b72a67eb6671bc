import Foundation
import Testing

import PannierChunks

/// The page that tells others how to read the formats must not drift away from them.
@Suite struct ManualTests {
    @Test func theExamplesAreOurs() throws {
        let tests = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        let page = tests.appendingPathComponent("../../man/pannier-formats.7")
        let text = try String(contentsOf: page, encoding: .utf8)
        let joined = text.filter { $0 != "\n" }
        for vector in [
            Vectors.firstChunkKey, Vectors.indexKey, Vectors.firstSealed, Vectors.firstEnd, Vectors.secondFrame,
            Vectors.secondSealed, Vectors.manifest,
        ] {
            #expect(joined.contains(vector), "\(vector)")
        }
        for (_, word) in Vectors.gear {
            let digits = String(word, radix: 16, uppercase: true)
            #expect(text.contains(String(repeating: "0", count: 16 - digits.count) + digits))
        }
        #expect(
            text.contains(Vectors.zeroCuts.map { "\($0)" }.joined(separator: ", ").replacing(", 611", with: " and 611"))
        )
        for label in [ChunkFormat.gearLabel, ChunkFormat.chunkLabel, ChunkFormat.indexLabel] {
            #expect(text.contains("\"\(String(decoding: label, as: UTF8.self))\""))
        }
    }
}
