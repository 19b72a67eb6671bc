import GRDB
import PannierCore
import PannierMirror

/// Rows of the mirror as entries of the three trees.
struct TreeRows {
    static let remote = """
        nodes.id, nodes.parent, nodes.name, nodes.sha256, nodes.size, nodes.is_executable, nodes.is_folder,
        parked.parent, parked.name
        """
    /// To be joined to `nodes`.
    static let parked = "LEFT JOIN sync_parked_nodes AS parked ON parked.node = nodes.id"
    static let synced = "node, parent, name, sha256, size, is_executable, local"
    static let local = "number, parent, name, sha256, size, is_executable, kind, is_parked, is_listed"

    /// Reads ``remote``. A node that we have put out of the way is where it was, unless somebody has moved it since.
    static func remote(_ row: Columns, root: NodeID) throws -> (NodeID, RemoteEntry) {
        let (node, parent): (NodeID, NodeID) = (try row.identifier(0), try row.identifier(1))
        let place = SyncPlace(parent, try row.nodeName(2))
        let content = try SyncContent(row, from: 3)
        if parent == root, let before: NodeID = try row.optionalIdentifier(7),
            place.name == SyncTransaction.parkedName(of: node)
        {
            return (node, RemoteEntry(SyncPlace(before, try row.nodeName(8)), content: content, isParked: true))
        }
        return (node, RemoteEntry(place, content: content))
    }

    /// Reads ``synced``.
    static func synced(_ row: Columns) throws -> (NodeID, SyncedEntry) {
        let place = SyncPlace<NodeID>(try row.identifier(1), try row.nodeName(2))
        return (
            try row.identifier(0),
            SyncedEntry(place, content: try SyncContent(row, from: 3), local: LocalID(row[6]))
        )
    }

    /// Reads ``local``.
    static func local(_ row: Columns) throws -> (LocalID, LocalEntry) {
        let (number, parent): (Int64, Int64) = (row[0], row[1])
        let kind: LocalEntry.Kind
        switch FolderListing.Entry.Kind(rawValue: row[6]) {
        case .folder: kind = .folder
        case .file: kind = .file(try SyncContent(row, from: 3).map { .known($0) } ?? .unread(row[4]))
        case .excluded, nil: kind = .excluded
        }
        let place = SyncPlace(LocalID(parent), try name(row.bytes(2), number))
        return (LocalID(number), LocalEntry(place, kind, isParked: row[7], isListed: row[8]))
    }

    /// A name that the server cannot keep belongs to something that is excluded: it gets one that nothing else has, so that
    /// its folder is not taken for empty.
    private static func name(_ bytes: [UInt8], _ number: Int64) throws -> NodeName {
        do throws(NodeNameError) {
            return try NodeName(bytes: bytes)
        } catch {
            return try NodeName("\u{FFFD}\(number)")
        }
    }
}
