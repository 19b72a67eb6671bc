/// What a watcher of a folder hears. Each name of a change is told by itself.
package struct DiskEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case created
        case removed
        /// The same number tells where it has gone.
        case movedAway(UInt32)
        case movedHere(UInt32)
        /// A program has ended writing to a file.
        case written
        /// Times or rights.
        case attributes
    }

    package var kind: Kind
    /// The folder that holds the name.
    package var folder: ObjectID
    package var name: [UInt8]
    /// What it is about.
    package var object: ObjectID?
}

extension SimulatedDisk {
    /// - Parameter kind: of a change of one name.
    func tell(_ change: NameChange, _ kind: DiskEvent.Kind) {
        guard change.parts.count > 1 else {
            for part in change.parts { tell(part.slot, kind, part.new ?? part.old) }
            return
        }
        for (index, part) in change.parts.enumerated() {
            // Each that came from one of the names went to the other.
            guard let moved = part.old, change.parts.contains(where: { $0.new == moved }) else { continue }
            moveCount += 1
            tell(part.slot, .movedAway(moveCount), moved)
            tell(change.parts[1 - index].slot, .movedHere(moveCount), moved)
        }
    }

    func tell(_ slot: DiskSlot, _ kind: DiskEvent.Kind, _ object: ObjectID?) {
        events.append(DiskEvent(kind: kind, folder: slot.folder, name: slot.name, object: object))
    }

    /// Takes what has happened since.
    package func takeEvents() -> [DiskEvent] {
        defer { events = [] }
        return events
    }
}
