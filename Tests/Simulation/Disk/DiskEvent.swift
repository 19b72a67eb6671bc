/// What a watcher of a folder hears. Each name of a change is told by itself.
package struct DiskEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case created
        case removed
        case moved
        /// A program has ended writing to a file.
        case written
        /// Times or rights.
        case attributes
    }

    package var kind: Kind
    /// The folder that holds the name.
    package var folder: ObjectID
    package var name: [UInt8]
}

extension SimulatedDisk {
    func tell(_ change: NameChange, _ kind: DiskEvent.Kind) {
        for part in change.parts { tell(part.slot, kind) }
    }

    func tell(_ slot: DiskSlot, _ kind: DiskEvent.Kind) {
        events.append(DiskEvent(kind: kind, folder: slot.folder, name: slot.name))
    }

    /// Takes what has happened since.
    package func takeEvents() -> [DiskEvent] {
        defer { events = [] }
        return events
    }
}
