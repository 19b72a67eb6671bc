import GRDB
import PannierCore

/// How it stands with the rows of one folder of My Files on this disk.
struct SyncMarks {
    private let folder: Place
    private let database: Database

    /// Where so many things may differ, what folders hold is not looked for: each of them may hold some.
    private static let changesAtMost = 10_000

    init(_ folder: Place, _ database: Database) {
        self.folder = folder
        self.database = database
    }

    /// - Parameter rows: of the folder. Unmarked where it is not one with a folder of this disk.
    func marked(_ rows: [PannierCore.Row]) throws -> [PannierCore.Row] {
        guard folder.owner == nil, !rows.isEmpty, try isSynced else { return rows }
        let sync = SyncTransaction(database)
        let isOnlineOnly = try sync.folderAbove(orAt: folder.node.id) != nil
        let changed = try changedFolders
        let leavesOut = try sync.leavesOut
        return try rows.map { row in
            var row = row
            let isLeftOut = try leavesOut && sync.leftOut(orAt: row.node.id) != nil
            row.sync = try mark(of: row.node, isOnlineOnly: isOnlineOnly, isLeftOut: isLeftOut) {
                changed?.contains($0) ?? true
            }
            return row
        }
    }

    private var isSynced: Bool {
        get throws {
            let statement = try database.cachedStatement(sql: "SELECT 1 FROM sync_folder WHERE view = ?")
            return try Int.fetchOne(statement, arguments: [folder.view]) != nil
        }
    }

    private func mark(
        of node: Node, isOnlineOnly: Bool, isLeftOut: Bool, holdsChanges: (NodeID) -> Bool
    ) throws -> SyncMark {
        let statement = try database.cachedStatement(sql: Self.facts)
        guard let row = try GRDB.Row.fetchOne(statement, arguments: ["node": node.id.blob, "id": "\(node.id)"]) else {
            return .waiting
        }
        let (isAgreed, isChanged, hasProblem, isChosen): (Bool, Bool, Bool, Bool) = (row[0], row[1], row[2], row[3])
        if hasProblem { return .problem }
        if isLeftOut { return .ignored }
        if isOnlineOnly || isChosen { return isAgreed ? .waiting : .onlineOnly }
        if !isAgreed || isChanged { return .waiting }
        return node.kind == .folder && holdsChanges(node.id) ? .waiting : .verified
    }

    /// Whether it is agreed on, may differ, has a problem, was chosen to be online only.
    private static let facts = """
        SELECT agreed.local IS NOT NULL,
            EXISTS (SELECT 1 FROM sync_changed_nodes WHERE node = :node)
            OR EXISTS (SELECT 1 FROM sync_changed_locals WHERE local = agreed.local),
            EXISTS (SELECT 1 FROM sync_problems WHERE left_out IS NULL AND key IN ('node ' || :id, 'plan node ' || :id,
                'local ' || agreed.local, 'plan local ' || agreed.local, 'verify local ' || agreed.local)),
            EXISTS (SELECT 1 FROM sync_online_only WHERE node = :node)
        FROM (SELECT 1) LEFT JOIN sync_agreed AS agreed ON agreed.node = :node
        """

    /// Folders directly in this one that hold something which may differ; nil: too much differs to be looked for.
    ///
    /// From the changes upwards, on this disk and on the server.
    private var changedFolders: Set<NodeID>? {
        get throws {
            let count =
                try Int.fetchOne(
                    database,
                    sql: """
                        SELECT (SELECT count(*) FROM (SELECT 1 FROM sync_changed_nodes LIMIT ?1))
                        + (SELECT count(*) FROM (SELECT 1 FROM sync_changed_locals LIMIT ?1))
                        """, arguments: [Self.changesAtMost]) ?? 0
            if count == 0 { return [] }
            guard count < Self.changesAtMost else { return nil }
            let rows = try GRDB.Row.fetchAll(
                database, sql: Self.upwards, arguments: [folder.view, folder.node.id.blob])
            return Set(try rows.map { try $0.identifier(0) })
        }
    }

    private static let upwards = """
        WITH RECURSIVE here (number) AS (
            SELECT local FROM sync_changed_locals
            UNION SELECT sync_local.parent FROM here JOIN sync_local ON sync_local.number = here.number
            WHERE sync_local.parent > 1
        ), up (id) AS (
            SELECT node FROM sync_changed_nodes
            UNION SELECT node FROM here JOIN sync_agreed ON sync_agreed.local = here.number
            UNION SELECT nodes.parent FROM up JOIN nodes ON nodes.view = ?1 AND nodes.id = up.id
            WHERE nodes.parent IS NOT NULL
            UNION SELECT sync_agreed.parent FROM up JOIN sync_agreed ON sync_agreed.node = up.id
        )
        SELECT nodes.id FROM up CROSS JOIN nodes ON nodes.view = ?1 AND nodes.id = up.id
        WHERE nodes.parent = ?2 AND nodes.is_folder = 1
        """
}
