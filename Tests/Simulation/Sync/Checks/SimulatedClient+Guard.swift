import GRDB
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom

// Many deletions wait for a person's word.
extension SimulatedClient {
    /// How long a person needs to see it and to think of it.
    private static let thought: Milliseconds = 5_000

    /// - Throws: ``Broken``: more is to be deleted than may be.
    func planned(_ plan: MadePlan) throws {
        if !plan.held.isEmpty, !simulation.isTroubled || simulation.random.chance(20) {
            simulation.add(.consent(machine: machine.number, life: life), after: Self.thought)
        }
        let deletions = Deletions(plan.parts)
        guard !deletions.isEmpty else { return }
        let (here, there) = try mirror.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM sync_local WHERE number > 1") ?? 0,
                try Int.fetchOne(database, sql: "SELECT count(*) FROM nodes WHERE trashed_at IS NULL") ?? 0
            )
        }
        guard allows(deletions.here, of: here, machine.consent.here),
            allows(deletions.there, of: there, machine.consent.there)
        else {
            throw Broken("machine \(machine.number): \(deletions) without a word: here \(here), there \(there)")
        }
    }

    private func allows(_ count: Int, of all: Int, _ consented: Int) -> Bool {
        count <= max(simulation.plan.guardedCount ?? 100, consented) || count * 4 <= all
    }

    /// To as many as wait.
    func consent() throws {
        guard !isDead, isPaired else { return }
        let held = loop.state.held
        guard !held.isEmpty else { return }
        simulation.note([61, machine.number], "machine \(machine.number): a person consents to \(held)")
        try mirror.write { database in
            guard var folder = try SyncFolder.read(database) else { return }
            (folder.consentedHere, folder.consentedThere) = (held.here, held.there)
            try folder.write(database)
        }
        machine.consent.here = max(machine.consent.here, held.here)
        machine.consent.there = max(machine.consent.there, held.there)
        take(.planAnew)
    }
}

extension Deletions {
    /// What these steps delete.
    fileprivate init(_ parts: PlanParts) {
        self.init()
        for case .deleteHere in parts.here { here += 1 }
        for case .trashThere(_, let count) in parts.there { there += count }
    }
}
