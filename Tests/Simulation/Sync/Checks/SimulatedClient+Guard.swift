import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom

/// What a person knows of deletions at one machine.
struct SimulatedWord {
    /// What somebody there was shown, in this life of the agent, and thinks of.
    var seen: (life: Int, held: DeletionSet)?
    /// What somebody there has said yes to, and is still to be deleted; and when.
    private var saidHere: [NodeID: Nanoseconds] = [:]
    private var saidThere: [NodeID: Nanoseconds] = [:]
    /// What was deleted without a word, and when.
    private var here: [NodeID: Nanoseconds] = [:]
    private var there: [NodeID: Nanoseconds] = [:]

    /// How long deletions without a word count together.
    private static let lately: Nanoseconds = 600_000_000_000
    /// How long a word holds.
    private static let day: Nanoseconds = 86_400_000_000_000

    mutating func say(_ held: DeletionSet, _ now: Nanoseconds) {
        for node in held.here { saidHere[node] = now }
        for node in held.there { saidThere[node] = now }
    }

    /// A word is for what is missing when it is said, as long as it is, and for no longer than a day.
    mutating func forgetWords(besides missing: DeletionSet, _ now: Nanoseconds) {
        saidHere = saidHere.filter { missing.here.contains($0.key) && now - $0.value <= Self.day }
        saidThere = saidThere.filter { missing.there.contains($0.key) && now - $0.value <= Self.day }
    }

    /// - Parameters:
    ///   - deletions: what is about to be deleted.
    ///   - present: what both have agreed on and is there.
    ///   - all: how much is there.
    /// - Returns: on each side, how much of what there was is deleted without a word.
    mutating func take(
        _ deletions: DeletionSet, present: DeletionSet, all: Deletions, _ now: Nanoseconds
    ) -> (here: (Int, of: Int), there: (Int, of: Int)) {
        (
            Self.take(deletions.here.filter { saidHere[$0] == nil }, present.here, all.here, &here, now),
            Self.take(deletions.there.filter { saidThere[$0] == nil }, present.there, all.there, &there, now)
        )
    }

    private static func take(
        _ deleted: Set<NodeID>, _ present: Set<NodeID>, _ all: Int, _ before: inout [NodeID: Nanoseconds],
        _ now: Nanoseconds
    ) -> (Int, of: Int) {
        // What is there was not deleted, or is back.
        before = before.filter { now - $0.value < lately && !present.contains($0.key) }
        let all = all + before.count
        // What people delete themselves makes the rest less.
        guard !deleted.isEmpty else { return (0, of: all) }
        for node in deleted { before[node] = now }
        return (before.count, of: all)
    }
}

// Many deletions wait for a person's word.
extension SimulatedClient {
    /// How long a person needs to see it and to think of it.
    private static let thought: Milliseconds = 5_000

    /// - Throws: ``Broken``: more is to be deleted than may be.
    func planned(_ plan: MadePlan) throws {
        if !plan.held.isEmpty, !simulation.isTroubled || simulation.random.chance(20) {
            simulation.add(.consent(machine: machine.number, life: life), after: Self.thought)
        }
        let (deletions, missing, present, agreed, files) = try mirror.read { database in
            (
                try Self.deletions(of: plan.parts, database), try Self.missing(database), try Self.present(database),
                try Self.agreed(database),
                try Int.fetchOne(
                    database.cachedStatement(sql: "SELECT count(*) FROM sync_local WHERE number > 1")) ?? 0
            )
        }
        machine.word.forgetWords(besides: missing, simulation.now)
        let all = Deletions(here: files, there: present.there.count)
        let (here, there) = machine.word.take(deletions, present: present, all: all, simulation.now)
        guard isLittle(here), isLittle(there) else {
            throw Broken("machine \(machine.number): deleted without a word: here \(here), there \(there)")
        }
        let left = agreed.subtracting(deletions)
        guard !left.here.isEmpty || areFew(here), !left.there.isEmpty || areFew(there) else {
            throw Broken("machine \(machine.number): emptied without a word: here \(here), there \(there)")
        }
    }

    private func isLittle(_ part: (count: Int, of: Int)) -> Bool {
        part.count <= simulation.plan.guardedCount ?? 100 || part.count * 4 <= part.of
    }

    /// So few that they may be all there is.
    private func areFew(_ part: (count: Int, of: Int)) -> Bool {
        part.count <= simulation.plan.guardedCount.map { $0 / 2 } ?? 10
    }

