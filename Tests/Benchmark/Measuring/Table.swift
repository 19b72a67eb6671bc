import Foundation
import Glibc
import Synchronization

/// What is printed.
package enum Table {
    private static let missed = Atomic(0)

    /// For the program's end: 0 when every limit was met.
    package static var exitCode: Int32 { missed.load(ordering: .relaxed) == 0 ? 0 : 1 }

    package static func say(_ line: String = "") {
        print(line)
        fflush(nil)
    }

    /// One figure beside its limit, if it has one.
    package static func row(_ what: String, _ figure: String, limit: String = "", isMet: Bool = true, note: String = "")
    {
        if !limit.isEmpty, !isMet { missed.add(1, ordering: .relaxed) }
        let verdict = limit.isEmpty ? "" : isMet ? "  limit \(limit)" : "  limit \(limit)  MISSED"
        say("  " + padded(what, 52) + padded(figure, 48) + (verdict + (note.isEmpty ? "" : "  \(note)")))
    }

    package static func times(_ what: String, _ figures: Figures, limit: Double? = nil, at share: Double = 0.99) {
        let text =
            "median \(number(figures.median))  p95 \(number(figures.percentile(0.95)))  "
            + "p99 \(number(figures.percentile(0.99)))  max \(number(figures.most)) ms"
        row(
            "\(what) (\(figures.count))", text, limit: limit.map { "\(number($0)) ms" } ?? "",
            isMet: limit.map { figures.percentile(share) <= $0 } ?? true)
    }

    package static func number(_ value: Double) -> String { String(format: value < 9.95 ? "%.1f" : "%.0f", value) }
    package static func percent(_ share: Double) -> String { String(format: "%.2f%%", share * 100) }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// Small files that are read whole.
package enum Files {
    package static func text(of path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Empty where there is no such folder.
    package static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
}

package enum Machine {
    /// The processor, how many cores of it, and how busy others keep them.
    package static var words: String {
        let info = Files.text(of: "/proc/cpuinfo").split(separator: "\n")
        let model = info.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        let name = model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "a processor without a name"
        let load = Files.text(of: "/proc/loadavg").split(separator: " ").first ?? "?"
        return "\(ProcessInfo.processInfo.activeProcessorCount) cores of \(name), load \(load) before"
    }
}
