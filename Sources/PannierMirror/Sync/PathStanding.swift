import GRDB
package import PannierCore

/// How it is with one path of the synced folder and what is in it, whatever there is besides.
package struct PathStanding: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// It is there, and belongs on both sides.
        case synced
        /// On no side.
        case nowhere
        /// It, or a folder above it, is not synchronised here.
        case ignored
        /// In My Files alone, because somebody wants that.
        case onlineOnly
    }

    package var kind: Kind
    /// Something may differ between the sides.
    package var differs = false
    /// Of that, something is being sent or fetched, or waits for its turn.
    package var isUnderWay = false
    /// Of that, something has gone from one side.
    package var hasDeletions = false
    /// Something is still to be looked at.
    package var isRestless = false

    package init(kind: Kind) { self.kind = kind }
}

extension SyncTransaction {
    /// - Parameters:
    ///   - path: below the synced folder; on this disk, or as the server has it.
    ///   - restless: folders in which something is still to be looked at.
    package func standing(at path: LocalPath, restless: Set<LocalID>) throws -> PathStanding {
        let place = try place(at: path)
        let known = try place.local.flatMap { try node(of: $0) } ?? remote(at: path)
        let local = try place.local ?? known.flatMap { try self.local(of: $0) }
        var standing = PathStanding(kind: try kind(place, local, known))
        standing.differs = try isAbove(.changed, local, known)
        standing.isRestless = try restless.contains { try $0 == place.folder || isBelow($0, local) }
        guard standing.differs else { return standing }
        standing.isUnderWay = try isAbove(.underWay, local, known)
        standing.hasDeletions = try isAbove(.gone, local, known)
        return standing
    }

    private struct PlaceHere {
        /// The folder in which it stands, or the deepest of those above it that are there.
        var folder: LocalID
        var local: LocalID?
        var isExcluded = false
    }

    private func place(at path: LocalPath) throws -> PlaceHere {
        var place = PlaceHere(folder: LocalID(1), local: LocalID(1))
        for name in path.bytes.split(separator: UInt8(ascii: "/")) {
            guard let folder = place.local, !place.isExcluded else { break }
            let row = try GRDB.Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT number, kind FROM sync_local WHERE parent = ? AND name = ? AND number > 1
                        ORDER BY missing IS NOT NULL, number DESC LIMIT 1
                        """), arguments: [folder.number, Array(name).blob])
            place = PlaceHere(
                folder: folder, local: row.map { LocalID($0[0]) }, isExcluded: row.map { $0[1] == 2 } ?? false)
        }
        return place
    }

    private func kind(_ place: PlaceHere, _ local: LocalID?, _ node: NodeID?) throws -> PathStanding.Kind {
        if place.isExcluded { return .ignored }
        if local == nil, let node { return try folderAbove(orAt: node) == nil ? .synced : .onlineOnly }
        return local == nil ? .nowhere : .synced
    }

    private func isBelow(_ folder: LocalID, _ local: LocalID?) throws -> Bool {
        guard let local else { return false }
        var next: Int64? = folder.number
        for _ in 0...Limits.depth {
            guard let number = next else { return false }
            if number == local.number { return true }
            next = try Int64.fetchOne(
                database.cachedStatement(sql: "SELECT parent FROM sync_local WHERE number = ? AND number > 1"),
                arguments: [number])
        }
        return false
    }

    /// Things of which it is asked where they are: two columns, one of which may be NULL.
    private enum Things: String {
        case changed = """
            SELECT node, local FROM sync_changed_nodes LEFT JOIN sync_agreed USING (node)
            UNION ALL SELECT node, local FROM sync_changed_locals LEFT JOIN sync_agreed USING (local)
            """
        case underWay = """
            SELECT transfer_items.node, transfer_items.local FROM transfer_items JOIN transfers ON number = transfer
            WHERE sync_folder IS NOT NULL AND transfers.state IN ('waiting', 'paused')
                AND transfer_items.state IN ('pending', 'open', 'ready')
            """
        // What lies in a folder that was put into the trash keeps its row: only the folder is told.
        case gone = """
            SELECT node, local FROM sync_changed_nodes JOIN sync_agreed USING (node)
            WHERE local NOT IN (SELECT number FROM sync_local) OR NOT EXISTS (
                WITH RECURSIVE above (parent) AS (
                    SELECT parent FROM nodes
                    WHERE view = (SELECT view FROM sync_folder) AND id = sync_changed_nodes.node AND trashed_at IS NULL
                    UNION SELECT nodes.parent FROM above JOIN nodes
                        ON view = (SELECT view FROM sync_folder) AND id = above.parent AND trashed_at IS NULL
                )
                SELECT 1 FROM above WHERE parent IS NULL)
            """
    }

    /// Whether any of these things is this one, or is in it, on one side or the other.
    private func isAbove(_ things: Things, _ local: LocalID?, _ node: NodeID?) throws -> Bool {
        let sql = """
            WITH RECURSIVE things (node, local) AS MATERIALIZED (\(things.rawValue)),
            here (id) AS (
                SELECT local FROM things WHERE local IS NOT NULL
                UNION SELECT parent FROM here JOIN sync_local ON number = id WHERE number > 1
            ), there (id) AS (
                SELECT node FROM things WHERE node IS NOT NULL
                UNION SELECT parent FROM things JOIN sync_agreed USING (node)
                UNION SELECT parent FROM there JOIN nodes
                    ON nodes.view = (SELECT view FROM sync_folder) AND nodes.id = there.id WHERE parent IS NOT NULL
            )
            SELECT EXISTS (SELECT 1 FROM here WHERE id = ?1) OR EXISTS (SELECT 1 FROM there WHERE id = ?2)
            """
        return try Bool.fetchOne(database.cachedStatement(sql: sql), arguments: [local?.number, node?.blob]) == true
    }
}
