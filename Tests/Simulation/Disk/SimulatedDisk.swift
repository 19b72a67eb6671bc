import PannierCore

/// The disk of one machine, with the folder that is synchronised. It outlives the processes that use it.
///
/// Used by one thread, hence the unchecked sendability.
package final class SimulatedDisk: @unchecked Sendable {
    package let clock: SimulatedClock
    /// Objects that somebody can reach, or could after a power cut.
    var objects: [ObjectID: DiskObject] = [:]
    /// As they are.
    var names: NameTable
    /// As they were before the changes of the history.
    var durable: NameTable
    var history: [NameChange] = []

    package var faults = DiskFaults()
    /// Called with every change of names, before it is made.
    package var watchChanges: (DiskChange) -> Void = { _ in }
    /// Called with what a person or a program has written into a file.
    package var watchWrites: ([UInt8]) -> Void = { _ in }
    /// Pannier itself is at work, not a person.
    package internal(set) var isPannier = false
    /// What a watcher would hear of, in order; whoever looks takes it.
    package var events: [DiskEvent] = []

    /// Renames that there have been.
    var moveCount: UInt32 = 0
    private var objectCount = 0
    private var inodeCount: UInt64 = 1
    /// Numbers of objects that are gone for good: the lowest is given again first.
    private var freeInodes: Set<UInt64> = []

    package init(_ clock: SimulatedClock) {
        self.clock = clock
        let top = ObjectID(number: 0)
        names = NameTable(root: top)
        durable = names
        objects[top] = DiskObject(.folder, inode: 1, now: clock.stamp)
        _ = add(.folder, at: rootSlot)
        syncAll()
        events = []
    }

    /// The place of the synced folder, as the person has named it.
    var rootSlot: DiskSlot { DiskSlot(folder: names.root, name: Array("folder".utf8)) }

    /// What stands there; nil: nothing.
    package var root: ObjectID? { names[rootSlot] }

    // MARK: Objects

    /// - Returns: a new object under a name that is free, durable or not.
    func add(_ kind: DiskObject.Kind, at slot: DiskSlot) -> ObjectID {
        objectCount += 1
        let object = ObjectID(number: objectCount)
        objects[object] = DiskObject(kind, inode: newInode(), now: clock.stamp)
        change([.init(slot: slot, old: nil, new: object)], .created)
        return object
    }

    private func newInode() -> UInt64 {
        if let inode = freeInodes.min() {
            freeInodes.remove(inode)
            return inode
        }
        inodeCount += 1
        return inodeCount
    }

    func isFolder(_ object: ObjectID) -> Bool { objects[object]?.kind == .folder }

    /// Lets go of what nobody can reach any more.
    func prune(_ candidates: Set<ObjectID>) {
        for object in candidates where names.links[object] == nil && durable.links[object] == nil {
            guard object.number != 0, !history.contains(where: { $0.objects.contains(object) }),
                let gone = objects.removeValue(forKey: object)
            else { continue }
            freeInodes.insert(gone.inode)
        }
    }

    // MARK: Changes

    func change(_ parts: [NameChange.Part], _ kind: DiskEvent.Kind) {
        let change = NameChange(parts)
        watchChanges(DiskChange(isByPannier: isPannier, parts: parts.compactMap(part)))
        names.apply(change, isFolder: isFolder)
        rememberNames(in: Set(parts.map(\.slot.folder)))
        history.append(change)
        for part in parts {
            objects[part.slot.folder]?.state.modified = clock.stamp
            objects[part.slot.folder]?.state.changed = clock.stamp
        }
        for object in change.objects { objects[object]?.state.changed = clock.stamp }
        tell(change, kind)
    }

    /// A program has an object open and changes what it holds.
    func edit(_ object: ObjectID, _ body: (inout DiskObject.State) -> Void) {
        guard var found = objects[object] else { return }
        body(&found.state)
        found.state.changed = clock.stamp
        found.isForgotten = false
        objects[object] = found
    }
}
