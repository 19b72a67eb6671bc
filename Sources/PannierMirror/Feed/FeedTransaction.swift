package import GRDB
package import PannierCore

/// One change of the mirror: a page of the feed, an answer to a listing, or one to what this device has changed
/// (``learn(_:)``). Synchronous, inside a transaction of the
/// caller's; no clock and no network.
package struct FeedTransaction {
    let database: Database
    /// The number of this change.
    let step: Int64
    private(set) package var change = FeedChange()
    /// Of the nodes written so far, by view, the newest by the server's clock.
    private var newest: [Int64: Milliseconds] = [:]

    package init(_ database: Database) throws {
        self.database = database
        let step = try Int64.fetchOne(database.cachedStatement(sql: "UPDATE feed SET step = step + 1 RETURNING step"))
        guard let step else { throw RowDecodingFailure(description: "the mirror belongs to nobody") }
        self.step = step
    }

    /// Applies one page and moves the cursor.
    ///
    /// 1. Another epoch: everything is dropped, the page too; the next one is asked for without a cursor.
    /// 2. The first page without a cursor begins a start: views are unconfirmed until one of its pages opens them.
    /// 3. The last page of a start closes the views that were not confirmed.
    package mutating func apply(_ page: ChangePage) throws {
        guard let feed = try FeedState.read(database) else { return }
        if let epoch = feed.epoch, epoch != page.epoch { return try startOver() }
        if feed.cursor == nil {
            try database.cachedStatement(sql: "UPDATE feed SET is_starting = 1").execute()
            try database.cachedStatement(sql: "UPDATE views SET is_confirmed = 0").execute()
        }
        for item in page.changes { try apply(item) }
        if !page.hasMore, feed.isStarting || feed.cursor == nil {
            try closeUnconfirmed()
            try database.cachedStatement(sql: "UPDATE feed SET is_starting = 0").execute()
        }
        try nameSharedRoots()
        try database.cachedStatement(
            sql:
                "UPDATE feed SET cursor = ?, epoch = ?, revision = ifnull(?, revision), server_time = ?, has_more = ?"
        ).execute(arguments: [page.cursor, page.epoch, page.revision, page.now, page.hasMore])
        if feed.hasMore, !page.hasMore { change.hasCaughtUp = true }
        try keepNewest()
    }

    /// The server no longer keeps what lies after the cursor: everything is read again, and what is known is shown until
    /// then.
    package mutating func forgetCursor() throws {
        try database.cachedStatement(sql: "UPDATE feed SET cursor = NULL").execute()
    }

    /// Revisions of another epoch cannot be compared with these: nothing known can be kept.
    private mutating func startOver() throws {
        for table in ["nodes", "counts", "frontier", "orphans", "views"] + SyncSchema.agreements {
            try database.cachedStatement(sql: "DELETE FROM \(table)").execute()
        }
        try database.cachedStatement(
            sql: """
                UPDATE feed SET cursor = NULL, epoch = NULL, is_starting = 0, has_more = 0, revision = NULL,
                    newest_change = NULL
                """
        ).execute()
        // What is still to be sent was made from contents of that past: whatever is there now was not seen.
        for table in ["transfers", "transfer_sources", "transfer_items"] {
            try database.cachedStatement(
                sql: "UPDATE \(table) SET base_revision = NULL WHERE base_revision IS NOT NULL"
            ).execute()
        }
        change.touchEverything()
        change.isSharedChanged = true
        change.areViewsChanged = true
        change.mustStartOver = true
    }

    private mutating func apply(_ item: Change) throws {
        switch item {
        case .viewOpened(let view, let root, let shared): try open(view, root: root, shared: shared)
        case .viewClosed(let view):
            if let number = try number(of: view) { try close(number) }
        case .node(let view, let node, let isNew):
            guard let number = try number(of: view) else { return }
            let isKnown = try upsert(told: node, in: number)
            if node.kind == .folder, !isKnown, !isNew { try list(node.id, in: number) }
        case .enter(let view, let node):
            guard let number = try number(of: view) else { return }
            _ = try upsert(told: node, in: number)
            if node.kind == .folder { try list(node.id, in: number) }
        case .leave(let view, let node):
            guard let number = try number(of: view) else { return }
            try remove(node, in: number)
        }
    }

    mutating func written(_ node: Node, in view: Int64) {
        newest[view] = max(newest[view] ?? node.changedAt, node.changedAt)
    }

    func keepNewest() throws {
        guard let newestOfAll = newest.values.max() else { return }
        try database.cachedStatement(sql: "UPDATE feed SET newest_change = max(ifnull(newest_change, ?1), ?1)")
            .execute(arguments: [newestOfAll])
        for (view, newest) in newest {
            try database.cachedStatement(
                sql: "UPDATE views SET newest_change = max(ifnull(newest_change, ?1), ?1) WHERE number = ?2"
            ).execute(arguments: [newest, view])
        }
    }

    mutating func touch(_ folder: NodeID?) { change.touch(folder) }
    /// Everything below some folder has another path now, or none: those who show it must look.
    mutating func touchBelow() { change.touchEverything() }
    mutating func refusedRoot() { change.mustReadOn = true }
    mutating func sharedChanged() { change.isSharedChanged = true }
    mutating func viewsChanged() {
        change.areViewsChanged = true
        change.touchEverything()
    }
}

