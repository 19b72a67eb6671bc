package import PannierCore
import Glibc

/// What is added to a name that two things want: which device had it, and when.
package struct ConflictMark: Sendable {
    /// Without brackets.
    package let text: String

    /// - Parameters:
    ///   - device: its name.
    ///   - now: this machine's clock.
    package init(device: String, now: Milliseconds) {
        var seconds = time_t(now / 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1_900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: "-")
        let name = String(
            device.unicodeScalars.filter { $0 != "/" && $0.properties.generalCategory != .control }.prefix(40))
        text = ["conflict", name, date].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
