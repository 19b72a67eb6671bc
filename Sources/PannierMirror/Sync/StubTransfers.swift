package import PannierCore

package struct SyncUpload: Hashable, Sendable {
    package enum Goal: Hashable, Sendable {
        case new(parent: NodeID, name: NodeName)
        case version(of: NodeID)
    }
    package var local: LocalID
    package var goal: Goal
    package var baseRevision: Revision?
    package var size: Int64
    package var modified: Nanoseconds
    package var isExecutable: Bool
    package init(local: LocalID, goal: Goal, baseRevision: Revision?, size: Int64, modified: Nanoseconds, isExecutable: Bool) {
        self.local = local
        self.goal = goal
        self.baseRevision = baseRevision
        self.size = size
        self.modified = modified
        self.isExecutable = isExecutable
    }
}

package struct SyncDownload: Hashable, Sendable {
    package var node: Node
    package init(node: Node) { self.node = node }
}
