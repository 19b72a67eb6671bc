package import GRDB
package import PannierCore

/// The next folders to list, as they go into one request.
package struct ListingQuestion: Sendable, Hashable {
    package struct Folder: Sendable, Hashable {
        package var position: Int64
        package var view: Int64
        package var node: NodeID
        package var after: NodeID?
        package var since: Int64
    }

    package let folders: [Folder]

    /// Folders of one request, as the service allows.
    package static let foldersAtOnce = 100

    /// Nil when nothing is left to list.
    package static func next(_ database: Database) throws -> ListingQuestion? {
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql:
                    "SELECT position, view, folder, after, since FROM frontier ORDER BY position LIMIT \(foldersAtOnce)"
            ))
        let folders = try rows.map { row in
            Folder(
                position: row[0], view: row[1], node: try row.identifier(2), after: try row.optionalIdentifier(3),
                since: row[4])
        }
        return folders.isEmpty ? nil : ListingQuestion(folders: folders)
    }

    package var request: ListNodes.Request {
        ListNodes.Request(
            folders: folders.map { ListNodes.Folder(node: $0.node, after: $0.after) }, limit: Limits.pageRows)
    }
}

// Folders are listed.
extension FeedTransaction {
    /// Puts a folder on the frontier; one that is there begins anew.
    mutating func list(_ folder: NodeID, in view: Int64) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO frontier (view, folder, since) VALUES (?, ?, ?)
                ON CONFLICT (view, folder) DO UPDATE SET after = NULL, since = excluded.since
                """
        ).execute(arguments: [view, folder.blob, step])
    }

    /// Applies what the service answered; folders it did not reach stay on the frontier.
    ///
    /// A folder that is refused has gone, or is in the trash: it is forgotten, so that the feed's next word about it finds
    /// it unknown and lists it. The root of a view stays, on the frontier too: the view may be gone when the feed is asked
    /// again, or have been open again by then, of which the feed says nothing.
    /// - Throws: ``Problem`` when a folder was refused for another reason; the transaction must not be kept.
    package mutating func apply(_ answer: ListNodes.Response, to question: ListingQuestion) throws {
        guard !answer.folders.isEmpty, answer.folders.count <= question.folders.count else { throw Self.senseless }
        for (folder, result) in zip(question.folders, answer.folders) {
            switch result {
            case .done(let page): try apply(page, to: folder)
            case .problem(let problem) where [.notFound, .trashed, .notFolder].contains(problem.code):
                try forget(folder)
            case .problem(let problem): throw problem
            }
        }
        try nameSharedRoots()
        try keepNewest()
    }

    private mutating func apply(_ page: ListNodes.Page, to folder: ListingQuestion.Folder) throws {
        let above = try chain(of: folder.node, in: folder.view)
        guard above.count <= Limits.depth + 1 else { throw Self.senseless }
        let root = try root(of: folder.view)
        for child in page.children {
            guard child.id != root else { throw Self.senseless }
            _ = try upsert(child, parent: folder.node, in: folder.view)
            // A folder that was above this one has moved while it was listed: it was asked for already.
            if child.kind == .folder, !above.contains(child.id) { try listBelow(child.id, in: folder.view) }
        }
        if let after = page.after {
            try database.cachedStatement(sql: "UPDATE frontier SET after = ? WHERE position = ?")
                .execute(arguments: [after.blob, folder.position])
        } else {
            try removeUnseen(folder)
            // Also of an empty one: somebody may wait for all to be listed.
            touch(folder.node)
            try database.cachedStatement(sql: "DELETE FROM frontier WHERE position = ?")
                .execute(arguments: [folder.position])
        }
    }

    private static let senseless = Problem(.internalError, "The server's listing makes no sense.", status: 0)

    /// The folder and those above it, as they are known; a server that makes them a circle does not make us run in it.
    func chain(of folder: NodeID, in view: Int64) throws -> [NodeID] {
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql: """
                    WITH RECURSIVE above (id, depth) AS (
                        SELECT :folder, 0
                        UNION ALL
                        SELECT nodes.parent, depth + 1 FROM above
                        JOIN nodes ON nodes.view = :view AND nodes.id = above.id
                        WHERE nodes.parent IS NOT NULL AND depth <= \(Limits.depth)
                    )
                    SELECT id FROM above ORDER BY depth
                    """), arguments: ["folder": folder.blob, "view": view])
        return try rows.map { try $0.identifier(0) }
    }

    /// What lies below is listed too. A folder whose own listing is under way goes on with it.
    private func listBelow(_ folder: NodeID, in view: Int64) throws {
        try database.cachedStatement(
            sql: "INSERT INTO frontier (view, folder, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
        ).execute(arguments: [view, folder.blob, step])
    }

    /// Few at a time: a folder of a million rows may have been emptied.
    private mutating func removeUnseen(_ folder: ListingQuestion.Folder) throws {
        while case let gone = try unseen(folder), !gone.isEmpty {
            for node in gone { try remove(node, in: folder.view) }
        }
    }

    private func unseen(_ folder: ListingQuestion.Folder) throws -> [NodeID] {
        let rows = try GRDB.Row.fetchAll(
            database.cachedStatement(
                sql:
                    "SELECT id FROM nodes INDEXED BY nodes_by_parent WHERE view = ? AND parent = ? AND step < ? LIMIT 500"
            ), arguments: [folder.view, folder.node.blob, folder.since])
        return try rows.map { try $0.identifier(0) }
    }

    private mutating func forget(_ folder: ListingQuestion.Folder) throws {
        if try root(of: folder.view) == folder.node { return refusedRoot() }
        try remove(folder.node, in: folder.view)
    }

    private func root(of view: Int64) throws -> NodeID? {
        try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT root FROM views WHERE number = ?"), arguments: [view])?
            .identifier(0)
    }
}
