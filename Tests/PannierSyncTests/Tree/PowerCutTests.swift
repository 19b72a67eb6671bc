import DiskSimulation
import Glibc
import PannierSync
import PannierTransfer
import SeededRandom
import Testing

/// What a simulated disk keeps when the power goes: what was made durable, and of the rest each change or none of it.
@Suite struct PowerCutTests {
    private struct Machine {
        let disk = SimulatedDisk(SimulatedClock())
        var person: SimulatedPerson { SimulatedPerson(disk) }

        func tree() throws -> SimulatedTree { try SimulatedTree(disk) }

        /// All that stands below a folder, with its identity.
        func seen(_ tree: SimulatedTree, _ folder: TreePath) throws -> [TreePath: TreeIdentity] {
            var found: [TreePath: TreeIdentity] = [:]
            var folders: [TreePath] = []
            try tree.list(folder) { name, status in
                let way = folder.isEmpty ? name : folder + path("/") + name
                found[way] = status.identity
                if status.kind == .folder { folders.append(way) }
            }
            for folder in folders { try found.merge(seen(tree, folder)) { one, _ in one } }
            #expect(Set(found.values).count == found.count, "no two have the same number")
            return found
        }

        /// What is found after power cuts with these seeds, of the same machine each.
        static func outcomes<Found: Hashable>(
            _ act: (Machine) throws -> Void, look: (SimulatedPerson) throws -> Found
        ) throws -> Set<Found> {
            var found: Set<Found> = []
            for seed in 0..<64 {
                let machine = Machine()
                try act(machine)
                var random = SeededGenerator(seed: UInt64(seed))
                machine.disk.cutPower(&random)
                found.insert(try look(machine.person))
            }
            return found
        }
    }

    @Test func whatWasMadeDurableStays() throws {
        let found = try Machine.outcomes { machine in
            let tree = try machine.tree()
            try tree.makeFolder(path("a"))
            try tree.write([1], to: path("a/file"))
            try tree.sync([[], path("a")])
        } look: { person in
            person.bytes(path("a/file"))
        }
        #expect(found == [[1]])
    }

    @Test func nameAndContentAreLostEachByItself() throws {
        let found = try Machine.outcomes { machine in
            try machine.person.write([1], path("file"))
        } look: { person in
            person.bytes(path("file"))
        }
        #expect(found == [nil, [], [1]])
    }

    @Test func aRenameIsDoneAsAWholeOrNotAtAll() throws {
        let found = try Machine.outcomes { machine in
            let tree = try machine.tree()
            try tree.makeFolder(path("a"))
            try tree.write([1], to: path("one"))
            try tree.write([2], to: path("two"))
            try tree.sync([[]])
            try tree.exchange(path("one"), path("two"))
            try tree.move(path("two"), to: path("a/three"))
        } look: { person in
            ["one", "two", "a/three"].map { person.bytes(path($0)) }
        }
        #expect(found.count > 1)
        for places in found {
            #expect(places.compactMap(\.self).count == 2, "each is somewhere, and once: \(places)")
        }
    }

    /// What a person has written, in a folder that a person has made.
    @Test func filesOfOthersAreMadeDurableWithTheirFolders() throws {
        let found = try Machine.outcomes { machine in
            try machine.person.makeFolder(path("a"))
            try machine.person.makeFolder(path("a/b"))
            try machine.person.write([1], path("a/b/file"))
            try machine.tree().syncFiles([path("a/b/file"), path("a/none")])
        } look: { person in
            person.bytes(path("a/b/file"))
        }
        #expect(found == [[1]])
    }

    /// A folder is durable when the names in the one that holds it are.
    @Test func whatLiesInALostFolderIsLost() throws {
        let found = try Machine.outcomes { machine in
            let tree = try machine.tree()
            try tree.makeFolder(path("a"))
            try tree.write([1], to: path("a/file"))
            try tree.sync([path("a")])
        } look: { person in
            person.bytes(path("a/file"))
        }
        #expect(found == [nil, [1]])
    }

    @Test func whatAFailedCallWasToMakeDurableIsForgotten() throws {
        let found = try Machine.outcomes { machine in
            let tree = try machine.tree()
            try tree.write([1], to: path("file"))
            machine.disk.faults.nextSyncFails = true
            #expect(code { () throws(LocalError) in try tree.sync([[]]) } == EIO)
            try tree.sync([[]])
            machine.disk.syncAll()
        } look: { person in
            person.bytes(path("file"))
        }
        #expect(found == [nil])
    }

    @Test func anInodeIsGivenAgainWhenItsFileIsGoneForGood() throws {
        let machine = Machine()
        let tree = try machine.tree()
        func inode(_ name: String) throws -> UInt64? { try tree.status(path(name))?.identity.inode }
        try tree.write([1], to: path("file"))
        let first = try #require(try inode("file"))
        try tree.removeFile(path("file"))
        try tree.write([2], to: path("other"))
        #expect(try inode("other") != first)
        machine.disk.syncAll()
        try tree.write([3], to: path("third"))
        #expect(try inode("third") == first)
    }

    /// Whatever was done, a cut leaves a tree: everything hangs from its top, and nothing stands there that nobody wrote.
    @Test func nothingIsInvented() throws {
        for seed in 0..<200 {
            var random = SeededGenerator(seed: UInt64(seed))
            let machine = Machine()
            let tree = try machine.tree()
            let ways = ["a", "b", "a/a", "a/b", "b/a", "b/b"].map(path)
            for step in 0..<40 {
                let (one, other) = (ways[random.number(below: 6)], ways[random.number(below: 6)])
                // Most are refused.
                switch random.number(below: 8) {
                case 0: try? tree.makeFolder(one)
                case 1: try? tree.move(one, to: other)
                case 2: try? tree.exchange(one, other)
                case 3: try? tree.removeFolder(one)
                case 4: try? machine.person.write([UInt8(step)], one)
                case 5: try? machine.person.rename(one, other)
                case 6: try? tree.sync([path("a"), []])
                default: if random.chance(20) { machine.disk.cutPower(&random) }
                }
                machine.disk.clock.advance(5_000_000)
            }
            machine.disk.cutPower(&random)
            let before = try machine.seen(tree, [])
            machine.disk.cutPower(&random)
            #expect(try machine.seen(tree, []) == before, "what was left was durable")
        }
    }
}
