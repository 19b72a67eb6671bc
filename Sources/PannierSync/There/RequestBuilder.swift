import PannierCore
import PannierMirror

/// Collects steps of one kind into a request.
struct RequestBuilder {
    private let sync: SyncTransaction
    private let root: NodeID
    private let revision: Revision?
    private var steps: [PlanStep] = []
    private var creations: [CreateNodes.Item] = []
    private var moves: [MoveNodes.Item] = []
    private var deletions: [TrashNodes.Item] = []
    private var restorations: [RestoreNodes.Item] = []
    /// Where folders are that this request makes: a folder that is there, and the names below it.
    private var made: [LocalID: (parent: NodeID, path: [NodeName])] = [:]

    init(_ sync: SyncTransaction, root: NodeID, revision: Revision?) {
        self.sync = sync
        self.root = root
        self.revision = revision
    }

    var count: Int { steps.count }

    /// - Parameter epoch: of the mirror.
    func request(in epoch: Int64) -> ThereRequest? {
        body.map { ThereRequest(body: $0, steps: steps, epoch: epoch) }
    }

    private var body: ThereRequest.Body? {
        switch steps.first {
        case .makeFolderThere: .create(CreateNodes.Request(items: creations))
        case .moveThere, .parkThere: .move(MoveNodes.Request(items: moves))
        case .trashThere: .trash(TrashNodes.Request(items: deletions))
        case .restoreThere: .restore(RestoreNodes.Request(items: restorations))
        default: nil
        }
    }

    /// - Returns: false when it rests on something that is not there yet.
    mutating func add(_ step: PlanStep) throws -> Bool {
        guard try fill(step) else { return false }
        steps.append(step)
        return true
    }

    private mutating func fill(_ step: PlanStep) throws -> Bool {
        switch step {
        case .makeFolderThere(let local, let place):
            guard let parent = try parent(place.parent) else { return false }
            let path = parent.path + [place.name]
            guard path.count <= Limits.depth else { return false }
            creations.append(CreateNodes.Item(parent: parent.parent, path: path, file: nil))
            made[local] = (parent.parent, path)
        case .moveThere(let node, let place):
            guard let folder = try self.node(place.parent) else { return false }
            moves.append(MoveNodes.Item(node: node, parent: folder, name: place.name))
        case .parkThere(let node):
            guard let place = try sync.park(node) else { return false }
            moves.append(MoveNodes.Item(node: node, parent: root, name: place))
        case .trashThere(let node, let count):
            // Without a proof nothing is deleted: planned in another epoch, the revision proves nothing, and what was agreed
            // on then is forgotten.
            guard let revision, try sync.agreement(on: node) != nil else { return false }
            deletions.append(TrashNodes.Item(node: node, unchangedSince: revision, count: count))
        case .restoreThere(let node, _, let place):
            guard let folder = try self.node(place.parent) else { return false }
            restorations.append(RestoreNodes.Item(node: node, parent: folder, name: place.name))
        default: return false
        }
        return true
    }

    private func node(_ item: SyncItem) throws -> NodeID? {
        switch item {
        case .node(let node): node
        case .local(LocalTable.top): root
        case .local(let local): try sync.node(of: local)
        }
    }

    private func parent(_ item: SyncItem) throws -> (parent: NodeID, path: [NodeName])? {
        if case .local(let local) = item, let made = made[local] { return made }
        return try node(item).map { ($0, []) }
    }
}

extension PlanStep {
    enum ThereKind { case create, move, trash, restore }

    /// What goes into one request. Nil: nothing to do there.
    var thereKind: ThereKind? {
        switch self {
        case .makeFolderThere: .create
        case .moveThere, .parkThere: .move
        case .trashThere: .trash
        case .restoreThere: .restore
        default: nil
        }
    }
}
