package import PannierCore

/// One request to the File Service, for neighbouring steps of a plan, and the steps, one an item.
package enum ThereRequest: Sendable {
    case create(CreateNodes.Request, [PlanStep])
    case move(MoveNodes.Request, [PlanStep])
    case trash(TrashNodes.Request, [PlanStep])
    case restore(RestoreNodes.Request, [PlanStep])

    package var steps: [PlanStep] {
        switch self {
        case .create(_, let steps), .move(_, let steps), .trash(_, let steps), .restore(_, let steps): steps
        }
    }
}
