import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom

/// A device: its disk and its mirror stay, its agent comes and goes.
final class SimulatedMachine {
    let number: Int
    unowned let simulation: Simulation
    let disk: SimulatedDisk
    let mirror: SimulatedMirror
    private(set) var client: SimulatedClient?
    /// Agents that there have been.
    private(set) var lives = 0
    private var random: SeededGenerator
    private var deathAfter: Int?
    /// Deaths between pieces of work that may still be in this round.
    private var deathsLeft = 0
    private static let deathsAtMost = 5
    /// Its watcher was not told of something.
    var hasMissed = false
    var word = SimulatedWord()
    /// An agent was killed in the midst of its work.
    private(set) var hasDied = false
    var person: SimulatedPerson { SimulatedPerson(disk) }

    init(_ number: Int, _ simulation: Simulation, _ mirror: SimulatedMirror) throws {
        self.number = number
        self.simulation = simulation
        self.mirror = mirror
        random = SeededGenerator(seed: simulation.plan.seed ^ UInt64(0xD15C + number))
        disk = SimulatedDisk(
            SimulatedClock(following: simulation.clock, by: simulation.plan.clockErrors[number] * 1_000_000))
        let account = simulation.service.account
        mirror.isOpen = true
        try mirror.database.write { try FeedState.adopt(server: "server", account: account, in: $0) }
        disk.watchChanges = { [unowned self] change in took(change) }
        disk.watchWrites = { [unowned self] bytes in self.simulation.ledger.write(bytes) }
        simulation.add(.writeBack(machine: number), after: 5_000)
    }

    private func took(_ change: DiskChange) {
        for part in change.parts { simulation.trace.note(part.path) }
        simulation.diskChanges += 1
        simulation.note(
            [20, number, change.isByPannier ? 1 : 0],
            "machine \(number): \(change.isByPannier ? "pannier" : "a person"), \(change.words)")
        do { try simulation.ledger.take(change, number) } catch { simulation.broken = error as? Broken }
    }

    func setFaults(_ plan: SimulationPlan.DiskPlan, seed: UInt64) {
        disk.faults = DiskFaults()
        (deathAfter, deathsLeft) = (nil, Self.deathsAtMost)
        disk.faults.random = SeededGenerator(seed: seed)
        (disk.faults.noSpace, disk.faults.noSync) = (plan.noSpace, plan.noSync)
        (disk.faults.noList, disk.faults.halfList) = (plan.noList, plan.halfList)
        disk.faults.noListsMore = plan.noListsMore
    }

    // MARK: The agent's life

    func start() throws {
        guard client == nil, disk.root != nil else { return }
        lives += 1
        simulation.note([21, number, lives], "machine \(number): the agent starts")
        mirror.isOpen = true
        try forgetBaseAtStart()
        try chooseAgain()
        client = try SimulatedClient(self, life: lives)
        try client?.begin()
    }

    /// A disk that has failed to make names durable may have lost the marker with its power; what is told then is to choose
    /// the folder again. Without a base both sides are united, so what was deleted elsewhere may be back.
    private func chooseAgain() throws {
        guard simulation.plan.disk.noSync > 0, simulation.ledger.cutMachines.contains(number),
            try mirror.database.read({ try SyncFolder.read($0) }) != nil,
            try SimulatedTree(disk).status(OwnPart.marker) == nil
        else { return }
        simulation.note([24, number], "machine \(number): a person chooses the folder again")
        try mirror.database.write { database in
            try SyncFolder.forget(database)
            try SimulatedTransfers.forget(database)
        }
        simulation.ledger.isRestored = true
        word = SimulatedWord()
    }

    func turn(_ life: Int) throws { if let client, client.life == life { try client.turn() } }

    func consent(_ life: Int) throws { if let client, client.life == life { try client.consent() } }

    func poll(_ life: Int) throws { if let client, client.life == life { try client.poll() } }

    /// In the midst of something, soon.
    func planDeath() { deathAfter = random.number(below: 60) }

    /// A piece of the agent's work is done.
    func pieceIsDone() {
        let percent = simulation.isTroubled ? simulation.plan.deathsBetween : 0
        guard percent > 0, deathsLeft > 0, random.chance(percent) else { return }
        deathsLeft -= 1
        die()
    }

    /// Called before each look of the agent's at its disk, and each change.
    /// - Parameter place: what it has looked at last.
    func meanwhile(at place: TreePath) throws(Death) {
        if let left = deathAfter {
            deathAfter = left - 1
            if left == 0 {
                deathAfter = nil
                die()
                throw Death()
            }
        }
        guard simulation.isTroubled, simulation.plan.meanwhile > 0, random.chance(simulation.plan.meanwhile) else {
            return
        }
        simulation.people.actMeanwhile(on: self, at: place)
    }

    struct Death: Error {}

    /// Nothing of what the agent is about to do is done any more.
    private func die() {
        simulation.note([22, number], "machine \(number): the agent is killed")
        client?.isDead = true
        hasDied = true
        mirror.isOpen = false
    }

    /// After each step of the simulation.
    func settle() {
        if let client, client.isDead { bury() }
        let events = disk.takeEvents()
        client?.hear(events)
    }

    private func bury() {
        client = nil
        if simulation.plan.powerCuts, random.chance(50) {
            simulation.note([23, number], "machine \(number): the power is cut")
            simulation.ledger.cutPower(self, &random)
        }
        simulation.add(
            .start(machine: number), after: 100 + Milliseconds(random.number(below: Int(simulation.plan.away))))
    }

    /// The kernel does so every few seconds.
    func writeBack() {
        disk.syncAll()
        // Long ago written, nothing is lost any more.
        simulation.add(.writeBack(machine: number), after: simulation.isTroubled ? 5_000 : 600_000)
    }

    /// Up to which the feed has told.
    func place() throws -> ServicePlace? {
        try mirror.database.read { try FeedState.read($0).map { ServicePlace(epoch: $0.epoch, revision: $0.revision) } }
    }

    /// Whether it knows a file that holds these as one that is the same on both sides.
    func agrees(on bytes: [UInt8]) -> Bool {
        let known = try? mirror.database.unsafeReentrantRead { database in
            // In the midst of a transaction nothing is known yet.
            try !database.isInsideTransaction
                && Bool.fetchOne(
                    database.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM sync_agreed WHERE sha256 = ?)"),
                    arguments: [SHA256Digest.of(bytes).bytes.blob]) == true
        }
        return known == true
    }

    var isAtRest: Bool { client.map { $0.unrest == nil } ?? false }

    /// Why it is not at rest; empty when it is.
    var unrest: String {
        guard let client else { return "machine \(number) has no agent" }
        return client.unrest.map { "machine \(number) \(client.words($0))" } ?? ""
    }
}

extension DiskChange {
    var words: String {
        let places = parts.map { part in
            "\(String(decoding: part.path, as: UTF8.self))\(part.new == nil ? part.old == nil ? "" : " gone" : " = \(String(decoding: part.new!.bytes, as: UTF8.self))")"
        }
        return "\(places.joined(separator: ", "))"
    }
}
