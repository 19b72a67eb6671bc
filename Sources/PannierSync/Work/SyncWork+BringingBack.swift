import GRDB
package import PannierCore
import PannierMirror

// A person's “no” to deletions that are held.
extension SyncWork {
    /// What is to be deleted, and waits for a person's word, comes back to the side that it has gone from: what both sides
    /// agreed on is forgotten of it. Without a base nothing is deleted; the sides are united. Another plan does it.
    /// - Parameters: so many as the person has seen on each side; nil: nothing is said of those.
    /// - Throws: ``Problem`` `changedSince`: not so many are held now, or not those that somebody was shown last
    ///   (``preview(limit:)``); why nothing can be planned.
    package func bringBack(here: Int?, there: Int?) throws(Problem) {
        let mark = conflictMark().text
        do {
            try requireFolder()
            try mirror.write { database in
                guard let folder = try SyncFolder.read(database) else { throw Problem.noSyncFolder }
                // What is missing, and not proven to be gone, stands here still.
                guard try isReady(database, despiteMissing: true) else { throw Problem.othersHeld(Deletions()) }
                let rules = try rules(database, conflictMark: mark)
                let plan = try undone(database) { try settledPlan(database, folder, rules) }
                guard shown.allow(here: here, there: there, of: plan.heldNodes) else {
                    throw Problem.othersHeld(plan.held)
                }
                let sync = SyncTransaction(database)
                if here != nil { for node in plan.heldNodes.here { try sync.forget(node) } }
                if there != nil { for node in plan.heldNodes.there { try sync.forget(node) } }
            }
            shown.forget()
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(database: error, path: mirror.path)
        }
    }
}

extension Problem {
    fileprivate static func othersHeld(_ held: Deletions) -> Problem {
        Problem(
            .changedSince, "The deletions that wait are not those that were looked at any more.",
            detail: (held.isEmpty ? "None is held now." : "Now \(held.here) here and \(held.there) there are.")
                + " Look at `pannier plan`. Nothing was changed.", status: 0)
    }
}
