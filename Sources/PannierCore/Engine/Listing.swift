/// What is listed, and how: rows of the mirror, always by pages.
package struct Listing: Codable, Sendable, Hashable {
    package enum Source: Codable, Sendable, Hashable {
        /// A folder; `shared:/` is the roots of Shared With Me.
        case folder(RemotePath)
        /// What was put into the trash, of the account's own tree: the trashed things themselves, not what lies in them
        /// and was not put there by itself. It changes with ``EngineEvent/foldersChanged(_:)`` of the folders that they
        /// lay in.
        case trash
    }

    package var source: Source
    package var order: RowOrder
    package var filter: RowFilter

    package init(_ source: Source, order: RowOrder = RowOrder(), filter: RowFilter = RowFilter()) {
        self.source = source
        self.order = order
        self.filter = filter
    }

    package init(_ folder: RemotePath) { self.init(.folder(folder)) }
}

/// The order of rows. Folders come before files, whatever it is; equal rows are ordered by name bytes, then by id, in a
/// reversed order, too.
package struct RowOrder: Codable, Sendable, Hashable {
    package enum Key: String, Codable, Sendable, CaseIterable {
        /// By name bytes.
        case name
        /// The largest first; folders by name.
        case size
        /// By the last change on the server, the latest first; in the trash by when they came there.
        case time
        /// By MIME type; folders by name.
        case type
        /// By who changed it last; in Shared With Me by whose it is.
        case who
    }

    package var key: Key
    package var isReversed: Bool

    package init(_ key: Key = .name, isReversed: Bool = false) {
        self.key = key
        self.isReversed = isReversed
    }
}

/// Which rows are listed.
package struct RowFilter: Codable, Sendable, Hashable {
    /// Names that begin with a dot are left out.
    package var hidesDotNames: Bool
    /// Names hold these characters in this order, others in between, whatever the case. Empty: all.
    package var letters: String

    package init(hidesDotNames: Bool = false, letters: String = "") {
        self.hidesDotNames = hidesDotNames
        self.letters = letters
    }

    package var isEverything: Bool { !hidesDotNames && letters.isEmpty }
}

/// Where a page of rows goes on: the fields that the rows are ordered by, of one row.
package struct RowKey: Codable, Sendable, Hashable {
    package enum Value: Codable, Sendable, Hashable {
        case number(Int64)
        case text(String)
    }

    package var isFolder: Bool
    /// What the order asks for besides the name; nil when that is nothing.
    package var value: Value?
    package var name: NodeName
    package var node: NodeID

    package init(isFolder: Bool, value: Value? = nil, name: NodeName, node: NodeID) {
        self.isFolder = isFolder
        self.value = value
        self.name = name
        self.node = node
    }
}

package struct RowPage: Codable, Sendable {
    package var rows: [Row]
    /// Rows of the listing that come before these.
    package var start: Int
    /// Rows of the listing in all.
    package var total: Int
    /// Nil: this was the last page.
    package var next: RowKey?
    package init(rows: [Row], start: Int, total: Int, next: RowKey?) {
        self.rows = rows
        self.start = start
        self.total = total
        self.next = next
    }
}

/// One line of a pane.
package struct Row: Codable, Sendable, Hashable {
    package var node: Node
    /// In Shared With Me: whose it is, and what one may do.
    package var owner: String?
    package var role: Role?
    /// In the trash: the path that it had, through folders as they are called now, those in the trash among them; nil
    /// where they are not known. Among conflicts: the path that it has.
    package var origin: RemotePath?
    /// In My Files, when a folder of this disk is one with it.
    package var sync: SyncMark?
    package init(node: Node, owner: String? = nil, role: Role? = nil, origin: RemotePath? = nil) {
        self.node = node
        self.owner = owner
        self.role = role
        self.origin = origin
    }

    package func key(in order: RowOrder) -> RowKey {
        RowKey(isFolder: node.kind == .folder, value: value(for: order.key), name: node.name, node: node.id)
    }

    private func value(for key: RowOrder.Key) -> RowKey.Value? {
        switch key {
        case .name: nil
        case .size: node.content.map { .number($0.size) }
        case .time: .number(node.trashedAt ?? node.changedAt)
        case .type: node.content.map { .text($0.mimeType) }
        case .who: .text(owner ?? node.changedBy)
        }
    }
}

/// Where a search in a listing came out.
package struct FoundRow: Codable, Sendable {
    package var row: Row
    /// Rows of the listing that come before it.
    package var index: Int
    package init(row: Row, index: Int) {
        self.row = row
        self.index = index
    }
}

/// Something that was taken out of the trash, and where it stands now.
package struct Restored: Codable, Sendable {
    package var node: NodeID
    package var path: RemotePath
    package init(node: NodeID, path: RemotePath) {
        self.node = node
        self.path = path
    }
}
