package import GRDB
package import PannierCore

/// A folder as pages of rows: folders first, then by name bytes.
package struct FolderRows: Sendable {
    private enum Source: Sendable {
        case folder(Place)
        case sharedWithMe
    }

    private let source: Source

    /// - Parameter folder: a place whose node is a folder.
    package init(of folder: Place) { source = .folder(folder) }

    /// The roots of Shared With Me.
    package static let sharedWithMe = FolderRows(source: .sharedWithMe)

    private init(source: Source) { self.source = source }

    /// The rows behind `key`; nil begins at the start.
    /// - Parameter start: how many rows come before these, where that is known; else they are counted, which takes as
    ///   long as there are many.
    package func page(
        after key: RowKey?, start known: Int? = nil, limit: Int, in database: Database
    ) throws -> RowPage {
        var rows: [PannierCore.Row] = []
        for isFolder in [true, false] where rows.count <= limit {
            if let key, key.isFolder != isFolder {
                if isFolder { continue }
                rows += try fetch(isFolder, limit + 1 - rows.count, .ascending(nil), database)
            } else {
                rows += try fetch(isFolder, limit + 1 - rows.count, .ascending(key?.name), database)
            }
        }
        let hasMore = rows.count > limit
        if hasMore { rows.removeLast() }
        let start =
            try known ?? key.map { try count(before: $0, in: database) + count(at: $0, in: database) } ?? 0
        return RowPage(
            rows: rows, start: start, total: try count(in: database),
            next: hasMore ? rows.last?.key(in: RowOrder()) : nil)
    }

    /// The last rows before `key`; nil begins at the end.
    /// - Parameter end: how many rows come before `key`, where that is known.
    package func page(
        before key: RowKey?, end known: Int? = nil, limit: Int, in database: Database
    ) throws -> RowPage {
        var rows: [PannierCore.Row] = []
        for isFolder in [false, true] where rows.count < limit {
            if let key, key.isFolder != isFolder {
                if !isFolder { continue }
                rows += try fetch(isFolder, limit - rows.count, .descending(nil), database)
            } else {
                rows += try fetch(isFolder, limit - rows.count, .descending(key?.name), database)
            }
        }
        let total = try count(in: database)
        let end = try known ?? key.map { try count(before: $0, in: database) } ?? total
        return RowPage(
            rows: rows.reversed(), start: end - rows.count, total: total,
            next: end < total ? rows.first?.key(in: RowOrder()) : nil)
    }

    private enum Direction {
        case ascending(NodeName?)
        case descending(NodeName?)
    }

    private func fetch(
        _ isFolder: Bool, _ limit: Int, _ direction: Direction, _ database: Database
    ) throws -> [PannierCore.Row] {
        let (bound, comparison, order) =
            switch direction {
            case .ascending(let name): (name, ">", "ASC")
            case .descending(let name): (name, "<", "DESC")
            }
        let condition = bound == nil ? "" : "AND \(nameColumn) \(comparison) ?"
        let sql = "\(selection) AND nodes.is_folder = ? \(condition) ORDER BY \(nameColumn) \(order) LIMIT ?"
        var arguments = keyArguments + [isFolder]
        if let bound { arguments += [bound.bytes.blob] }
        let rows = try GRDB.Row.fetchAll(database, sql: sql, arguments: arguments + [limit])
        return try rows.map(read)
    }

    private func read(_ row: GRDB.Row) throws -> PannierCore.Row {
        switch source {
        case .folder(let place):
            PannierCore.Row(node: try Node(row: row), owner: place.owner, role: place.role)
        case .sharedWithMe: try Place(sharedRoot: row).row
        }
    }

    // MARK: - Counting

    private func count(in database: Database) throws -> Int {
        let (folders, files) = try counts(in: database)
        return folders + files
    }

    private func counts(in database: Database) throws -> (folders: Int, files: Int) {
        let row: GRDB.Row?
        switch source {
        case .folder(let place):
            row = try GRDB.Row.fetchOne(
                database, sql: "SELECT folders, files FROM counts WHERE view = ? AND folder = ?",
                arguments: [place.view, place.node.id.blob])
        case .sharedWithMe:
            row = try GRDB.Row.fetchOne(
                database,
                sql: "SELECT ifnull(sum(nodes.is_folder), 0), ifnull(sum(1 - nodes.is_folder), 0) \(rows)")
        }
        return row.map { ($0[0], $0[1]) } ?? (0, 0)
    }

    /// Rows that come before `key`, whether or not it is there.
    private func count(before key: RowKey, in database: Database) throws -> Int {
        let same = try Int.fetchOne(
            database, sql: "SELECT count(*) \(rows) AND nodes.is_folder = ? AND \(nameColumn) < ?",
            arguments: keyArguments + [key.isFolder, key.name.bytes.blob])
        return try (key.isFolder ? 0 : counts(in: database).folders) + (same ?? 0)
    }

    private func count(at key: RowKey, in database: Database) throws -> Int {
        try Int.fetchOne(
            database, sql: "SELECT count(*) \(rows) AND nodes.is_folder = ? AND \(nameColumn) = ?",
            arguments: keyArguments + [key.isFolder, key.name.bytes.blob]) ?? 0
    }

    private var nameColumn: String {
        switch source {
        case .folder: "nodes.name"
        case .sharedWithMe: "views.shown"
        }
    }

    private var selection: String {
        switch source {
        case .folder: "SELECT \(nodeColumns) \(rows)"
        case .sharedWithMe: Place.sharedRoots
        }
    }

    private var rows: String {
        switch source {
        // Named, because SQLite takes a view for small and would look through all of it.
        case .folder:
            "FROM nodes INDEXED BY nodes_living WHERE nodes.view = ? AND nodes.parent = ? AND nodes.trashed_at IS NULL"
        case .sharedWithMe: Place.sharedRootRows
        }
    }

    private var keyArguments: StatementArguments {
        switch source {
        case .folder(let place): [place.view, place.node.id.blob]
        case .sharedWithMe: []
        }
    }
}

extension Mirror {
    /// See ``FolderRows/page(after:start:limit:in:)``.
    package func page(
        of rows: FolderRows, after key: RowKey?, start: Int?, limit: Int
    ) async throws(Problem) -> RowPage {
        try await read { try rows.page(after: key, start: start, limit: limit, in: $0) }
    }

    /// See ``FolderRows/page(before:end:limit:in:)``.
    package func page(
        of rows: FolderRows, before key: RowKey?, end: Int?, limit: Int
    ) async throws(Problem) -> RowPage {
        try await read { try rows.page(before: key, end: end, limit: limit, in: $0) }
    }
}
