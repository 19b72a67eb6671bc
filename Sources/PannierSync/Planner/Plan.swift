package import PannierCore
package import PannierMirror

/// A file or folder that a step names: by its node where it has one there, else by what it is here.
package enum SyncItem: Hashable, Sendable {
    case node(NodeID)
    case local(LocalID)
}

/// What is to be done next. A step may rest on those before it in the same plan.
package enum PlanStep: Hashable, Sendable {
    // Here.
    case makeFolderHere(NodeID, at: SyncPlace<SyncItem>)
    /// A new file for this node.
    case download(NodeID, SyncContent, at: SyncPlace<SyncItem>)
    /// The node's content in the place of what the file holds, which goes into quarantine.
    case replaceHere(NodeID, LocalID, with: SyncContent, insteadOf: SyncContent)
    /// `isAgreed`: the server has it there already.
    case moveHere(LocalID, to: SyncPlace<SyncItem>, isAgreed: Bool)
    /// Out of the way of another one that takes its name.
    case parkHere(LocalID)
    /// Into quarantine; a file only if it still holds this, a folder only if it is empty by then.
    case deleteHere(LocalID, NodeID, SyncContent?)

    /// From this disk alone, for good: the server has it. Only if it still holds this.
    case evictHere(LocalID, NodeID, SyncContent?)

    // There.
    case makeFolderThere(LocalID, at: SyncPlace<SyncItem>)
    /// A new file. Its content may not have been read yet.
    case upload(LocalID, at: SyncPlace<SyncItem>)
    /// A new version, on top of what was last agreed on; nil where nothing was.
    case uploadVersion(LocalID, NodeID, base: SyncContent?)
    case moveThere(NodeID, to: SyncPlace<SyncItem>)
    /// Out of the way, to the top: a folder that is put into the trash would take it along.
    case parkThere(NodeID)
    /// With all below it, if nothing there has changed since. The number of nodes, itself among them.
    case trashThere(NodeID, count: Int)
    /// A file out of the trash: it was deleted there and edited here.
    case restoreThere(NodeID, LocalID, at: SyncPlace<SyncItem>)

    // In the mirror alone.
    /// Both sides are the same in all that is told here.
    case agree(NodeID, SyncedEntry)
    /// Gone on both sides, or no longer one and the same.
    case forget(NodeID)
    /// What is to be known before more can be said.
    case read(LocalID)
}

/// Something that cannot be synchronised as it is. Everything else goes on.
package enum PlanProblem: Hashable, Sendable {
    /// Another name of the same folder differs from it only in spelling (NFC).
    case twin(LocalID, of: NodeName)
    /// What came from the server finds its name taken by something that is not synchronised.
    case inTheWay(NodeID, LocalID)
    /// What is new here, or was moved, finds its name there taken by something that is not synchronised here.
    case inTheWayThere(LocalID)
    /// It has the name of the folder's own part.
    case reserved(NodeID)
    /// A folder that is to be on the server alone holds something that is not synchronised, and stays.
    case holdsLeftOut(NodeID, LocalID)
}

/// How many files and folders are to be deleted on each side.
package struct Deletions: Hashable, Sendable {
    package var here = 0
    package var there = 0

    package init(here: Int = 0, there: Int = 0) {
        self.here = here
        self.there = there
    }

    package var isEmpty: Bool { here == 0 && there == 0 }
}

package struct Plan: Hashable, Sendable {
    package var steps: [PlanStep] = []
    package var problems: [PlanProblem] = []
    /// Something waits for steps of this plan, and is thought of when they are done.
    package var hasMore = false
    package var deletions = Deletions()
    /// Those of them that wait for a person's word, since they are too many to be taken for meant.
    package var held = Deletions()
    /// What these would delete, from the top down; here, as it is on this disk.
    package var heldHere: [HeldTop<LocalID>] = []
    package var heldThere: [HeldTop<NodeID>] = []
    /// The same by nodes, on both sides.
    package var heldNodes = DeletionSet()
    /// Of what a person has said yes to, what is still to be deleted.
    package var consented = DeletionSet()
    /// What is deleted without a word by this plan, or was lately and is gone.
    package var lately = DeletionSet()

    package init() {}
}

/// What a person has said about deletions, and how a conflicting name is made.
package struct PlanRules: Sendable {
    /// More than ``guardedCount`` and more than these of all are not deleted without consent.
    package static let guardedPercent = 25
    package var guardedCount = 100
    /// Nor are more than these where nothing of what both sides agreed on would be left on a side: whoever meant that can say
    /// so, and a folder that was emptied by mistake may be a small one.
    package var fewCount = 10

    /// What a person has said yes to, which is deleted however much it is.
    package var consented = DeletionSet()
    /// What was deleted within the last minutes without a word: it counts with what is to be deleted now, for a folder that is
    /// removed slowly is removed all the same.
    package var lately = DeletionSet()
    /// What an earlier plan has held: it goes on waiting, whatever has come since to what it is compared with.
    package var held = DeletionSet()
    /// `(conflict DEVICE DATE)` without its brackets.
    package var conflictMark: String

    package init(conflictMark: String) { self.conflictMark = conflictMark }

    /// - Parameter leavesNothing: of what both sides agreed on, where they are deleted.
    func allows(_ count: Int, of all: Int, leavesNothing: Bool) -> Bool {
        if leavesNothing, count > fewCount { return false }
        return count <= guardedCount || count * 100 <= all * Self.guardedPercent
    }
}

extension PlanStep {
    /// As the transfer queue knows it: what is sent by its file here, what is fetched by its node.
    package var transferred: SyncItem {
        if case .replaceHere(let node, _, _, _) = self { .node(node) } else { subject }
    }

    /// What the step is about: where it is known here, the file of this disk.
    package var subject: SyncItem {
        switch self {
        case .makeFolderHere(let node, _), .download(let node, _, _), .moveThere(let node, _), .parkThere(let node),
            .trashThere(let node, _), .agree(let node, _), .forget(let node):
            .node(node)
        case .replaceHere(_, let local, _, _), .moveHere(let local, _, _), .parkHere(let local),
            .deleteHere(let local, _, _), .evictHere(let local, _, _), .makeFolderThere(let local, _),
            .upload(let local, _),
            .uploadVersion(let local, _, _), .restoreThere(_, let local, _), .read(let local):
            .local(local)
        }
    }
}
