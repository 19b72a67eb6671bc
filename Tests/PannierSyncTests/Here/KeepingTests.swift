import DiskSimulation
import PannierCore
import PannierMirror
import PannierTransfer
import Testing

@testable import PannierSync

/// What is kept of a person's gets a name, whatever else has been kept.
@Suite struct KeepingTests {
    private let disk = SimulatedDisk(SimulatedClock())
    private let tree: SimulatedTree
    private let local = LocalID(5)
    private let name = Array("a.txt".utf8)
    private var person: SimulatedPerson { SimulatedPerson(disk) }

    init() throws {
        tree = try SimulatedTree(disk)
        for folder in OwnPart.folders { try tree.makeOwnFolder(folder) }
    }

    /// Of one name more than are counted.
    private func fill(_ folder: TreePath) throws {
        for number in 1...1_000 { try person.write([0], OwnPart.kept(in: folder, local, name, number)) }
    }

    @Test func ofOneNameAnyNumberIsKept() throws {
        try fill(OwnPart.quarantine)
        var places: Set<TreePath> = []
        for byte: UInt8 in 1...3 {
            try person.write([byte], name)
            let place = try tree.keep(name, in: OwnPart.quarantine, local, name)
            #expect(place.starts(with: OwnPart.quarantine) && person.bytes(place) == [byte])
            #expect(OwnPart.ownName(Array(place.dropFirst(OwnPart.quarantine.count + 1))) == name)
            places.insert(place)
        }
        #expect(places.count == 3 && person.bytes(name) == nil)
        #expect(person.bytes(OwnPart.kept(in: OwnPart.quarantine, local, name, 1)) == [0])
    }

    @Test func thereIsAlwaysAPlaceToKeepSomething() throws {
        try fill(OwnPart.evicted)
        let place = try tree.placeToKeep(in: OwnPart.evicted, local, name)
        #expect(try tree.status(place) == nil && place.starts(with: OwnPart.evicted))
    }

    @Test func ofOneNameAnyNumberIsPutBack() throws {
        let kept = OwnPart.parked(local, name)
        for number in 1...1_000 {
            let word = number == 1 ? "put back" : number < 10 ? "put back \(number)" : "put back \(number).5"
            try person.write([0], Array("a (\(word)).txt".utf8))
        }
        var targets: Set<TreePath> = []
        for byte: UInt8 in 1...3 {
            try person.write([byte], kept)
            let target = try tree.putBack(kept, isFile: true)
            #expect(person.bytes(target) == [byte])
            targets.insert(target)
        }
        #expect(targets.count == 3 && person.bytes(kept) == nil)
        #expect(person.bytes(Array("a (put back).txt".utf8)) == [0])
    }

    /// Not for ever on a disk that says so of every name.
    @Test func itEndsWhereEveryNameIsTaken() {
        var numbers = NameNumbers()
        var seen: Set<Int> = []
        while numbers.areMore { seen.insert(numbers.next()) }
        #expect(seen.isSuperset(of: 1...1_000) && seen.count > 1_000)
    }
}
