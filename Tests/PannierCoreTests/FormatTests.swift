import PannierCore
import Testing

@Suite struct FormatTests {
    @Test(
        arguments: [
            (0, "0 B"), (999, "999 B"), (1_000, "1 KB"), (84_000, "84 KB"), (999_499, "999 KB"), (999_500, "1.0 MB"),
            (1_149_999, "1.1 MB"), (99_940_000, "99.9 MB"), (99_950_000, "100 MB"), (310_000_000, "310 MB"),
            (999_500_000, "1.0 GB"), (4_100_000_000, "4.1 GB"), (212_000_000_000, "212 GB"),
            (18_200_000_000, "18.2 GB"),
            (1_099_511_627_776, "1.1 TB"), (Int64.max, "9223 PB"), (-5, "0 B"),
        ] as [(Int64, String)]) func bytes(_ count: Int64, _ text: String)
    {
        #expect(Format.bytes(count) == text)
    }

    /// Whatever a server or a file says, it is shown.
    @Test func timesThatNobodyLivesIn() {
        #expect(Format.age(since: .min, now: 0) == "292471208y")
        #expect(Format.age(since: .min, now: .max) == "292471208y")
        #expect(Format.age(since: .max, now: .min) == "now")
        #expect(Format.age(since: 1_000, now: 61_000) == "1m")
        #expect(Format.elapsed(since: 5, now: 3) == -2)
        #expect(Format.minute(.max).hasPrefix("9999-12-3") && Format.minute(.min).hasPrefix("1000-01-0"))
        let now: Milliseconds = 1_700_000_000_000
        #expect(Format.moment(now, now: now) == Format.clock(now))
        #expect(Format.moment(now - 7 * 86_400_000, now: now) == Format.minute(now - 7 * 86_400_000))
        #expect(Format.clock(.max).count == 8 && Format.clock(.min).count == 8)
    }

    @Test func durationsAgesAndCounts() {
        #expect(Format.duration(seconds: 58) == "0:58")
        #expect(Format.duration(seconds: 376.4) == "6:16")
        #expect(Format.duration(seconds: 3_723) == "1:02:03")
        #expect(Format.duration(seconds: 360_000) == "4d 4h")
        #expect(Format.duration(seconds: nil) == "–")
        #expect(Format.duration(seconds: .infinity) == "–")
        #expect(Format.count(12_408) == "12,408")
        #expect(Format.count(-1_234_567) == "-1,234,567")
        #expect(Format.count(999) == "999")
        #expect(
            [-5, 1_000, 300_000, 7_200_000, 86_400_000].map { Format.age(milliseconds: $0) } == [
                "now", "1s", "5m", "2h", "1d",
            ])
        #expect(Format.age(milliseconds: 240 * 86_400_000) == "8mo")
        #expect(Format.age(milliseconds: 800 * 86_400_000) == "2y")
        #expect(Format.percent(999, of: 1_000) == "99%")
        #expect(Format.percent(0, of: 0) == "100%")
        #expect(Format.rate(26_500_000) == "26.5 MB/s")
        #expect(Format.rate(0) == "–")
    }
}
