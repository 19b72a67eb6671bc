import DiskSimulation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync

// What must hold whenever all is at rest.
extension Simulation {
    func check() throws {
        note([50], "compared")
        let server = try ServerTree(service)
        try server.check(service)
        try server.checkEdits(service)
        try service.promises.check(server)
        for machine in machines { try checkMirror(of: machine, server) }
        try checkContents(server)
        if !plan.isBlocked {
            for machine in machines { try compare(machine, server) }
            try checkDeeds(server)
            try checkStanding(server)
            try checkConflicts(server)
            try checkQuarantine(server)
            try checkParked(server)
        }
        for (path, found) in server.living.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            trace.note(path)
            trace.note(found ?? [])
        }
        note([51], "at rest: \(server.living.keys.map(\.text).sorted())")
        lastRest = server.living
        ledger.rest()
    }

    // MARK: The same everywhere

    private func compare(_ machine: SimulatedMachine, _ server: ServerTree) throws {
        var here: [TreePath: [UInt8]?] = [:]
        machine.disk.walk { path, found in if !path.isOwn { here[path] = .some(found.isFolder ? nil : found.bytes) } }
        for path in Set(here.keys).union(server.living.keys).sorted(by: { $0.lexicographicallyPrecedes($1) })
        where here[path] != server.living[path] {
            throw Broken(
                "machine \(machine.number), \(path.text): here \(Self.words(here[path])), "
                    + "on the server \(Self.words(server.living[path]))")
        }
        let agreed = try machine.mirror.database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sync_agreed") }
        guard agreed == server.living.count else {
            throw Broken("machine \(machine.number) agrees on \(agreed ?? 0) of \(server.living.count)")
        }
    }

    private static func words(_ found: [UInt8]??) -> String {
        switch found {
        case nil: "nothing"
        case .some(nil): "a folder"
        case .some(let bytes?): "“\(String(decoding: bytes, as: UTF8.self))”"
        }
    }

    private func checkMirror(of machine: SimulatedMachine, _ server: ServerTree) throws {
        let rows = try machine.mirror.database.read { database in
            try GRDB.Row.fetchAll(
                database, sql: "SELECT id, parent, name, revision, trashed_at, sha256 FROM nodes ORDER BY id")
        }
        var mirror: [NodeID: ServerTree.Node] = [:]
        for row in rows {
            mirror[try row.identifier(0)] = ServerTree.Node(
                parent: try row.optionalIdentifier(1), name: try row.bytes(2), revision: row[3],
                isTrashed: (row[4] as Int64?) != nil, digest: try? row.bytes(5))
        }
        guard mirror == server.nodes else {
            let other = Set(mirror.keys).union(server.nodes.keys).filter { mirror[$0] != server.nodes[$0] }
            throw Broken("machine \(machine.number): its mirror is not what the server has, in \(other.count) nodes")
        }
    }

    // MARK: Nothing lost, nothing back

    private func checkContents(_ server: ServerTree) throws {
        var found = server.contents
        for machine in machines { machine.disk.walk { _, file in if file.isFile { found.insert(file.bytes) } } }
        let missing = ledger.missing(from: found)
        guard missing.isEmpty else {
            throw Broken("nowhere any more: \(missing.map { "“\(String(decoding: $0, as: UTF8.self))”" })")
        }
    }

    private func checkDeeds(_ server: ServerTree) throws {
        guard plan.isStrict || lastRest != nil else { return }
        let before = lastRest ?? [:]
        let now = Set(server.living.values.compactMap(\.self))
        var count: [[UInt8]: Int] = [:]
        for case let bytes? in before.values { count[bytes, default: 0] += 1 }
        for case (let path, let bytes?) in before where count[bytes] == 1 && !bytes.isEmpty {
            if ledger.isDeleted(bytes), now.contains(bytes) {
                throw Broken("\(path.text) was deleted, and is back")
            }
            if ledger.isUntouched(bytes), server.living[path] != .some(bytes) {
                throw Broken("\(path.text) was touched by nobody, and is gone or another")
            }
        }
        // Where a disk has failed to make names durable, pannier does not know what it has put there itself.
        guard plan.isStrict, plan.disk.noSync == 0 else { return }
        for bytes in ledger.deletedKnown where !bytes.isEmpty && count[bytes, default: 1] == 1 {
            if ledger.isDeleted(bytes), now.contains(bytes) {
                throw Broken("“\(String(decoding: bytes, as: UTF8.self))” was deleted, and is back")
            }
        }
    }
}
