import PannierCore
import PannierMirror

/// Something that is to be on the server alone, as it was known when that was found to be so there.
struct Eviction {
    var step: PlanStep
    var node: NodeID
    /// Nil for a folder.
    var content: SyncContent?
    var row: LocalRow
    var path: TreePath
    /// What both sides agreed on until then, and in which of the server's epochs.
    var agreed: SyncedEntry
    var epoch: Int64?
    /// Where it is to lie for a while; nil for a folder.
    var place: TreePath?
}
