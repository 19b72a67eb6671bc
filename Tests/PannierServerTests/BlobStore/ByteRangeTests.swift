import PannierServer
import Testing

@Suite struct ByteRangeTests {
    @Test(arguments: [
        (nil, ByteRange.whole), ("bytes=0-9", .part(0..<10)), ("bytes=5-5", .part(5..<6)),
        ("bytes=90-", .part(90..<100)),
        ("bytes=-7", .part(93..<100)), ("bytes=-700", .part(0..<100)), ("bytes=90-700", .part(90..<100)),
        ("bytes=100-", .unsatisfiable), ("bytes=100-200", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        // Not spelled as the standard has it, or several: the whole object.
        ("bytes=9-0", .whole), ("bytes=0-1,3-4", .whole), ("bytes=a-b", .whole), ("bytes=-", .whole),
        ("bytes=+1-2", .whole),
        ("items=0-9", .whole), ("", .whole), ("bytes=99999999999999999999-", .whole),
    ])
    func ofHundredBytes(_ header: String?, _ expected: ByteRange) {
        #expect(ByteRange(header, length: 100) == expected)
    }

    @Test func ofNothing() {
        #expect(ByteRange("bytes=0-", length: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-5", length: 0) == .unsatisfiable)
        #expect(ByteRange(nil, length: 0) == .whole)
    }
}
