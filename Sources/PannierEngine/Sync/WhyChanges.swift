import PannierSync

/// What has become of something on the two sides, in words.
struct WhyChanges {
    private let changes: [Verdict.Change]

    init(_ changes: [Verdict.Change]) { self.changes = changes }

    var sentences: [String] {
        if changes.contains(.newHere) {
            return [changes.contains(.newThere) ? "It is new on both sides." : "It is new here."]
        }
        if changes.contains(.newThere) { return ["It is new on the server."] }
        if changes.contains(.goneHere), changes.contains(.goneThere) { return ["It is gone on both sides."] }
        let unread = changes.contains(.unreadHere) ? ["It may have been edited here."] : []
        return unread + [words(here, "here"), words(there, "there")].compactMap(\.self)
    }

    private var here: [String] { verbs(gone: .goneHere, edited: .editedHere, moved: .movedHere) }
    private var there: [String] { verbs(gone: .goneThere, edited: .editedThere, moved: .movedThere) }

    private func verbs(gone: Verdict.Change, edited: Verdict.Change, moved: Verdict.Change) -> [String] {
        [(gone, "deleted"), (edited, "edited"), (moved, "moved")].filter { changes.contains($0.0) }.map(\.1)
    }

    private func words(_ verbs: [String], _ side: String) -> String? {
        verbs.isEmpty ? nil : "It was \(verbs.joined(separator: " and ")) \(side)."
    }
}
