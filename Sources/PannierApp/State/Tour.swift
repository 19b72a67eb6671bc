package import PannierCore

/// What a demonstration suggests to try, one thing after the other; what was done is not suggested again.
package struct Tour: Sendable {
    package struct Step: Sendable {
        let actions: Set<Action>
        package let words: SafeText
    }

    private var done: Set<Int> = []

    package static let steps: [Step] = [
        Step(
            actions: [.transfers],
            words: "Try w: a film is on its way up, slowed to 5 MB/s so that its chunks can be seen. Esc goes back."),
        Step(
            actions: [.otherPane, .goShared],
            words: "Try Tab: what mia shares with you. Enter opens it, F3 reads a file."),
        Step(actions: [.share], words: "Try S on a folder of your own: share it with mia@example.org."),
        Step(actions: [.trash], words: "Try d on a file: into the trash. g t goes there, and u takes it out again."),
        Step(actions: [.keys, .commandLine], words: "Try ?: all keys, found by typing. Enter does what is chosen."),
    ]

    package init() {}

    package mutating func did(_ action: Action) {
        for (index, step) in Self.steps.enumerated() where step.actions.contains(action) { done.insert(index) }
    }

    /// Which step it is, and of how many; nil when all is done.
    package var words: SafeText {
        guard let next = Self.steps.indices.first(where: { !done.contains($0) }) else {
            return "That is all one needs. q leaves, and everything of this demonstration is removed."
        }
        return "\(done.count + 1) of \(Self.steps.count)  \(Self.steps[next].words)"
    }
}
