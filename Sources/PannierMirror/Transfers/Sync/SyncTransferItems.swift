package import PannierCore

/// A file of the synced folder that is to go up.
package struct SyncUpload: Sendable, Hashable {
    package enum Goal: Sendable, Hashable {
        /// A new file.
        case new(parent: NodeID, name: NodeName)
        /// New content of a file, wherever it stands by then.
        case version(of: NodeID)
    }

    package var local: LocalID
    package var goal: Goal
    /// Of the content that this one is made from; nil: none. What was committed there since is kept beside it.
    package var baseRevision: Revision?
    /// In bytes, as observed; what is sent is what stands there when it is read.
    package var size: Int64
    package var modified: Nanoseconds
    package var isExecutable: Bool

    package init(
        local: LocalID, goal: Goal, baseRevision: Revision?, size: Int64, modified: Nanoseconds, isExecutable: Bool
    ) {
        self.local = local
        self.goal = goal
        self.baseRevision = baseRevision
        self.size = size
        self.modified = modified
        self.isExecutable = isExecutable
    }
}

/// A node whose content is to come into the folder's own part.
package struct SyncDownload: Sendable, Hashable {
    /// A file.
    package var node: Node

    package init(node: Node) { self.node = node }

    /// Under which it is fetched: one for each content of each node.
    package static func incomingName(_ node: NodeID, _ version: VersionID) -> [UInt8] {
        Array("\(node)-\(version)".utf8)
    }
}

/// What an item of an upload is about, in the synced folder.
package struct SyncSubject: Sendable, Hashable {
    package let local: LocalID
    package let goal: SyncUpload.Goal
    /// Below the folder, as it was when it was added; for people.
    package let shown: [UInt8]
}
