import PannierCore
import PannierServer
import SeededRandom

/// A client's copy of what it may see, kept by the change feed and by listings, in pages of any size, with other people's
/// changes in between. It only adds what it is told and removes what it is told to remove; what a folder's listing does not
/// have is not there.
struct FeedMirror {
    /// A folder to be listed, and how far that has come.
    private struct Listing {
        let view: ViewID
        let folder: NodeID
        var after: NodeID?
    }

    let person: OperationsWorld.Person
    private(set) var views: [ViewID: [NodeID: Node]] = [:]
    private var roots: [ViewID: NodeID] = [:]
    private var cursor: String?
    private var listings: [Listing] = []
    /// What it was told, for messages: the last lines.
    private(set) var heard: [String] = []

    init(_ person: OperationsWorld.Person) { self.person = person }

    /// One page of the feed. False: nothing more is waiting.
    mutating func readChanges(_ stage: OperationsStage, limit: Int) throws -> Bool {
        let page = try stage.desk(of: person).changes(after: cursor, limit: limit)
        cursor = page.cursor
        heard = (heard + page.changes.map(Self.words)).suffix(60)
        page.changes.forEach { apply($0) }
        return page.hasMore
    }

    /// One page of one listing. False: nothing more is to be listed.
    mutating func readListing(_ stage: OperationsStage, limit: Int) throws -> Bool {
        guard var listing = listings.popLast() else { return false }
        let request = ListNodes.Request(folders: [.init(node: listing.folder, after: listing.after)], limit: limit)
        let answer = try Operations.listNodes(request, in: stage.desk(of: person).context).folders[0]
        heard.append("list \(listing.folder) in \(listing.view)")
        guard case .done(let page) = answer else {
            refused(listing)
            return true
        }
        if let after = page.after {
            listing.after = after
            listings.append(listing)
        }
        for child in page.children {
            views[listing.view]?[child.id] = child
            if child.kind == .folder { listings.append(Listing(view: listing.view, folder: child.id)) }
        }
        return true
    }

    /// What cannot be listed has gone meanwhile: whatever the feed says of it next finds it unknown. The root of a view stays
    /// to be listed: the feed says when the view has gone, but not that it has gone and come back.
    private mutating func refused(_ listing: Listing) {
        if roots[listing.view] == listing.folder {
            listings.insert(listing, at: 0)
        } else {
            forget(listing.folder, in: listing.view)
        }
    }

    /// Asks until nothing is waiting.
    mutating func catchUp(
        _ stage: OperationsStage, page: Int, using generator: inout SeededGenerator
    ) throws {
        var isWaiting = true
        while isWaiting {
            let hasMore = try readChanges(stage, limit: 1 + generator.number(below: page))
            let isListing = try readListing(stage, limit: 1 + generator.number(below: 5))
            isWaiting = hasMore || isListing
        }
        forgetWhatHangsFromNothing()
    }

    /// What a folder held that left before it was listed.
    private mutating func forgetWhatHangsFromNothing() {
        for (view, nodes) in views {
            var reached: Set<NodeID> = []
            var next = nodes.values.filter { $0.id == roots[view] }
            while !next.isEmpty {
                reached.formUnion(next.map(\.id))
                next = nodes.values.filter { node in
                    !reached.contains(node.id) && node.parent.map { reached.contains($0) } ?? false
                }
            }
            views[view] = nodes.filter { reached.contains($0.key) }
        }
    }

    private mutating func apply(_ change: Change) {
        switch change {
        case .viewOpened(let view, let root, _):
            views[view] = [root.id: root]
            roots[view] = root.id
            list(root, in: view)
        case .viewClosed(let view):
            views[view] = nil
            listings.removeAll { $0.view == view }
        case .node(let view, let node, let isNew):
            let isKnown = views[view]?.updateValue(node, forKey: node.id) != nil
            if !isKnown, !isNew { list(node, in: view) }
        case .enter(let view, let node):
            views[view]?[node.id] = node
            list(node, in: view)
        case .leave(let view, let node):
            forget(node, in: view)
        }
    }

    private static func words(_ change: Change) -> String {
        switch change {
        case .viewOpened(let view, let root, _): "opened \(view) at \(root.id)"
        case .viewClosed(let view): "closed \(view)"
        case .node(let view, let node, let isNew):
            "\(isNew ? "new" : "node") \(node.id) in \(view) under \(node.parent.map { "\($0)" } ?? "nothing")"
        case .enter(let view, let node): "enter \(node.id) in \(view) under \(node.parent.map { "\($0)" } ?? "nothing")"
        case .leave(let view, let node): "leave \(node) in \(view)"
        }
    }

    /// What was told of its children before it was known itself may be long past: the listing tells what is there.
    private mutating func list(_ node: Node, in view: ViewID) {
        guard node.kind == .folder else { return }
        for child in (views[view] ?? [:]).values where child.parent == node.id { forget(child.id, in: view) }
        listings.removeAll { $0.view == view && $0.folder == node.id }
        listings.append(Listing(view: view, folder: node.id))
    }

    private mutating func forget(_ top: NodeID, in view: ViewID) {
        var gone: Set<NodeID> = [top]
        var hasGrown = true
        while hasGrown {
            let below = (views[view] ?? [:]).values.filter { node in
                node.parent.map { gone.contains($0) } ?? false && !gone.contains(node.id)
            }
            hasGrown = !below.isEmpty
            gone.formUnion(below.map(\.id))
        }
        for id in gone { views[view]?[id] = nil }
        listings.removeAll { $0.view == view && gone.contains($0.folder) }
    }
}
