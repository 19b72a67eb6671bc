import Foundation
import Testing

/// Screens in the repository that a screen of today is compared with.
///
/// With `PANNIER_RECORD=1` they are written anew, and the run fails: look at the difference, commit it, run again.
enum Golden {
    static func expect(
        _ lines: [String], equals name: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Golden/\(name).txt")
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["PANNIER_RECORD"] == "1" {
            try Data(text.utf8).write(to: file)
            Issue.record(
                "recorded \(name); look at it, then run without PANNIER_RECORD", sourceLocation: sourceLocation)
            return
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        guard golden.utf8.elementsEqual(text.utf8) else {
            Issue.record("\(name) differs.\n\(difference(golden, text))", sourceLocation: sourceLocation)
            return
        }
    }

    private static func difference(_ golden: String, _ text: String) -> String {
        let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
        let new = text.split(separator: "\n", omittingEmptySubsequences: false)
        return (0..<max(old.count, new.count)).compactMap { index -> String? in
            let (before, after) = (
                old.indices.contains(index) ? old[index] : "", new.indices.contains(index) ? new[index] : ""
            )
            return before.utf8.elementsEqual(after.utf8) ? nil : "\(index + 1)\n- \(before)\n+ \(after)"
        }.joined(separator: "\n")
    }
}
