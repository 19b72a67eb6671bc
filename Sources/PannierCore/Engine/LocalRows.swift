/// A folder of this machine, for choosing what goes up and where things come to. The agent lists it: it runs as the same
/// person, and the screen never waits for a disk. Folders first, then by name bytes.
package struct LocalListing: Codable, Sendable, Hashable {
    /// Absolute.
    package var folder: LocalPath
    package var filter: RowFilter
    package init(folder: LocalPath, filter: RowFilter = RowFilter()) {
        self.folder = folder
        self.filter = filter
    }
}

package struct LocalRow: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable {
        case folder, file
        /// A link to a folder can be entered; links are never sent.
        case link
        /// Pipes, sockets, devices: never sent.
        case other
    }

    /// Absolute.
    package var path: LocalPath
    package var kind: Kind
    package var size: Int64
    package var modified: Milliseconds
    /// Whether it can be entered.
    package var isFolder: Bool
    package init(path: LocalPath, kind: Kind, size: Int64, modified: Milliseconds, isFolder: Bool) {
        self.path = path
        self.kind = kind
        self.size = size
        self.modified = modified
        self.isFolder = isFolder
    }
}

package struct LocalPage: Codable, Sendable {
    package var rows: [LocalRow]
    /// Rows of the listing that come before these.
    package var start: Int
    package var total: Int
    package init(rows: [LocalRow], start: Int, total: Int) {
        self.rows = rows
        self.start = start
        self.total = total
    }
}
