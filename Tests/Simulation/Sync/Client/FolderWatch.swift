import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import SeededRandom

/// Hears of changes in the folders that it watches; some are lost, some are heard twice.
final class FolderWatch {
    private unowned let client: SimulatedClient
    private var folders: [ObjectID: LocalID] = [:]
    /// When something was last heard of a name; looked at once all is quiet about it.
    private var heard: [LocalID: [[UInt8]: Milliseconds]] = [:]
    private var wake: Milliseconds?

    init(_ client: SimulatedClient) { self.client = client }

    private var disk: SimulatedDisk { client.machine.disk }
    private var simulation: Simulation { client.simulation }

    // MARK: What is watched

    func watchAll() throws {
        let numbers = try client.mirror.read { database in
            try Int64.fetchAll(database, sql: "SELECT number FROM sync_local WHERE kind = 0 AND is_parked = 0")
        }
        try watch(numbers.map { LocalID($0) })
    }

    func watch(_ locals: [LocalID]) throws {
        for local in locals {
            let path = try client.mirror.read { try SyncTransaction($0).existingPath(of: local) }
            if let path, let folder = disk.folder(at: path) { folders[folder] = local }
        }
    }

    func forget(_ locals: [LocalID]) {
        let gone = Set(locals)
        folders = folders.filter { !gone.contains($0.value) }
        for local in locals { heard[local] = nil }
    }

    // MARK: What is heard

    func hear(_ events: [DiskEvent]) throws {
        guard !events.isEmpty else { return }
        let plan = simulation.isTroubled ? simulation.plan.watcher : SimulationPlan.WatcherPlan()
        if plan.overflow > 0, simulation.random.chance(plan.overflow) {
            simulation.note(
                [40, client.machine.number], "machine \(client.machine.number): the watcher has lost its way")
            heard = [:]
            return client.take(.overflow)
        }
        for event in events {
            guard let local = folders[event.folder], !(local.number == 1 && event.name == OwnPart.name) else {
                continue
            }
            if plan.lost > 0, simulation.random.chance(plan.lost) {
                client.machine.hasMissed = true
                continue
            }
            heard[local, default: [:]][event.name] = client.now
        }
        try tell()
    }

    /// Tells of what has settled.
    func tell() throws {
        let quiet = client.now - client.loop.agenda.timing.settle
        var due: [FolderLook] = []
        for (local, names) in heard.sorted(by: { $0.key < $1.key }) {
            guard names.values.contains(where: { $0 <= quiet }) else { continue }
            heard[local] = names.filter { $0.value > quiet }
            if heard[local]?.isEmpty == true { heard[local] = nil }
            due.append(FolderLook(local, busy: Set(heard[local].map { Array($0.keys) } ?? [])))
        }
        if !due.isEmpty { client.take(.due(due)) }
        guard let next = heard.values.flatMap({ $0.values }).min() else { return }
        let time = next + client.loop.agenda.timing.settle
        guard wake == nil || wake! <= client.now || wake! > time else { return }
        wake = time
        simulation.add(
            .message { [weak self] in
                guard let self, !client.isDead else { return }
                try tell()
            }, after: max(1, time - client.now))
    }

    var unrest: String? { heard.isEmpty ? nil : "has heard of something" }
}
