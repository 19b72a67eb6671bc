import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import SeededRandom

/// What people and their programs do: related to what is there, so that changes meet.
struct SimulatedPeople {
    private var random: SeededGenerator
    private let world: SimulationPlan
    private var names: [[UInt8]] { world.names }
    /// What was written last.
    private var last: (machine: Int, path: TreePath)?
    private var written = 0
    /// What may still be done in this round in the midst of an agent's work, which makes more work: without an end of its
    /// own it would go on for as long as the round does.
    private var meanwhileLeft = 0
    private static let meanwhileAtMost = 30

    init(_ plan: SimulationPlan) {
        random = SeededGenerator(seed: plan.seed ^ 0x50_454F)
        world = plan
    }

    /// What is there before pannier comes.
    mutating func begin(_ simulation: Simulation) {
        for machine in simulation.machines where random.chance(50) {
            for _ in 0..<random.number(below: 8) { write(machine) }
        }
    }

    /// Some at a time: bursts, and pauses between them.
    mutating func plan(_ deeds: Int, within length: Milliseconds, _ simulation: Simulation) {
        meanwhileLeft = Self.meanwhileAtMost
        var left = deeds
        while left > 0 {
            let burst = min(left, 1 + random.number(below: 6))
            let begin = Milliseconds(random.number(below: Int(length)))
            var time = begin
            for _ in 0..<burst {
                simulation.add(.deed, after: time)
                time += Milliseconds([1, 5, 100, 3_000][random.number(below: 4)])
            }
            left -= burst
        }
        for _ in 0..<world.sweeps {
            let fill = Milliseconds(random.number(below: Int(length / 2)))
            simulation.add(.fill, after: fill)
            simulation.add(.sweep, after: fill + length / 4 + Milliseconds(random.number(below: Int(length / 4))))
        }
    }

    mutating func act(_ simulation: Simulation) throws {
        if world.again > 0, let last, random.chance(world.again) {
            return change(last.path, on: simulation.machines[last.machine])
        }
        act(on: simulation.machines[random.number(below: simulation.machines.count)])
    }

    /// - Parameter place: where the agent has looked last.
    mutating func actMeanwhile(on machine: SimulatedMachine, at place: TreePath) {
        guard meanwhileLeft > 0 else { return }
        meanwhileLeft -= 1
        if world.atHand > 0, random.chance(world.atHand) { change(place, on: machine) } else { act(on: machine) }
    }

    /// Does something just there.
    private mutating func change(_ place: TreePath, on machine: SimulatedMachine) {
        let found = seen(machine).first { $0.path == place }
        guard let found, !found.isFolder else {
            let name = names[random.number(below: names.count)]
            guard found != nil || place.isEmpty else { return act(on: machine) }
            return write(machine, at: place.isEmpty ? name : place + [UInt8(ascii: "/")] + name)
        }
        switch random.number(below: 6) {
        case 0...2: edit(found, machine)
        case 3: append(found, machine)
        case 4: move(found, machine)
        default: remove(found, machine)
        }
    }

    /// Somebody puts many files there.
    mutating func fill(_ simulation: Simulation) {
        let machine = simulation.machines[random.number(below: simulation.machines.count)]
        for number in 0..<12 { write(machine, at: Array("many \(number)".utf8)) }
    }

    /// Somebody removes nearly all there is.
    mutating func sweep(_ simulation: Simulation) {
        let machine = simulation.machines[random.number(below: simulation.machines.count)]
        for one in seen(machine) where !one.path.contains(UInt8(ascii: "/")) && random.chance(80) {
            remove(one, machine)
        }
    }

    mutating func act(on machine: SimulatedMachine) {
        let deed = random.number(below: 20)
        switch deed {
        case 0...3: write(machine)
        case 4...6: edit(machine)
        case 7, 8: makeFolder(machine)
        case 9...12: move(machine)
        case 13...15: remove(machine)
        case 16: swap(machine)
        case 17: copy(machine)
        case 18: touch(machine)
        default: append(machine)
        }
    }

    // MARK: Choosing

    private struct Seen {
        var path: TreePath
        var isFolder: Bool
        var bytes: [UInt8]
    }

    private func seen(_ machine: SimulatedMachine) -> [Seen] {
        var all: [Seen] = []
        machine.disk.walk { path, found in
            if !path.isOwn { all.append(Seen(path: path, isFolder: found.isFolder, bytes: found.bytes)) }
        }
        return all
    }

    /// A name in a folder that is there; most are short ways.
    private mutating func place(_ all: [Seen]) -> TreePath {
        let folders = [[]] + all.filter(\.isFolder).map(\.path)
        let folder = folders[random.number(below: folders.count)]
        let name = names[random.number(below: names.count)]
        return folder.isEmpty ? name : folder + [UInt8(ascii: "/")] + name
    }

    /// Unlike any other, and of several pieces now and then.
    mutating func newBytes() -> [UInt8] {
        written += 1
        let text = Array("\(written)".utf8)
        return random.chance(30) ? text + Array(repeating: UInt8(ascii: "."), count: 5 + written % 23) + text : text
    }

    // MARK: Deeds

    private mutating func write(_ machine: SimulatedMachine) {
        write(machine, at: place(seen(machine)))
    }

    private mutating func write(_ machine: SimulatedMachine, at place: TreePath) {
        let all = seen(machine)
        if let old = all.first(where: { $0.path == place }) {
            guard !old.isFolder else { return }
            machine.simulation.ledger.touch(old.bytes, machine.number, .other)
        }
        let bytes = newBytes()
        last = (machine.number, place)
        perform(machine, "writes \(place.text) = \(bytes.text)") { person throws(LocalError) in
            try person.write(bytes, place)
        }
    }

