import PannierCore

/// Collects one page of changes.
///
/// Nodes are told as they stand now, in the order of their rows. Why the client ends with exactly what it may see:
/// - A row *leave* is always told, even when the node is back inside by now: what was below it may have gone elsewhere
///   while nobody told this view, so the client must forget it. What came back has a later row of its own.
/// - A node that was moved and is outside by now is told as *leave*, whatever the row's effect was: the folder that it went
///   to may have left with it, and the client would still have it where it was.
/// - A node is told once a page; but what was told before a *leave* may have been forgotten with it, so it is told again.
struct ChangeReading {
    private(set) var changes: [Change] = []
    private(set) var positions: [ViewID: JournalPlace]
    private(set) var hasMore = false
    /// Rows that may still be looked at.
    private var room: Int

    init(positions: [ViewID: JournalPlace], limit: Int) {
        self.positions = positions
        room = min(max(limit, 1), Limits.pageRows)
    }

    /// Views that the client has and may not see any more.
    mutating func closeAll(but views: Set<ViewID>) {
        for view in positions.keys.filter({ !views.contains($0) }).sorted() where takeRoom() {
            changes.append(.viewClosed(view: view))
            positions[view] = nil
        }
    }

    /// A view that the client has not heard of begins at its head: it lists what is there.
    mutating func open(_ scope: FeedScope, shared: SharedItem?) throws {
        guard positions[scope.view] == nil, takeRoom() else { return }
        positions[scope.view] = try scope.place(scope.head())
        if let subtree = scope.subtree {
            guard let node = try scope.shown(subtree) else { throw Problem.noSuchNode }
            changes.append(.enter(view: scope.view, node: node))
        } else {
            guard let root = try scope.shown(scope.root) else { throw MetadataError.rowMissing("a view's root") }
            changes.append(.viewOpened(view: scope.view, root: root, shared: shared))
        }
    }

    /// The rows after the client's position.
    /// - Throws: ``OtherPast``.
    mutating func read(_ scope: FeedScope) throws {
        guard let place = positions[scope.view] else { return }
        let (position, head) = (place.revision, try scope.head())
        guard position <= head, try scope.place(position) == place else { throw OtherPast() }
        guard position < head else { return }
        let rows = try scope.rows(after: position, limit: room + 1)
        let isComplete = rows.count <= room
        let page = rows.prefix(room)
        room -= page.count
        if !isComplete { hasMore = true }
        positions[scope.view] = try scope.place(isComplete ? head : page.last?.revision ?? position)
        try tell(page, scope)
    }

    private mutating func tell(_ rows: ArraySlice<JournalRow>, _ scope: FeedScope) throws {
        var told: Set<NodeID> = []
        for row in rows {
            let node = try scope.shown(row.node)
            switch (row.effect, node) {
            case (.leave, _): leave(row.node, scope, &told)
            case (_, nil): if row.kind.movesNodes { leave(row.node, scope, &told) }
            case (.enter, let node?):
                changes.append(.enter(view: scope.view, node: node))
                told.insert(row.node)
            case (.change, let node?):
                guard told.insert(row.node).inserted else { continue }
                changes.append(.node(view: scope.view, node: node, isNew: row.kind == .create))
            }
        }
    }

    private mutating func leave(_ node: NodeID, _ scope: FeedScope, _ told: inout Set<NodeID>) {
        changes.append(.leave(view: scope.view, node: node))
        told.removeAll(keepingCapacity: true)
    }

    private mutating func takeRoom() -> Bool {
        guard room > 0 else {
            hasMore = true
            return false
        }
        room -= 1
        return true
    }
}

/// The client was told of what has never happened here: old data was put back in the server's place.
struct OtherPast: Error {}

extension JournalKind {
    /// Whether the node may have come to lie elsewhere, or out of sight.
    fileprivate var movesNodes: Bool {
        switch self {
        case .move, .trash, .restore: true
        case .create, .content, .share, .settle: false
        }
    }
}
