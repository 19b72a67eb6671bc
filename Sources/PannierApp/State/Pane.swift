package import PannierCore

/// One list of files: where it is, what it holds, and where its cursor stands.
package struct Pane: Sendable {
    /// A folder above, as it was left.
    private struct Visit: Sendable {
        var path: RemotePath
        var folder: NodeID?
        var window: RowWindow
        var cursor: Int
        var top: Int
        var cursorKey: RowKey?
    }

    package private(set) var path: RemotePath
    package private(set) var window = RowWindow()
    /// Line under the cursor, and first line on the screen, counted over the whole folder.
    package private(set) var cursor: Int
    package private(set) var top = 0
    /// Why the rows could not be read.
    package private(set) var problem: Problem?
    /// Lines that the screen has room for.
    package private(set) var height = 0

    /// Nil at the top: there the account says which folder it is, or there is none (Shared With Me).
    private var folder: NodeID?
    /// The cursor stays with its row when others come and go. Nil on `../`.
    private var cursorKey: RowKey?
    private var trail: [Visit] = []
    private var pending: (ticket: Int, ask: RowAsk)?

    package init(_ space: RemotePath.Space) {
        path = RemotePath(space: space, names: [])
        cursor = 0
    }

    // MARK: Looking

    /// 1 where the first line is `../`.
    package var lead: Int { path.isRoot ? 0 : 1 }
    package var isLoaded: Bool { window.total != nil }
    package var lineCount: Int { lead + (window.total ?? 0) }
    package var row: Row? { window.row(at: cursor - lead) }
    package func row(atLine line: Int) -> Row? { window.row(at: line - lead) }
    package var isOnParent: Bool { cursor < lead }

    private var visible: Range<Int> {
        let first = max(0, top - lead)
        return first..<first + max(1, height)
    }

    /// Whether this pane lists one of these folders.
    /// - Parameter root: the folder that is My Files, where it is known.
    package func shows(_ folders: [NodeID], root: NodeID?) -> Bool {
        guard let listed = folder ?? (path.space == .myFiles ? root : nil) else { return true }
        return folders.contains(listed)
    }

    // MARK: Moving

    package mutating func move(by lines: Int) { place(cursor + lines) }
    package mutating func moveToTop() { place(0) }
    package mutating func moveToBottom() { place(lineCount - 1) }

    /// Moves cursor and picture by so many heights.
    package mutating func page(by heights: Double) {
        let lines = Int(Double(max(1, height - 1)) * heights)
        top += lines
        place(cursor + lines)
    }

    private mutating func place(_ line: Int) {
        cursor = line
        fit(height: height)
        cursorKey = row?.key(in: window.order)
    }

    /// Brings cursor and picture back into the list, and the cursor into the picture.
    package mutating func fit(height: Int) {
        self.height = height
        if isLoaded { cursor = min(cursor, lineCount - 1) }
        cursor = max(0, cursor)
        let rows = max(1, height)
        if isLoaded { top = min(top, lineCount - rows) }
        top = max(0, min(max(top, cursor - rows + 1), cursor))
    }

    /// Goes into the folder under the cursor. False when there is none.
    package mutating func enter() -> Bool {
        guard let row, row.node.kind == .folder else { return false }
        trail.append(
            Visit(
                path: path, folder: folder, window: window.resting(visible: visible), cursor: cursor, top: top,
                cursorKey: cursorKey ?? row.key(in: window.order)))
        path = path.appending(row.node.name)
        folder = row.node.id
        window = RowWindow()
        // On the first row, below `../`.
        (cursor, top, cursorKey, problem, pending) = (1, 0, nil, nil, nil)
        return true
    }

    /// Goes to the folder above. False at the top.
    package mutating func leave() -> Bool {
        guard let visit = trail.popLast() else { return false }
        (path, folder, window) = (visit.path, visit.folder, visit.window)
        (cursor, top, cursorKey) = (visit.cursor, visit.top, visit.cursorKey)
        (problem, pending) = (nil, nil)
        return true
    }

    // MARK: Asking

    /// The rows may have changed: they are asked for again.
    package mutating func touch() { window.touch() }

    /// Forgets what is on its way: the link that carried it has gone.
    package mutating func forgetPending() { pending = nil }

    /// What to ask the agent now, if anything; noted as asked under `ticket`. After a problem nothing is asked until
    /// ``touch()``: by an event, a key, a new link.
    package mutating func ask(ticket: Int) -> EngineCommand? {
        guard pending == nil, problem == nil || window.isStale, let ask = window.missing(around: visible) else {
            return nil
        }
        pending = (ticket, ask)
        problem = nil
        window.sent(ask)
        return ask.command(for: Listing(path))
    }

    package func awaits(_ ticket: Int) -> Bool { pending?.ticket == ticket }

    package mutating func accept(_ page: RowPage) {
        guard let ask = pending?.ask else { return }
        pending = nil
        problem = nil
        window.accept(page, for: ask, visible: visible)
        guard let key = cursorKey else {
            cursorKey = row?.key(in: window.order)
            return fit(height: height)
        }
        if let index = window.index(of: key) {
            top += lead + index - cursor
            cursor = lead + index
        }
        fit(height: height)
        cursorKey = row?.key(in: window.order) ?? cursorKey
    }

    package mutating func fail(_ problem: Problem) {
        pending = nil
        self.problem = problem
    }
}
