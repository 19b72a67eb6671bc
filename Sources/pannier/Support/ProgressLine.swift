import Foundation
import PannierCore
import PannierScreen

/// One line that says how far some transfers are. A value: the same for the same states, width and time.
struct ProgressLine: Sendable, Equatable {
    /// Columns of the terminal.
    var width: Int
    /// Whether the terminal shows more than ASCII.
    var isUnicode: Bool

    /// Seconds for which no estimate is made: there is too little to go by.
    private static let silence = 3.0
    private static let barWidth = 20

    /// - Parameters:
    ///   - states: in the order in which they were begun.
    ///   - elapsed: seconds since then.
    func text(_ states: [TransferState], elapsed: Double) -> String {
        guard let first = states.first else { return "" }
        let running = states.first { $0.state == .running || $0.state == .retrying } ?? first
        let total = states.reduce(0) { $0 + $1.bytesTotal }
        let done = states.reduce(0) { $0 + $1.bytesAdvanced }
        let rate = states.reduce(0) { $0 + $1.bytesPerSecond }
        let isScanned = states.allSatisfy(\.isScanned)
        let (advanced, all) = states.count == 1 ? first.advance : (done, total)
        var parts = [bar(advanced, all, isScanned), isScanned ? Format.percent(advanced, of: all) : "…"]
        parts.append("\(Format.bytes(done)) of \(Format.bytes(total))\(isScanned ? "" : "+")")
        // Why it waits has a line of its own (``WaitNotice``): here it would be cut.
        if running.state == .retrying {
            let wait = running.retryIn.map { " in \(Format.duration(seconds: Double($0) / 1_000))" } ?? ""
            parts.append("tries again\(wait)")
        } else if running.state == .paused {
            parts.append("paused")
        } else if running.state == .queued {
            parts.append("waits for its turn")
        } else {
            parts.append(Format.rate(rate))
            if isScanned, elapsed >= Self.silence, rate > 0 {
                let left = states.reduce(0) { $0 + $1.bytesToCross }
                parts.append(Format.duration(seconds: Double(left) / rate) + " left")
            }
        }
        let others = running.others + more(states.count - 1, after: running)
        let arrow = running.direction == .upload ? (isUnicode ? "↑" : "up") : (isUnicode ? "↓" : "down")
        let tail = parts.joined(separator: "  ")
        let room = max(8, width - 1 - Self.columns(tail) - Self.columns(others) - Self.columns(arrow) - 3)
        return Self.cut(
            "\(arrow) \(Self.cut(SafeText(running.name).text, to: room))\(others)  \(SafeText(tail).text)",
            to: width - 1)
    }

    /// How many transfers there are besides the one that is named.
    private func more(_ count: Int, after named: TransferState) -> String {
        guard count > 0 else { return "" }
        // “And 3 more” says already how many files there are.
        return named.others.isEmpty ? " and \(count) more" : ", \(count) more \(count == 1 ? "transfer" : "transfers")"
    }

    private func bar(_ done: Int64, _ total: Int64, _ isScanned: Bool) -> String {
        let share = total > 0 ? Double(done) / Double(total) : (isScanned ? 1 : 0)
        let full = min(Self.barWidth, Int(share * Double(Self.barWidth)))
        let marks = isUnicode ? ("█", "░") : ("#", "-")
        return String(repeating: marks.0, count: full) + String(repeating: marks.1, count: Self.barWidth - full)
    }

    static func columns(_ text: String) -> Int {
        text.reduce(0) { $0 + CellWidth.of(cluster: Array($1.unicodeScalars)) }
    }

    /// Rows that `text` takes where lines are this wide and longer ones go on in the next row.
    static func rows(_ text: String, width: Int) -> Int { max(1, (columns(text) + width - 1) / max(1, width)) }

    /// The beginning of `text` that fits.
    static func cut(_ text: String, to width: Int) -> String {
        var columns = 0
        var result = ""
        for character in text {
            columns += self.columns(String(character))
            if columns > width { break }
            result.append(character)
        }
        return result
    }
}
