package import PannierTransfer

// What becomes of the synced folder itself.
extension SimulatedPerson {
    private var aside: DiskSlot { DiskSlot(folder: disk.names.root, name: Array("other".utf8)) }

    /// Takes it away, to another place.
    package func moveRootAway() throws(LocalError) { try move(disk.rootSlot, to: aside) }

    /// Puts it back to where it was; an empty one that stands there meanwhile goes.
    package func bringRootBack() throws(LocalError) { try move(aside, to: disk.rootSlot) }

    private func move(_ slot: DiskSlot, to target: DiskSlot) throws(LocalError) {
        try disk.rename(
            DiskPlace(slot: slot, object: disk.names[slot]), DiskPlace(slot: target, object: disk.names[target]),
            .replace)
    }

    /// Makes an empty one where it was.
    package func makeOtherRoot() { if disk.root == nil { _ = disk.add(.folder, at: disk.rootSlot) } }
}
