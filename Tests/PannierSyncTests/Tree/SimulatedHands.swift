import DiskSimulation
import PannierCore
import PannierSync
import PannierTransfer

/// A folder of a simulated disk.
final class SimulatedHands: TreeHands {
    private let disk: SimulatedDisk
    private let simulated: SimulatedTree
    private var person: SimulatedPerson { SimulatedPerson(disk) }

    var tree: any FileTree { simulated }

    init() throws {
        disk = SimulatedDisk(SimulatedClock())
        simulated = try SimulatedTree(disk)
    }

    func makeFolder(_ path: String) throws { try person.makeFolder(Array(path.utf8)) }
    func write(_ bytes: [UInt8], _ path: TreePath) throws { try person.write(bytes, path) }
    func append(_ bytes: [UInt8], _ path: String) throws { try person.append(bytes, Array(path.utf8)) }
    func rename(_ path: String, _ target: String) throws { try person.rename(Array(path.utf8), Array(target.utf8)) }
    func remove(_ path: String) throws { try person.remove(Array(path.utf8)) }
    func link(_ path: String, _ name: String) throws { try person.link(Array(path.utf8), Array(name.utf8)) }
    func symlink(_ destination: String, _ path: String) throws {
        try person.symlink(Array(destination.utf8), Array(path.utf8))
    }
    func pipe(_ path: String) throws { try person.pipe(Array(path.utf8)) }
    func setExecutable(_ isExecutable: Bool, _ path: String) throws {
        try person.setExecutable(isExecutable, Array(path.utf8))
    }
    func setModified(_ modified: Nanoseconds, _ path: String) throws {
        try person.setModified(modified, Array(path.utf8))
    }
    func bytes(_ path: String) -> [UInt8]? { person.bytes(Array(path.utf8)) }
    func tick() { disk.clock.advance(20_000_000) }

    func failNextSync() { disk.faults.nextSyncFails = true }
    func failListing(after entries: Int) { disk.faults.nextListEnds = entries }

    func whileWriting<Result>(to path: String, _ body: () throws -> Result) throws -> Result {
        simulated.meanwhile = { [person] () throws(LocalError) in try person.append(Array("x".utf8), Array(path.utf8)) }
        defer { simulated.meanwhile = {} }
        return try body()
    }

    func replaceRoot() throws {
        try removeRoot()
        person.makeOtherRoot()
    }

    func removeRoot() throws { try person.moveRootAway() }
}
