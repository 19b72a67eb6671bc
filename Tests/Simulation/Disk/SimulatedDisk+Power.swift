package import SeededRandom

extension SimulatedDisk {
    // MARK: Made durable

    /// The names in a folder.
    func syncNames(in folder: ObjectID) {
        for index in history.indices where history[index].pending.remove(folder) != nil {
            if history[index].pending.isEmpty { makeDurable(index) }
        }
        settleHistory()
    }

    /// A change takes along what it rests on; where that is forgotten, it is forgotten itself.
    private func makeDurable(_ index: Int) {
        guard !history[index].isDurable, !history[index].isForgotten else { return }
        history[index].isDurable = true
        for earlier in (0..<index).reversed()
        where history[index].rests(on: history[earlier], isFolder: isFolder) {
            makeDurable(earlier)
            if history[earlier].isForgotten {
                history[index].isDurable = false
                history[index].isForgotten = true
                return
            }
        }
    }

    /// What an object holds.
    func syncState(of object: ObjectID) {
        guard let found = objects[object], !found.isForgotten else { return }
        objects[object]?.durable = found.state
    }

    /// All of the disk, as the kernel does every few seconds by itself.
    package func syncAll() {
        for index in history.indices {
            history[index].pending = []
            makeDurable(index)
        }
        settleHistory()
        for object in objects.keys { syncState(of: object) }
    }

    /// What is durable, with nothing before it that is not, is history no longer.
    private func settleHistory() {
        let count = history.prefix(while: \.isDurable).count
        guard count > 0 else { return }
        var touched: Set<ObjectID> = []
        for change in history.prefix(count) {
            durable.apply(change, isFolder: isFolder)
            touched.formUnion(change.objects)
        }
        history.removeFirst(count)
        prune(touched)
    }

    // MARK: Failed

    /// The names in a folder did not reach the disk, and the kernel has dropped them.
    func forgetNames(in folder: ObjectID) {
        for index in history.indices where history[index].pending.contains(folder) {
            history[index].isForgotten = true
        }
    }

    /// Another change makes them dirty again, and they are written with all that they hold.
    func rememberNames(in folders: Set<ObjectID>) {
        for index in history.indices where history[index].isForgotten {
            let changed = Set(history[index].parts.map(\.slot.folder)).intersection(folders)
            guard !changed.isEmpty else { continue }
            history[index].isForgotten = false
            history[index].pending.formUnion(changed)
        }
    }

    func forgetState(of object: ObjectID) { objects[object]?.isForgotten = true }

    // MARK: Cut

    /// The machine stops; what was not durable is there or not.
    package func cutPower(_ random: inout SeededGenerator) {
        for change in history {
            let isKept = change.isDurable || !change.isForgotten && random.chance(50)
            if isKept, durable.allows(change, isFolder: isFolder) { durable.apply(change, isFolder: isFolder) }
        }
        history = []
        let alive = durable.reachable()
        durable.keep(alive)
        names = durable
        for object in objects.keys.sorted() {
            guard alive.contains(object) else { continue }
            if let found = objects[object], found.state != found.durable {
                let isKept = !found.isForgotten && random.chance(50)
                objects[object]?.state = isKept ? found.state : found.durable
                objects[object]?.durable = isKept ? found.state : found.durable
            }
            objects[object]?.isForgotten = false
        }
        prune(Set(objects.keys))
        events = []
    }
}
