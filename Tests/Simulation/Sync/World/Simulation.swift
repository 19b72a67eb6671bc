import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom

/// What is to happen at a time.
enum SimulationEvent {
    /// A machine's agent has something to do, if it still is the one that said so.
    case turn(machine: Int, life: Int)
    case poll(machine: Int, life: Int)
    case push(machine: Int)
    case start(machine: Int)
    case message(() throws -> Void)
    case deed
    /// Somebody puts many files there.
    case fill
    /// Somebody removes nearly all there is.
    case sweep
    /// The kernel writes back what is dirty.
    case writeBack(machine: Int)
    case kill
    case outage(machine: Int, begins: Bool)
    case backup
    /// A person says yes to what waits for their word.
    case consent(machine: Int, life: Int)
}

/// One run of a world. One thread; made anew for each seed.
package final class Simulation {
    let plan: SimulationPlan
    let clock = SimulatedClock(SimulationPlan.start)
    let service: SimulatedService
    private(set) var machines: [SimulatedMachine] = []
    private(set) var network: SimulatedNetwork!
    var people: SimulatedPeople
    var ledger = Ledger()
    package var trace: Trace
    var random: SeededGenerator
    /// Changes of names on all disks.
    var diskChanges = 0
    private(set) var queue = EventQueue<SimulationEvent>()
    /// Things go wrong, and people do things.
    private(set) var isTroubled = false
    /// Somebody must look at the end: an agent threw what nobody expected.
    var broken: Broken?
    /// What stood on the server when all was at rest.
    var lastRest: [[UInt8]: [UInt8]?]?
    /// Not before then is all at rest: a regular look has to find what the watchers have missed.
    private var restNotBefore: Nanoseconds = 0

    /// - Parameter isRead: the trace is kept in words.
    package init(_ plan: SimulationPlan, _ databases: SimulationDatabases, isRead: Bool = false) throws {
        self.plan = plan
        random = SeededGenerator(seed: plan.seed ^ 0xA5A5)
        people = SimulatedPeople(plan)
        trace = Trace(isRead: isRead)
        try databases.clear(for: plan.mistake)
        service = try SimulatedService(
            databases.server(0), backup: { try databases.server(1) }, devices: plan.machines,
            now: SimulationPlan.start / 1_000_000, mistake: plan.mistake)
        network = SimulatedNetwork(self)
        for number in 0..<plan.machines {
            machines.append(try SimulatedMachine(number, self, try databases.mirror(number)))
        }
    }

    var now: Nanoseconds { clock.now }
    /// Reading and planning all of the trees beside the changed part takes a sixth of the time: it is done in one world of
    /// four. Nothing that happens depends on it.
    var comparesPlans: Bool { plan.seed % 4 == 0 }

    func add(_ event: SimulationEvent, after delay: Milliseconds) {
        queue.add(event, at: now + delay * 1_000_000)
    }

    func note(_ facts: [Int], _ words: @autoclosure () -> String) { trace.note(now, facts, words()) }

    // MARK: A run

    /// Steps until all is at rest.
    private static let stepsAtMost = 5_000

    /// - Throws: ``Broken``.
    package func run() throws {
        for machine in machines { add(.start(machine: machine.number), after: 0) }
        people.begin(self)
        for _ in 0..<plan.rounds {
            try disturb()
            try calm()
            try check()
        }
        try checkQuiet()
    }

    private func disturb() throws {
        isTroubled = true
        for machine in machines { machine.setFaults(plan.disk, seed: random.next()) }
        let last = now + Nanoseconds(5_000 + random.number(below: 180_000)) * 1_000_000
        addTroubles(until: last)
        while let time = queue.nextTime, time <= last { try step() }
    }

    private func addTroubles(until last: Nanoseconds) {
        let length = Milliseconds((last - now) / 1_000_000)
        func sometime() -> Milliseconds { Milliseconds(random.number(below: Int(length))) }
        people.plan(plan.deeds, within: length, self)
        for _ in 0..<(plan.kills > 0 ? 1 + random.number(below: plan.kills) : 0) { add(.kill, after: sometime()) }
        if plan.network.outages {
            for machine in machines where random.chance(60) {
                let begin = sometime()
                add(.outage(machine: machine.number, begins: true), after: begin)
                add(.outage(machine: machine.number, begins: false), after: begin + sometime() / 2)
            }
        }
        if plan.backups { for _ in 0..<2 { add(.backup, after: sometime()) } }
    }

    /// Nobody does anything, and nothing goes wrong any more.
    private func calm() throws {
        isTroubled = false
        network.isOffline = []
        for machine in machines {
            machine.setFaults(SimulationPlan.DiskPlan(), seed: 0)
            ledger.hold(machine)
            if machine.client == nil { add(.start(machine: machine.number), after: 0) }
        }
        let isMissed = machines.contains(where: \.hasMissed)
        restNotBefore = now + (isMissed ? 31 * 60_000_000_000 : 0)
        for machine in machines { machine.hasMissed = false }
        var steps = 0
        note([1], "calm")
        let last = now + 4 * 3_600_000_000_000
        while let time = queue.nextTime {
            guard time <= last else {
                throw Broken("no rest after four hours: \(machines.map(\.unrest).joined(separator: "; "))")
            }
            try step()
            steps += 1
            guard steps < Self.stepsAtMost else {
                throw Broken("no rest after so many steps: \(machines.map(\.unrest).joined(separator: "; "))")
            }
            if try isAtRest { return }
        }
        throw Broken("nothing is to happen any more, but there is no rest")
    }

    private var isAtRest: Bool {
        get throws {
            guard now >= restNotBefore, !network.isBusy, machines.allSatisfy(\.isAtRest) else {
                return false
            }
            let place = try service.place()
            return try machines.allSatisfy { try $0.place() == place }
        }
    }

    // MARK: A step

    func step() throws {
        guard let (time, event) = queue.next() else { return }
        clock.advance(to: time)
        try perform(event)
        for machine in machines { machine.settle() }
        if service.hasRung {
            service.hasRung = false
            for machine in machines where random.chance(isTroubled ? plan.network.pushed : 100) {
                add(.push(machine: machine.number), after: 30)
            }
        }
        if let broken { throw broken }
    }

    private func perform(_ event: SimulationEvent) throws {
        switch event {
        case .turn(let number, let life): try machines[number].turn(life)
        case .poll(let number, let life): try machines[number].poll(life)
        case .push(let number): try machines[number].client?.feed.pull()
        case .start(let number): try machines[number].start()
        case .message(let deliver): try deliver()
        case .deed: if isTroubled { try people.act(self) }
        case .fill: if isTroubled { people.fill(self) }
        case .sweep: if isTroubled { people.sweep(self) }
        case .writeBack(let number): machines[number].writeBack()
        case .kill: if isTroubled { machines[random.number(below: machines.count)].planDeath() }
        case .outage(let number, let begins): network.set(number, isOffline: begins && isTroubled)
        case .backup: if isTroubled { try backUpOrRestore() }
        case .consent(let number, let life): try machines[number].consent(life)
        }
    }

    private func backUpOrRestore() throws {
        if service.hasBackup {
            note([2], "the server is restored from its backup")
            let heads = Set(try ServerTree(service).living.values.compactMap(\.self))
            try service.restoreBackup()
            ledger.restore(machines, heads: heads)
        } else {
            note([3], "the server is backed up")
            try service.backUp()
        }
    }
}

/// Something that must hold does not.
package struct Broken: Error, CustomStringConvertible {
    package var description: String
    package init(_ words: String) { description = words }
}
