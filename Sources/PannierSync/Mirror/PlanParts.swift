package import PannierCore
package import PannierMirror

/// A plan, by who carries it out.
package struct PlanParts: Sendable, Hashable {
    /// On this disk, in order.
    package var here: [PlanStep] = []
    /// On the server, in order.
    package var there: [PlanStep] = []
    /// In the mirror alone.
    package var mirror: [PlanStep] = []
    package var reads: [LocalID] = []
    package var uploads: [PlanStep] = []
    /// To be fetched before they can be placed.
    package var downloads: [PlanStep] = []

    package init() {}

    /// - Parameter isFetched: whether the content is in the folder's own part already.
    package init(_ steps: [PlanStep], isFetched: (NodeID, SyncContent) throws -> Bool) rethrows {
        for step in steps {
            switch step {
            case .makeFolderHere, .moveHere, .parkHere, .deleteHere, .evictHere: here.append(step)
            case .makeFolderThere, .moveThere, .parkThere, .trashThere, .restoreThere: there.append(step)
            case .agree, .forget: mirror.append(step)
            case .read(let local): reads.append(local)
            case .upload, .uploadVersion: uploads.append(step)
            case .download(let node, let content, _), .replaceHere(let node, _, let content, _):
                if try isFetched(node, content) { here.append(step) } else { downloads.append(step) }
            }
        }
    }

    package var isEmpty: Bool {
        here.isEmpty && there.isEmpty && mirror.isEmpty && reads.isEmpty && uploads.isEmpty && downloads.isEmpty
    }
}

extension PlanParts {
    /// All of them but reads, which are no steps to fail.
    var steps: [PlanStep] { here + there + uploads + downloads }

    /// Those that pass; what is done in the mirror is done already.
    func filtered(_ passes: (PlanStep) -> Bool) -> PlanParts {
        var parts = self
        parts.here = here.filter(passes)
        parts.there = there.filter(passes)
        parts.uploads = uploads.filter(passes)
        parts.downloads = downloads.filter(passes)
        return parts
    }
}

/// What came of a look at the trees.
package enum PlanOutcome: Sendable {
    /// One of them is not whole: nothing may be concluded from what is missing in it.
    case notReady
    case made(MadePlan)
}

package struct MadePlan: Sendable {
    package var parts = PlanParts()
    /// Some of it failed a moment ago, and waits.
    package var isLeavingOut = false
    /// Something cannot be synchronised as it is.
    package var hasProblems = false
    /// Files are being sent or fetched.
    package var isUnderWay = false
    /// What these are.
    package var underWay: Set<SyncItem> = []
    package var held = Deletions()
    /// Up to which all changes there were known; what is deleted there must not be newer.
    package var revision: Revision?

    package init() {}
}