    /// What these steps delete, each thing by itself. What leaves a folder before that goes into the trash does not go with it.
    private static func deletions(of parts: PlanParts, _ database: Database) throws -> DeletionSet {
        var set = DeletionSet()
        for case .deleteHere(_, let node, _) in parts.here { set.here.insert(node) }
        var leaving: Set<NodeID> = []
        for case .moveThere(let node, _) in parts.there { leaving.insert(node) }
        let inside = try database.cachedStatement(sql: "SELECT id FROM nodes WHERE parent = ? AND trashed_at IS NULL")
        for case .trashThere(let node, _) in parts.there {
            var open = [node]
            while let next = open.popLast() {
                set.there.insert(next)
                open += try inside.all([next.blob]) { try $0.identifier(0) }.filter { !leaving.contains($0) }
            }
        }
        return set
    }

    /// What was the same on both sides and is gone from the other one.
    private static func missing(_ database: Database) throws -> DeletionSet {
        let agreed = """
            SELECT node FROM sync_agreed LEFT JOIN living ON living.id = node
            LEFT JOIN sync_local ON sync_local.number = sync_agreed.local
            """
        return DeletionSet(
            here: try ids("\(living) \(agreed) WHERE living.id IS NULL", database),
            there: try ids("\(living) \(agreed) WHERE sync_local.number IS NULL", database))
    }

    private static func present(_ database: Database) throws -> DeletionSet {
        let here = "SELECT node FROM sync_agreed JOIN sync_local ON sync_local.number = sync_agreed.local"
        // What was deleted here because it was there, and is taken out of the trash, is fetched again.
        return DeletionSet(
            here: try ids("\(living) \(here) UNION SELECT id FROM living", database),
            there: try ids("\(living) SELECT id FROM living", database))
    }

    /// What both have agreed on, as far as each side still has it.
    private static func agreed(_ database: Database) throws -> DeletionSet {
        DeletionSet(
            here: try ids(
                "SELECT node FROM sync_agreed JOIN sync_local ON sync_local.number = sync_agreed.local", database),
            there: try ids("\(living) SELECT node FROM sync_agreed JOIN living ON living.id = node", database))
    }

    private static let living = """
        WITH RECURSIVE living (id) AS (
            SELECT root FROM sync_folder UNION SELECT nodes.id FROM living
            JOIN nodes ON nodes.parent = living.id AND nodes.trashed_at IS NULL
        )
        """

    private static func ids(_ sql: String, _ database: Database) throws -> Set<NodeID> {
        Set(try GRDB.Row.fetchAll(database.cachedStatement(sql: sql)).map { try $0.identifier(0) })
    }

    /// Somebody looks at what waits, or says yes to what was looked at some time ago.
    func consent() throws {
        guard !isDead, isPaired else { return }
        guard let seen = machine.word.seen, seen.life == life else { return try lookAtHeld() }
        machine.word.seen = nil
        let held = Deletions(here: seen.held.here.count, there: seen.held.there.count)
        let before = try consented()
        do throws(Problem) {
            try loop.work.approve(
                here: held.here > 0 ? held.here : nil, there: held.there > 0 ? held.there : nil,
                wall: machine.disk.clock.now)
        } catch {
            // Others are held by now: they are told of them.
            return simulation.note([62, machine.number], "machine \(machine.number): a person's word comes too late")
        }
        simulation.note([61, machine.number], "machine \(machine.number): a person consents to \(held)")
        let unseen = try consented().subtracting(before).subtracting(seen.held)
        guard unseen.isEmpty else {
            throw Broken("machine \(machine.number): a word is taken for what nobody was shown: \(unseen)")
        }
        machine.word.say(seen.held, simulation.now)
        take(.planAnew)
    }

    private func lookAtHeld() throws {
        guard !loop.state.held.isEmpty, let plan = try? loop.work.preview(limit: 1), !isDead else { return }
        let held = loop.work.shownDeletions
        guard !held.isEmpty else { return }
        let missing = try mirror.read { try Self.missing($0) }
        guard held.subtracting(missing).isEmpty, held.here.count == plan.heldHere.count,
            held.there.count == plan.heldThere.count
        else { throw Broken("machine \(machine.number): shown as held: \(held), missing: \(missing)") }
        machine.word.seen = (life, held)
        simulation.add(.consent(machine: machine.number, life: life), after: Self.thought)
    }

    private func consented() throws -> DeletionSet { try mirror.read { try SyncTransaction($0).consented() } }
}
