package import PannierCore
package import PannierMirror

/// What the planner looks at: the server's tree, the disk's, and what both last agreed on. The roots are in none of them.
///
/// Something is missing in `local` only when that is proven: its folder was listed without error, twice, and it was in
/// neither listing. Something is missing in `remote` only when the feed has said so.
package struct SyncTrees: Hashable, Sendable {
    package let remoteRoot: NodeID
    package let localRoot: LocalID
    package var remote: [NodeID: RemoteEntry] = [:]
    package var synced: [NodeID: SyncedEntry] = [:]
    package var local: [LocalID: LocalEntry] = [:]
    /// Nodes that a person wants on the server alone, with all that is below them.
    package var onlineOnly: Set<NodeID> = []
    /// Entries that are the same in all three, and left out: they count when it comes to how many of all are deleted.
    package var settledCount = 0

    package init(remoteRoot: NodeID, localRoot: LocalID) {
        self.remoteRoot = remoteRoot
        self.localRoot = localRoot
    }
}
