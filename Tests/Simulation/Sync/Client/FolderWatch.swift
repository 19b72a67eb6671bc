import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom

/// Hears of changes in the folders that it watches, as from the kernel; some are lost, some are heard twice.
///
/// Used by one thread, hence the unchecked sendability.
final class FolderWatch: @unchecked Sendable {
    private unowned let machine: SimulatedMachine
    /// A watch stays where its folder is moved.
    private var folders: [ObjectID: LocalID] = [:]
    /// For a process that watches too late.
    private var late: [ObjectID: LocalID] = [:]

    init(_ machine: SimulatedMachine) { self.machine = machine }

    private var simulation: Simulation { machine.simulation }

    var way: SyncWatch {
        SyncWatch(
            begin: { [self] local, path in
                guard let folder = machine.disk.folder(at: path) else { return }
                if machine.simulation.makes(.watchesAfterLooking) {
                    late[folder] = local
                } else {
                    folders[folder] = local
                }
            },
            forget: { [self] local in folders = folders.filter { $0.value != local } })
    }

    /// What is heard of what has happened.
    func heard(_ events: [DiskEvent]) -> [WatchEvent] {
        let plan = simulation.isTroubled ? simulation.plan.watcher : SimulationPlan.WatcherPlan()
        if happens(plan.overflow), !events.isEmpty {
            simulation.note([40, machine.number], "machine \(machine.number): the watcher has lost its way")
            return simulation.makes(.ignoresOverflow) ? [] : [.overflow]
        }
        defer {
            folders.merge(late) { $1 }
            late = [:]
        }
        return events.flatMap { event -> [WatchEvent] in
            let told = told(event)
            if !told.isEmpty, happens(plan.lost) {
                machine.hasMissed = true
                return []
            }
            return happens(plan.doubled) ? told + told : told
        }
    }

    private func happens(_ percent: Int) -> Bool { percent > 0 && simulation.random.chance(percent) }

    private func told(_ event: DiskEvent) -> [WatchEvent] {
        var told: [WatchEvent] = []
        if let local = folders[event.folder], event.name != OwnPart.name {
            if !event.isArrival || !simulation.makes(.forgetsArrivals) {
                told += event.changes.map { .name(event.name, $0, in: local) }
            }
        }
        if event.isMove || event.kind == .removed, let object = event.object, let local = folders[object] {
            told.append(.itself(local))
        }
        return told
    }
}

extension DiskEvent {
    fileprivate var isMove: Bool {
        switch kind {
        case .movedAway, .movedHere: true
        default: false
        }
    }

    fileprivate var isArrival: Bool { if case .movedHere = kind { true } else { false } }

    fileprivate var changes: [NameChange] {
        switch kind {
        case .created: [.made]
        case .removed: [.removed]
        case .movedAway(let number): [.movedAway(number)]
        case .movedHere(let number): [.movedHere(number)]
        case .written: [.written, .closed]
        case .attributes: [.touched]
        }
    }
}
