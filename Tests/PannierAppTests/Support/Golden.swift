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

    /// A paper of the repository, by its path there.
    static func paper(_ path: String) throws -> String { try String(contentsOf: place(ofPaper: path), encoding: .utf8) }

    /// The paper says `text`.
    /// - Parameter recorded: the whole paper with it, made from the paper of today.
    static func expect(
        _ text: String, inPaper path: String, sourceLocation: SourceLocation = #_sourceLocation,
        recorded: (String) -> String
    ) throws {
        let recording = ProcessInfo.processInfo.environment["PANNIER_RECORD"] == "1"
        let page = (try? paper(path)) ?? ""
        guard recording else {
            let wanted = recorded(page)
            let isSaid = page.contains(text) && page.utf8.elementsEqual(wanted.utf8)
            if !isSaid { Issue.record("\(path) differs.\n\(difference(page, wanted))", sourceLocation: sourceLocation) }
            return
        }
        try Data(recorded(page).utf8).write(to: place(ofPaper: path))
        Issue.record("recorded \(path); look at it, then run without PANNIER_RECORD", sourceLocation: sourceLocation)
    }

    private static func place(ofPaper path: String) -> URL {
        // This file may be named through a link.
        URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: path)
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