/// Whose mirror it is, and how far it has come.
package struct FeedState: Sendable, Hashable {
    package var server: String
    package var account: AccountID
    package var cursor: String?
    package var epoch: Int64?
    package var isStarting: Bool
    /// The server has told only of a part of what has changed: nodes are told as they stand now, so what is known may lie in
    /// folders that are not.
    package var hasMore: Bool
    /// Journal position of the account's own tree: the feed has told all up to it, and while nothing is left to list, the
    /// mirror holds all of it. What a deletion is proven with (``TrashNodes/Item/unchangedSince``). Nil: not known yet.
    package var revision: Revision?
    /// The server's clock when it gave the last page; nil: not known yet.
    package var serverTime: Milliseconds?
    /// When anything that may be seen was changed last, by the same clock; nil: not known yet.
    package var newestChange: Milliseconds?

    /// Nil: the mirror belongs to nobody yet.
    package static func read(_ database: Database) throws -> FeedState? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT server, account, cursor, epoch, is_starting, has_more, revision, server_time, newest_change
                FROM feed
                """)
        return try statement.first { row in
            FeedState(
                server: row[0], account: try row.identifier(1), cursor: row[2], epoch: row[3], isStarting: row[4],
                hasMore: row[5], revision: row[6], serverTime: row[7], newestChange: row[8])
        }
    }

    /// Gives the mirror to an account. One that belongs to the same account of the same server stays as it is.
    /// - Throws: ``Problem`` `badRequest` when it belongs to another one.
    package static func adopt(server: String, account: Account, in database: Database) throws {
        if let state = try read(database) {
            guard state.account == account.id else {
                throw Problem(
                    .badRequest, "This profile belongs to another account.",
                    detail: "Its mirror and its transfers would be lost. Sign out first (`pannier logout`), or use a "
                        + "profile of its own: `pannier --profile NAME login …`.",
                    status: 0)
            }
            return try database.cachedStatement(sql: "UPDATE feed SET server = ?").execute(arguments: [server])
        }
        try database.cachedStatement(
            sql: "INSERT INTO feed (one, server, account, is_starting, step) VALUES (1, ?, ?, 0, 0)"
        ).execute(arguments: [server, account.id.blob])
    }

    /// Whether the mirror still belongs to another account.
    package static func isOfAnother(_ account: Account, in database: Database) throws -> Bool {
        try read(database).map { $0.account != account.id } ?? false
    }

    /// Forgets whose mirror it was, and all it showed.
    package static func forget(in database: Database) throws {
        for table in ["nodes", "counts", "frontier", "orphans", "views", "feed", "commands"] + SyncSchema.all {
            try database.cachedStatement(sql: "DELETE FROM \(table)").execute()
        }
    }
}
