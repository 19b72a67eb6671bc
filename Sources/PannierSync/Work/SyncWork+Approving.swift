import GRDB
package import PannierCore
package import PannierMirror

// What may be deleted, and a person's word on it.
extension SyncWork {
    func rules(_ database: Database, conflictMark: String) throws -> PlanRules {
        let sync = SyncTransaction(database)
        var rules = PlanRules(conflictMark: conflictMark)
        if let guardedCount { (rules.guardedCount, rules.fewCount) = (guardedCount, guardedCount / 2) }
        (rules.consented, rules.lately) = (try sync.consented(), try sync.deletedLately())
        rules.held = try sync.held()
        return rules
    }

    /// Writes down what a plan says of deletions.
    func remember(_ plan: Plan, _ rules: PlanRules, _ database: Database, _ wall: Nanoseconds) throws {
        let sync = SyncTransaction(database)
        // What was consented to is done, or is not to be done any more. Later deletions are others.
        try sync.forgetConsent(to: rules.consented.subtracting(plan.consented))
        try sync.forgetDeleted(rules.lately.subtracting(plan.lately))
        try sync.deletesNow(plan.lately.subtracting(rules.lately), at: wall)
        try sync.forgetHeld(rules.held.subtracting(plan.heldNodes))
        try sync.hold(plan.heldNodes.subtracting(rules.held))
        try sync.stayDeletedLately(here: plan.held.here > 0, there: plan.held.there > 0, at: wall)
    }

    /// What ``preview(limit:)`` has shown last as waiting for a word, as long as none was said.
    package var shownDeletions: DeletionSet { shown.held }

    /// A person says yes to so many deletions on each side; nil: nothing is said of those. They are written down one by one:
    /// the word holds for these, whatever comes after them. Nothing else is written; another plan carries them out.
    /// - Parameter wall: this machine's clock, in nanoseconds.
    /// - Throws: ``Problem`` `changedSince`: not so many are held now, or not those that somebody was shown last
    ///   (``preview(limit:)``); why nothing can be planned.
    package func approve(here: Int?, there: Int?, wall: Nanoseconds) throws(Problem) {
        try answer(here, there) { try SyncTransaction($1).consent(to: $0, at: wall) }
    }

    /// A person's “no”: they come back to the side that they have gone from. What both sides agreed on is forgotten of them;
    /// without a base nothing is deleted, and the sides are united. Another plan does it.
    /// - Throws: as ``approve(here:there:wall:)``.
    package func bringBack(here: Int?, there: Int?) throws(Problem) {
        try answer(here, there) { held, database in
            let sync = SyncTransaction(database)
            for node in held.here.union(held.there) { try sync.forget(node) }
        }
    }

    /// What is held is looked for anew.
    private func answer(
        _ here: Int?, _ there: Int?, _ body: (DeletionSet, Database) throws -> Void
    ) throws(Problem) {
        let mark = conflictMark().text
        do {
            try requireFolder()
            try mirror.write { database in
                guard let folder = try SyncFolder.read(database) else { throw Problem.noSyncFolder }
                // What is missing, and not proven to be gone, stands here still.
                guard try isReady(database, despiteMissing: true) else { throw Problem.othersHeld(Deletions()) }
                let rules = try rules(database, conflictMark: mark)
                // What it agrees on may not be durable yet.
                let plan = try undone(database) { try settledPlan(database, folder, rules) }
                guard shown.allow(here: here, there: there, of: plan.heldNodes) else {
                    throw Problem.othersHeld(plan.held)
                }
                let meant = DeletionSet(
                    here: here == nil ? [] : plan.heldNodes.here, there: there == nil ? [] : plan.heldNodes.there)
                try body(meant, database)
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
                + " Look at `pannier plan`, and answer to those. Nothing was changed.", status: 0)
    }
}
