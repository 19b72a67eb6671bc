import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import PannierSync

// What becomes of what people have written, beyond that it is somewhere.
extension Simulation {
    /// What was written and nobody has changed or deleted since, and what stood on a disk when nobody did anything any more,
    /// lives: as a file's content or as a version of one. But who deletes a file deletes its versions, seen or not.
    func checkStanding(_ server: ServerTree) throws {
        var nodes: [[UInt8]: Set<NodeID>] = [:]
        var versions: [NodeID: [[UInt8]]] = [:]
        for version in server.versions.values {
            nodes[version.bytes, default: []].insert(version.node)
            versions[version.node, default: []].append(version.bytes)
        }
        // What was written after a backup may be gone with it, but for what stands on a disk.
        let restored = plan.isStrict ? ledger.heldAtRestore : []
        let written = ledger.held.union(ledger.isRestored ? restored : ledger.new)
        // Where a disk has failed to make names durable, and its power went, pannier takes for deleted what it has put there.
        guard plan.disk.noSync == 0 || ledger.cutMachines.isEmpty else { return }
        for bytes in written.sorted(by: { $0.lexicographicallyPrecedes($1) })
        where isKept(bytes) && !ledger.isExcused(bytes) && !bytes.isEmpty {
            let nodes = nodes[bytes] ?? []
            let isAlive = nodes.contains { server.heads[$0] != nil }
            let isMeant = nodes.contains { versions[$0, default: []].contains { !isKept($0) } }
            guard try isAlive || isMeant || isToldAsKept(bytes) else {
                throw Broken("\(bytes.quoted) was deleted by nobody, and is gone")
            }
        }
    }

    /// Who has replaced a version without having seen it is told, and so is everybody else. After a power cut an older
    /// content may replace the one that it came from. Nor does anybody have to be told of what lives as another file: what
    /// is sent is what stands there by then, and a program that saves may have put another file there. The same goes for what
    /// is told of as a version of another file.
    func checkConflicts(_ server: ServerTree) throws {
        guard !ledger.isRestored, ledger.cutMachines.isEmpty else { return }
        let living = Set(server.heads.values.compactMap { server.versions[$0]?.bytes })
        let told = Set(server.versions.values.filter(\.isConflict).map(\.bytes))
        for (id, version) in server.versions.sorted(by: { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }) {
            guard let head = server.heads[version.node], head != id, server.versions[head]?.bytes != version.bytes,
                ledger.new.contains(version.bytes), ledger.held.contains(version.bytes),
                ledger.deeds[version.bytes] == nil, !told.contains(version.bytes), !living.contains(version.bytes)
            else { continue }
            throw Broken("\(version.bytes.quoted) was replaced by somebody who had not seen it, and nobody is told")
        }
    }

    /// What is kept on one disk alone was not sent: only a process that ended just then may have left that.
    func checkQuarantine(_ server: ServerTree) throws {
        guard !ledger.isRestored else { return }
        let contents = server.contents
        for machine in machines where !machine.hasDied {
            var lost: [UInt8]?
            machine.disk.walk { path, found in
                guard path.starts(with: OwnPart.quarantine), found.isFile, !contents.contains(found.bytes),
                    !ledger.meant.contains(found.bytes)
                else { return }
                lost = lost ?? found.bytes
            }
            if let lost, try !isToldAsKept(lost) {
                throw Broken("machine \(machine.number): \(lost.quoted) is in quarantine, and was never sent")
            }
        }
    }

    /// Somebody wrote it in the very instant in which pannier put something else in its place: it is in quarantine, and people
    /// are told so.
    private func isToldAsKept(_ bytes: [UInt8]) throws -> Bool {
        for machine in machines {
            let told = try machine.mirror.database.read { database in
                try String.fetchAll(database, sql: "SELECT key FROM sync_problems WHERE key GLOB 'note *'")
            }
            var isTold = false
            machine.disk.walk { path, found in
                guard path.starts(with: OwnPart.quarantine), found.isFile, found.bytes == bytes else { return }
                isTold = isTold || told.contains { $0.hasSuffix(" " + String(decoding: path, as: UTF8.self)) }
            }
            if isTold { return true }
        }
        return false
    }

    /// Nobody has done anything with it; strictly, no more than to move it.
    private func isKept(_ bytes: [UInt8]) -> Bool {
        plan.isStrict ? ledger.isKept(bytes) : ledger.deeds[bytes] == nil
    }

    /// What was put out of the way has its place again.
    func checkParked(_ server: ServerTree) throws {
        guard plan.isStrict, !ledger.isRestored else { return }
        if let path = server.parked.first {
            throw Broken("\(path.text) is still out of the way on the server")
        }
        for machine in machines {
            var parked: TreePath?
            machine.disk.walk { path, _ in
                if path.starts(with: OwnPart.parked), path != OwnPart.parked { parked = path }
            }
            if let parked { throw Broken("machine \(machine.number): \(parked.text) is still out of the way") }
        }
    }

    // MARK: Quiet

    /// Past the next regular look at everything.
    private static let quiet: Nanoseconds = 32 * 60_000_000_000

    /// Nobody does anything, and nothing happens.
    func checkQuiet() throws {
        let before = (diskChanges, network.requests, try service.head())
        let last = now + Self.quiet
        while let time = queue.nextTime, time <= last { try step() }
        let after = (diskChanges, network.requests, try service.head())
        note([52, network.requests], "was quiet")
        guard before.0 == after.0, before.2 == after.2, plan.isBlocked || before.1 == after.1 else {
            throw Broken("nobody did anything, but something happened: \(before) became \(after)")
        }
    }
}

extension [UInt8] {
    fileprivate var quoted: String { "“\(String(decoding: self, as: UTF8.self))”" }
}
