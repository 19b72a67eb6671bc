import PannierCore
import Testing

@testable import pannier

@Suite struct LimitWordsTests {
    @Test func rates() {
        let meant: [String: Int64] = [
            "800000": 800_000, "500K": 500_000, "1.5M": 1_500_000, "5mb": 5_000_000, "2G": 2_000_000_000, "0": 0,
            "16k": 16_000,
        ]
        for (word, bytes) in meant { #expect(LimitWords.rate(word) == .bytes(bytes), "\(word)") }
        #expect(LimitWords.rate("off") == .off)
        for word in ["", "K", "B", "-5M", "5T", "1e9", "0x10", "５M", "nan", "inf", "1.2.3M", "99999999999G", "5 M"] {
            #expect(LimitWords.rate(word) == nil, "\(word)")
        }
    }

    @Test func whatIsNotNamedStaysAsItIs() throws {
        let before = TransferLimits(upload: 1, download: 2)
        func after(_ words: String...) throws -> TransferLimits { try LimitWords(words).change(before) }
        #expect(try after() == before)
        #expect(try after("up") == before)
        #expect(try after("up", "off") == TransferLimits(upload: nil, download: 2))
        #expect(try after("down", "5M") == TransferLimits(upload: 1, download: 5_000_000))
        #expect(try after("1M") == TransferLimits(upload: 1_000_000, download: 1_000_000))
        #expect(throws: (any Error).self) { try after("5M", "up") }
    }

    @Test func saysWhatHolds() throws {
        let limits = TransferLimits(upload: 1_500_000, download: nil)
        #expect(try LimitWords([]).lines(limits) == ["up    1.5 MB/s", "down  no limit"])
        #expect(try LimitWords(["down"]).lines(limits) == ["down  no limit"])
    }
}
