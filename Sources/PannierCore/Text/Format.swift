import Foundation

/// Numbers, ages and times as people read them; the same on the screen and in commands.
package enum Format {
    /// `512 B`, `84 KB`, `88.1 MB`, `212 GB`: units of 1000, one decimal from a megabyte to below a hundred.
    package static func bytes(_ count: Int64) -> String {
        guard count >= 1_000 else { return "\(max(0, count)) B" }
        if count < 999_500 { return "\((count + 500) / 1_000) KB" }
        var unit: Int64 = 1_000_000
        var names = ["MB", "GB", "TB", "PB"][...]
        while names.count > 1, count >= unit * 1_000 - unit / 2 {
            unit *= 1_000
            names.removeFirst()
        }
        let tenths = Int64((Double(count) / Double(unit) * 10).rounded())
        if tenths >= 1_000 { return "\((tenths + 5) / 10) \(names.first ?? "")" }
        return "\(tenths / 10).\(tenths % 10) \(names.first ?? "")"
    }

    /// `26.5 MB/s`; a dash for nothing.
    package static func rate(_ bytesPerSecond: Double) -> String {
        guard bytesPerSecond >= 1, bytesPerSecond < 1e18 else { return "–" }
        return bytes(Int64(bytesPerSecond)) + "/s"
    }

    /// `12,408`.
    package static func count(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude))
        var result = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// How long ago, in one unit: `now`, `1s`, `5m`, `2h`, `9d`, `3mo`, `2y`. What lies ahead is `now`.
    package static func age(milliseconds: Milliseconds) -> String {
        let seconds = milliseconds / 1_000
        switch seconds {
        case ..<1: return "now"
        case ..<60: return "\(seconds)s"
        case ..<3_600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3_600)h"
        case ..<(30 * 86_400): return "\(seconds / 86_400)d"
        case ..<(365 * 86_400): return "\(min(11, seconds / (30 * 86_400)))mo"
        default: return "\(seconds / (365 * 86_400))y"
        }
    }

    /// How long before `now` something was, in whatever order the two stand, and however far apart they are.
    package static func age(since then: Milliseconds, now: Milliseconds) -> String {
        age(milliseconds: elapsed(since: then, now: now))
    }

    /// Milliseconds from `then` to `now`, as many as there can be: times come from servers and files.
    package static func elapsed(since then: Milliseconds, now: Milliseconds) -> Milliseconds {
        let (difference, isTooMuch) = now.subtractingReportingOverflow(then)
        return isTooMuch ? (then < now ? .max : .min) : difference
    }

    /// `0:58`, `1:02:03`, `4d 3h`; a dash where nobody knows.
    package static func duration(seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "–" }
        let whole = Int(seconds.rounded())
        if whole >= 100 * 3_600 { return "\(whole / 86_400)d \(whole % 86_400 / 3_600)h" }
        let (hours, minutes) = (whole / 3_600, whole % 3_600 / 60)
        return hours > 0
            ? "\(hours):\(twoDigits(minutes)):\(twoDigits(whole % 60))" : "\(minutes):\(twoDigits(whole % 60))"
    }

    /// Whole percent, and 100 only when all is done.
    package static func percent(_ done: Int64, of total: Int64) -> String {
        guard total > 0, done < total else { return "100%" }
        return "\(min(99, Int(Double(max(0, done)) / Double(total) * 100)))%"
    }

    /// `2026-03-01 12:34` in the machine's time zone; what lies before year 1000 or after year 9999 is told as the first or
    /// the last of these.
    package static func minute(_ milliseconds: Milliseconds) -> String { local(milliseconds, "%Y-%m-%d %H:%M") }

    /// `09:41:07` in the machine's time zone.
    package static func clock(_ milliseconds: Milliseconds) -> String { local(milliseconds, "%H:%M:%S") }

    /// As ``clock(_:)`` what is of today, else as ``minute(_:)``.
    /// - Parameter now: this machine's clock; nil: as it is.
    package static func moment(_ milliseconds: Milliseconds, now: Milliseconds? = nil) -> String {
        let today = local(now ?? Milliseconds(time(nil)) * 1_000, "%Y-%m-%d")
        return local(milliseconds, "%Y-%m-%d") == today ? clock(milliseconds) : minute(milliseconds)
    }

    private static func local(_ milliseconds: Milliseconds, _ pattern: String) -> String {
        var seconds = time_t(min(max(milliseconds / 1_000, firstSecond), lastSecond))
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return "–" }
        var text = [CChar](repeating: 0, count: 64)
        let length = strftime(&text, text.count, pattern, &parts)
        return String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Years of four digits, whatever the time zone adds.
    private static let (firstSecond, lastSecond) = (Int64(-30_610_137_600), Int64(253_402_214_400))

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