    private mutating func file(_ machine: SimulatedMachine) -> Seen? {
        seen(machine).filter { !$0.isFolder }.randomElement(using: &random)
    }

    private mutating func edit(_ machine: SimulatedMachine) {
        guard let file = file(machine) else { return write(machine) }
        edit(file, machine)
    }

    private mutating func edit(_ file: Seen, _ machine: SimulatedMachine) {
        let bytes = newBytes()
        let pattern = SavePattern.allCases[random.number(below: SavePattern.allCases.count)]
        // Programs that save write over what they left beside it before.
        for seen in seen(machine) where [file.path, file.path + Array("~".utf8)].contains(seen.path) {
            machine.simulation.ledger.touch(seen.bytes, machine.number, .other)
        }
        last = (machine.number, file.path)
        perform(machine, "saves \(file.path.text) = \(bytes.text), \(pattern)") { person throws(LocalError) in
            try person.save(bytes, file.path, pattern)
        }
    }

    private mutating func append(_ machine: SimulatedMachine) {
        if let file = file(machine) { append(file, machine) }
    }

    private mutating func append(_ file: Seen, _ machine: SimulatedMachine) {
        let bytes = newBytes()
        machine.simulation.ledger.touch(file.bytes, machine.number, .other)
        perform(machine, "appends to \(file.path.text) \(bytes.text)") { person throws(LocalError) in
            try person.append(bytes, file.path)
        }
    }

    private mutating func makeFolder(_ machine: SimulatedMachine) {
        let place = place(seen(machine))
        perform(machine, "makes the folder \(place.text)") { person throws(LocalError) in try person.makeFolder(place) }
    }

    private mutating func move(_ machine: SimulatedMachine) {
        if let one = seen(machine).randomElement(using: &random) { move(one, machine) }
    }

    private mutating func move(_ one: Seen, _ machine: SimulatedMachine) {
        let all = seen(machine)
        let place = place(all)
        // Over another file it is that one's newest version: the file that it was goes, with its older ones.
        let isOver = all.contains { $0.path == place }
        for seen in all where seen.path.isInside(one.path) || seen.path.isInside(place) {
            machine.simulation.ledger.touch(
                seen.bytes, machine.number, seen.path.isInside(one.path) && !isOver ? .moved : .other)
        }
        perform(machine, "moves \(one.path.text) to \(place.text)") { person throws(LocalError) in
            try person.rename(one.path, place)
        }
    }

    private mutating func remove(_ machine: SimulatedMachine) {
        if let one = seen(machine).randomElement(using: &random) { remove(one, machine) }
    }

    private mutating func remove(_ one: Seen, _ machine: SimulatedMachine) {
        for seen in seen(machine) where seen.path.isInside(one.path) {
            machine.simulation.ledger.delete(seen.bytes, machine.number, isKnown: machine.agrees(on: seen.bytes))
        }
        perform(machine, "removes \(one.path.text)") { person throws(LocalError) in try person.removeAll(one.path) }
    }

    private mutating func swap(_ machine: SimulatedMachine) {
        let all = seen(machine)
        guard let one = all.randomElement(using: &random), let other = all.randomElement(using: &random),
            !one.path.isInside(other.path), !other.path.isInside(one.path)
        else { return }
        for seen in all where seen.path.isInside(one.path) || seen.path.isInside(other.path) {
            machine.simulation.ledger.touch(seen.bytes, machine.number, .moved)
        }
        let aside = Array("aside".utf8)
        perform(machine, "swaps \(one.path.text) and \(other.path.text)") { person throws(LocalError) in
            try person.rename(one.path, aside)
            try person.rename(other.path, one.path)
            try person.rename(aside, other.path)
        }
    }

    private mutating func copy(_ machine: SimulatedMachine) {
        let all = seen(machine)
        guard let file = all.filter({ !$0.isFolder }).randomElement(using: &random) else { return }
        let place = place(all)
        machine.simulation.ledger.touch(file.bytes, machine.number, .other)
        if let old = all.first(where: { $0.path == place }) {
            machine.simulation.ledger.touch(old.bytes, machine.number, .other)
        }
        perform(machine, "copies \(file.path.text) to \(place.text)") { person throws(LocalError) in
            try person.write(file.bytes, place)
        }
    }

    private mutating func touch(_ machine: SimulatedMachine) {
        guard let file = file(machine) else { return }
        let isExecutable = random.chance(50)
        if isExecutable { machine.simulation.ledger.touch(file.bytes, machine.number, .other) }
        perform(machine, "touches \(file.path.text)") { person throws(LocalError) in
            if isExecutable { try person.setExecutable(true, file.path) } else { try person.touch(file.path) }
        }
    }

    private mutating func perform(
        _ machine: SimulatedMachine, _ words: @autoclosure () -> String,
        _ body: (SimulatedPerson) throws(LocalError) -> Void
    ) {
        machine.simulation.note([60, machine.number], "machine \(machine.number): a person \(words())")
        do throws(LocalError) {
            try body(machine.person)
        } catch {
            // What the kernel does not allow, people cannot do.
        }
        if random.chance(20) { machine.disk.syncAll() }
    }
}

extension TreePath {
    /// Pannier's own.
    var isOwn: Bool { starts(with: OwnPart.name) && (count == OwnPart.name.count || self[OwnPart.name.count] == 0x2F) }

    /// It is the other, or somewhere in it.
    func isInside(_ other: TreePath) -> Bool {
        starts(with: other) && (count == other.count || self[other.count] == 0x2F)
    }
}
