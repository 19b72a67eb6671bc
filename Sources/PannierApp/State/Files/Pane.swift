package import PannierCore

/// One list of files: where it is, what it holds, and where its cursor stands.
package struct Pane: Sendable {
    /// A folder above, as it was left.
    struct Visit: Sendable {
        var listing: Listing
        var folder: NodeID?
        var role: Role?
        var window: RowWindow
        var cursor: Int
        var top: Int
        var cursorKey: RowKey?
    }

    package internal(set) var listing: Listing
    package internal(set) var window = RowWindow()
    /// Line under the cursor, and first line on the screen, counted over the whole folder.
    package internal(set) var cursor = 0
    package internal(set) var top = 0
    /// Why the rows could not be read.
    package internal(set) var problem: Problem?
    /// Lines that the screen has room for.
    package internal(set) var height = 0
    /// What one may do in a folder that somebody shares.
    package internal(set) var role: Role?
    package internal(set) var marks = Marks()
    /// Somebody has said how the trash is to be sorted.
    var isTrashSorted = false

    /// Rows that came or changed with the last answer, while the same listing was looked at.
    package internal(set) var news: [RowNews] = []
    /// Nil at the top: there the account says which folder it is, or there is none (Shared With Me).
    var folder: NodeID?
    /// The cursor stays with its row when others come and go. Nil on `../`.
    var cursorKey: RowKey?
    var trail: [Visit] = []
    var pending: (ticket: Int, ask: RowAsk)?
    /// The rows were read when all that the server has was here.
    var hadAll = false
    /// Where a place was gone to from that nothing is known of yet.
    var origin: Visit?
    /// The cursor goes to this name when it has come.
    var wanted: NodeName?

    package init(_ space: RemotePath.Space) { listing = Listing(RemotePath(space: space, names: [])) }

    // MARK: Looking

    /// The folder; in the trash the top of My Files.
    package var path: RemotePath {
        switch listing.source {
        case .folder(let path): path
        case .trash: .myFiles
        }
    }

    package var isTrash: Bool { listing.source == .trash }
    package var title: SafeText { isTrash ? "Trash" : Words.title(of: path.space) }
    package var canLeave: Bool { isTrash || !path.isRoot }
    /// 1 where the first line is `../`.
    package var lead: Int { canLeave ? 1 : 0 }
    package var isLoaded: Bool { window.total != nil }
    package var lineCount: Int { lead + (window.total ?? 0) }
    package var row: Row? { window.row(at: cursor - lead) }
    package func row(atLine line: Int) -> Row? { window.row(at: line - lead) }
    package var isOnParent: Bool { cursor < lead }
    package func path(of row: Row) -> RemotePath { path.appending(row.node.name) }

    var visible: Range<Int> {
        let first = max(0, top - lead)
        return first..<first + max(1, height)
    }

    /// Whether this pane lists one of these folders.
    /// - Parameter root: the folder that is My Files, where it is known.
    package func shows(_ folders: [NodeID], root: NodeID?) -> Bool {
        if isTrash { return true }
        // Of a folder that was gone to by its path only the path is known: any change may be one of it.
        guard let listed = folder ?? (path == .myFiles ? root : nil) else { return true }
        return folders.contains(listed)
    }

    // MARK: Moving

    package mutating func move(by lines: Int) { place(cursor + lines) }
    package mutating func moveToTop() { place(0) }
    package mutating func moveToBottom() { place(lineCount - 1) }
    package mutating func move(to line: Int) { place(line) }

    /// Moves cursor and picture by so many heights.
    package mutating func page(by heights: Double) {
        let lines = Int(Double(max(1, height - 1)) * heights)
        top += lines
        place(cursor + lines)
    }

    /// Moves the picture alone; the cursor stays in it.
    package mutating func scroll(by lines: Int) {
        top = max(0, min(top + lines, lineCount - max(1, height)))
        place(min(max(cursor, top), top + max(1, height) - 1))
    }

    private mutating func place(_ line: Int) {
        wanted = nil
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
}
