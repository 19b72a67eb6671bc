import PannierCore

/// What a copy begins with.
struct CopyPlan: Codable, Sendable {
    /// Something that was named.
    struct Top: Codable, Sendable {
        var path: RemotePath
        var node: NodeID
        var isFolder: Bool
        /// Its new name.
        var name: NodeName
    }

    /// The folder that all of them go to.
    var folder: NodeID
    var tops: [Top] = []
    var refusals: [Refusal] = []
    /// What comes from other people's trees; nil: nothing does.
    var across: CopyAcrossPlan?
}

/// What the server cannot copy by reference, because it belongs to somebody else: one transfer.
struct CopyAcrossPlan: Codable, Sendable {
    struct Top: Codable, Sendable {
        var path: RemotePath
        var node: Node
        /// Its new name.
        var name: NodeName
    }

    /// Known before it is begun, so that a command that is sent again begins no second one.
    var transfer: TransferID
    var namespace: NamespaceID
    /// The folder that all of them go to, and where that is.
    var folder: NodeID
    var remote: RemotePath
    var tops: [Top] = []
}

/// A folder whose copy has been made, and whose children have still to be copied.
struct CopiedFolder: Codable, Sendable {
    var source: NodeID
    var copy: NodeID
    /// The place in ``CopyPlan/tops`` of what it belongs to.
    var top: Int
    /// Names from the plan's folder down to the copy; the first one is the top's.
    var names: [NodeName]
    /// The last child that was taken.
    var after: NodeID?
}

/// What is sent at once, kept before it is: folders to make and files to copy, together about as many as a request takes.
struct CopyStep: Codable, Sendable {
    /// Children of one folder, or some of those that were named.
    struct Group: Codable, Sendable {
        struct Item: Codable, Sendable {
            var node: NodeID
            var name: NodeName
            var top: Int
        }

        /// Where the copies go.
        var parent: NodeID
        /// Names from the plan's folder down to it.
        var names: [NodeName]
        var folders: [Item] = []
        var files: [Item] = []
    }

    var groups: [Group] = []
    /// Folders that were taken from the top of the stack, and the last of them if it has more children.
    var taken = 0
    var putBack: CopiedFolder?
    /// Folders that cannot be read any more, by why.
    var refusals: [Refusal] = []

    var count: Int { groups.reduce(0) { $0 + $1.folders.count + $1.files.count } }
}

/// How far a copy has come. A value; whoever holds it asks the mirror and the service.
struct CopyProgress {
    let plan: CopyPlan
    private(set) var refusals: [Refusal]
    /// Folders still to be copied, those found last on top: few of them wait at any time, however many there are.
    private(set) var stack: [CopiedFolder] = []
    /// Whether anything has come into being.
    private var hasBegun = false
    /// How many of what was named have been sent.
    private var begun = 0
    /// Items of the step under way that have no answer yet, by what they belong to.
    private var unanswered: [Int: Int] = [:]

    /// More of them help nobody.
    static let mostRefusals = 1_000

    init(_ plan: CopyPlan) {
        self.plan = plan
        refusals = plan.refusals
    }

    /// The path of what is copied.
    func origin(_ top: Int, _ names: some Sequence<NodeName>) -> RemotePath {
        names.dropFirst().reduce(plan.tops[top].path) { $0.appending($1) }
    }

    mutating func begin(_ step: CopyStep) {
        stack.removeLast(min(step.taken, stack.count))
        if let folder = step.putBack { stack.append(folder) }
        refusals += step.refusals
        unanswered = [:]
        for group in step.groups {
            if group.names.isEmpty { begun += group.folders.count + group.files.count }
            for item in group.folders + group.files { unanswered[item.top, default: 0] += 1 }
        }
    }

    mutating func made(_ item: CopyStep.Group.Item, in group: CopyStep.Group, _ answer: ItemResult<CreateNodes.Created>)
    {
        let names = group.names + [item.name]
        unanswered[item.top]? -= 1
        switch answer {
        case .done(let created):
            hasBegun = true
            guard let copy = created.folder?.id else { return }
            stack.append(CopiedFolder(source: item.node, copy: copy, top: item.top, names: names))
        case .problem(let problem):
            refuse(
                item.top, names, Problem(problem.code, problem.title, detail: "Nothing in it was copied.", status: 0))
        }
    }

    mutating func copied(_ item: CopyStep.Group.Item, in group: CopyStep.Group, _ answer: ItemResult<Node>) {
        unanswered[item.top]? -= 1
        switch answer {
        case .done: hasBegun = true
        case .problem(let problem): refuse(item.top, group.names + [item.name], problem)
        }
    }

    private mutating func refuse(_ top: Int, _ names: [NodeName], _ problem: Problem) {
        refusals.append(Refusal(path: origin(top, names).description, problem: problem))
    }

    var hasTooManyRefusals: Bool { refusals.count - plan.refusals.count >= Self.mostRefusals }

    /// Whether there is nothing to tell of it.
    var isNothing: Bool { !hasBegun && refusals.isEmpty }

    /// The end before all was tried: each of what was named and is not complete gets the reason.
    mutating func end(because problem: Problem) {
        let incomplete = Set(stack.map(\.top) + unanswered.filter { $1 > 0 }.keys + plan.tops.indices.dropFirst(begun))
        let detail = "What was copied of it before that stays: remove that before you copy it again."
        for top in incomplete.sorted() {
            refuse(top, [plan.tops[top].name], Problem(problem.code, problem.title, detail: detail, status: 0))
        }
        stack = []
    }
}
