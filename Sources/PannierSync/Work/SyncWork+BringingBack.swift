import GRDB
package import PannierCore
import PannierMirror

// A person's “no” to deletions that are held.
extension SyncWork {
    /// What is to be deleted, and waits for a person's word, comes back to the side that it has gone from: what both sides
    /// agreed on is forgotten of it. Without a base nothing is deleted; the sides are united. Another plan does it.
    /// - Parameters: as the person has seen them; nil: nothing is said of those.
    /// - Throws: ``Problem`` `changedSince`: not so many are held now.
    package func bringBack(here: Int?, there: Int?) throws(Problem) {
        do {
            try mirror.write { database in
                guard let folder = try SyncFolder.read(database) else { throw Problem.noSyncFolder }
                let plan = try makePlan(database, folder, try rules(of: folder))
                for (seen, held) in [(here, plan.held.here), (there, plan.held.there)] where seen != nil && seen != held
                {
                    throw Problem.othersHeld(plan.held)
                }
                let sync = SyncTransaction(database)
                let ours = here == nil ? [] : try plan.heldHere.compactMap { try sync.node(of: $0) }
                for node in ours + (there == nil ? [] : plan.heldThere) { try sync.forget(node) }
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem(database: error, path: mirror.path)
        }
    }

    private func rules(of folder: SyncFolder) throws -> PlanRules {
        var rules = PlanRules(conflictMark: conflictMark().text)
        if let guardedCount { rules.guardedCount = guardedCount }
        rules.consented = Deletions(here: folder.consentedHere, there: folder.consentedThere)
        return rules
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
