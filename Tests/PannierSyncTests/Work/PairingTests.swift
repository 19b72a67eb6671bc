import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import SeededRandom
import Testing

@Suite struct PairingTests {
    private let disk = SimulatedDisk(SimulatedClock())
    private let marker = [UInt8](repeating: 7, count: 16)

    private func prepare() throws {
        try Pairing(SimulatedTree(disk), at: LocalPath("/folder")).prepare(marker: marker, disk: "/folder")
    }

    @Test(arguments: 0..<16) func staysAfterAPowerCut(seed: Int) throws {
        try prepare()
        var random = SeededGenerator(seed: UInt64(seed))
        disk.cutPower(&random)
        #expect(try SimulatedTree(disk).read(OwnPart.marker) == marker)
    }

    /// The kernel forgets what it could not write, and says later that all is well.
    @Test(arguments: 0..<16) func staysAfterAPowerCutWhenItCouldNotBeMadeDurableAtFirst(seed: Int) throws {
        disk.faults.nextSyncFails = true
        #expect(throws: Problem.self) { try prepare() }
        try prepare()
        var random = SeededGenerator(seed: UInt64(seed))
        disk.cutPower(&random)
        #expect(try SimulatedTree(disk).read(OwnPart.marker) == marker)
    }

    @Test func leavesWhatIsInItsOwnPart() throws {
        let person = SimulatedPerson(disk)
        try person.makeFolder(OwnPart.name)
        try person.makeFolder(OwnPart.quarantine)
        let kept = OwnPart.quarantine(LocalID(1), [0x61], 1)
        try person.write([1], kept)
        try prepare()
        #expect(person.bytes(kept) == [1])
    }

    /// What was out of the way of another one is not left where nobody looks.
    @Test func givesBackWhatWasOutOfTheWay() throws {
        try prepare()
        let person = SimulatedPerson(disk)
        try person.write([1], OwnPart.parked(LocalID(5), Array("a.txt".utf8)))
        try person.makeFolder(OwnPart.parked(LocalID(6), Array("d.d".utf8)))
        try Pairing(SimulatedTree(disk), at: LocalPath("/folder")).release()
        #expect(person.bytes(Array("a (put back).txt".utf8)) == [1])
        #expect(try SimulatedTree(disk).status(Array("d.d (put back)".utf8))?.kind == .folder)
    }
}
