import GRDB
import PannierCore
import PannierMirror

/// Turns steps of a plan into work of the transfer queue.
struct TransferBuilder {
    private let sync: SyncTransaction
    private let table: LocalTable

    init(_ database: Database) {
        sync = SyncTransaction(database)
        table = LocalTable(database)
    }

    /// - Returns: nil for a step that is no upload, or rests on something that is not there yet.
    func upload(_ step: PlanStep) throws -> SyncUpload? {
        switch step {
        case .upload(let local, let place):
            guard let parent = try node(place.parent) else { return nil }
            return try upload(local, .new(parent: parent, name: place.name), base: nil)
        case .uploadVersion(let local, let node, let base):
            return try upload(local, .version(of: node), base: try revision(of: node, holding: base))
        default: return nil
        }
    }

    /// - Returns: nil for a step that fetches nothing.
    func download(_ step: PlanStep) throws -> SyncDownload? {
        switch step {
        case .download(let node, _, _), .replaceHere(let node, _, _, _):
            try sync.node(node).flatMap { $0.content == nil ? nil : SyncDownload(node: $0) }
        default: nil
        }
    }

    private func node(_ item: SyncItem) throws -> NodeID? {
        switch item {
        case .node(let node): node
        case .local(LocalTable.top): try SyncFolder.read(sync.database)?.root
        case .local(let local): try sync.node(of: local)
        }
    }

    private func upload(_ local: LocalID, _ goal: SyncUpload.Goal, base: Revision?) throws -> SyncUpload? {
        guard let row = try table.row(local), row.kind == .file else { return nil }
        return SyncUpload(
            local: local, goal: goal, baseRevision: base, size: row.state.size, modified: row.state.modified,
            isExecutable: row.state.isExecutable)
    }

    /// Up to which revision the node's content was seen here; nil when what is there now was not: then it is kept as a
    /// version in conflict.
    private func revision(of node: NodeID, holding base: SyncContent?) throws -> Revision? {
        guard let known = try sync.node(node), let content = known.content, SyncContent(content) == base else {
            return nil
        }
        return known.revision
    }
}
