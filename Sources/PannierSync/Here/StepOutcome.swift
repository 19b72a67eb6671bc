package import PannierCore
package import PannierMirror
import PannierTransfer

/// Why a step was not carried out.
package enum StepFailure: Error, Sendable, Hashable {
    /// What the plan was made from is not so any more, or not yet: these folders are to be looked at, and another plan is
    /// made.
    case stale([LocalID])
    /// Somebody should know.
    case problem(Problem)

    /// What the disk's answer means for a step that rests on these folders.
    /// - Parameter path: of what the step is about.
    static func of(_ error: LocalError, _ path: TreePath, in folders: [LocalID]) -> StepFailure {
        error.isOfChange ? .stale(folders) : .problem(error.changing(path))
    }
}

/// What came of a part of a plan.
package struct StepOutcome: Sendable {
    package var done = 0
    package var failures: [(step: PlanStep, failure: StepFailure)] = []
    /// Folders that are new here: to be watched and looked at.
    package var folders: [LocalID] = []
    /// Folders that are gone here.
    package var gone: [LocalID] = []
    /// What the watcher will hear of, and was done by these steps.
    package var moves: [OwnMove] = []

    package init() {}

    static func += (outcome: inout StepOutcome, more: StepOutcome) {
        outcome.done += more.done
        outcome.failures += more.failures
        outcome.folders += more.folders
        outcome.gone += more.gone
        outcome.moves += more.moves
    }
}
