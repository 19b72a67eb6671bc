package import PannierCore

/// One request to the File Service, for neighbouring steps of a plan, and the steps, one an item.
package struct ThereRequest: Sendable {
    package enum Body: Sendable {
        case create(CreateNodes.Request)
        case move(MoveNodes.Request)
        case trash(TrashNodes.Request)
        case restore(RestoreNodes.Request)
    }

    package var body: Body
    package var steps: [PlanStep]
    /// In which the mirror was when it was made of it, in one transaction: to a server of another one it means something else,
    /// revisions most of all, and it must not be done.
    package var epoch: Int64

    package init(body: Body, steps: [PlanStep], epoch: Int64) {
        self.body = body
        self.steps = steps
        self.epoch = epoch
    }
}
