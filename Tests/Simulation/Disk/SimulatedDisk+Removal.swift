import Glibc
import PannierTransfer

extension SimulatedDisk {
    func removeFolder(_ place: DiskPlace) throws(LocalError) {
        guard let object = place.object else { throw LocalError(ENOENT) }
        guard isFolder(object) else { throw LocalError(ENOTDIR) }
        if objects[object]?.isCovered == true { throw LocalError(EBUSY) }
        guard names.isEmpty(object) else { throw LocalError(ENOTEMPTY) }
        change([.init(slot: place.slot, old: object, new: nil)], .removed)
    }

    func removeFile(_ place: DiskPlace) throws(LocalError) {
        guard let object = place.object else { throw LocalError(ENOENT) }
        guard !isFolder(object) else { throw LocalError(EISDIR) }
        change([.init(slot: place.slot, old: object, new: nil)], .removed)
    }

    /// Nothing there is fine.
    func removeFile(at slot: DiskSlot) throws(LocalError) {
        if let object = names[slot] { try removeFile(DiskPlace(slot: slot, object: object)) }
    }
}
