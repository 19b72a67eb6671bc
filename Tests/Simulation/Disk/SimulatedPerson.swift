import Glibc
package import PannierCore
package import PannierSync
package import PannierTransfer

/// What people and their programs do in a folder, as the kernel lets them. Nothing of it is durable by itself.
package struct SimulatedPerson {
    package let disk: SimulatedDisk

    package init(_ disk: SimulatedDisk) { self.disk = disk }

    func place(_ path: TreePath) throws(LocalError) -> DiskPlace {
        guard let root = disk.root else { throw LocalError(ENOENT) }
        return try disk.place(try TreePathParts(named: path), in: root)
    }

    private func file(_ path: TreePath) throws(LocalError) -> (ObjectID, DiskSlot) {
        let place = try place(path)
        guard let object = place.object else { throw LocalError(ENOENT) }
        guard disk.objects[object]?.kind == .file else { throw LocalError(EINVAL) }
        return (object, place.slot)
    }

    // MARK: Files

    /// A new file, or an old one that is written again from its start.
    package func write(_ bytes: [UInt8], _ path: TreePath) throws(LocalError) {
        let place = try place(path)
        if let object = place.object {
            if disk.isFolder(object) { throw LocalError(EISDIR) }
            guard disk.objects[object]?.kind == .file else { throw LocalError(ELOOP) }
        }
        let object = place.object ?? disk.add(.file, at: place.slot)
        store(bytes, in: object, place.slot)
    }

    package func append(_ bytes: [UInt8], _ path: TreePath) throws(LocalError) {
        let (object, slot) = try file(path)
        store((disk.objects[object]?.state.bytes ?? []) + bytes, in: object, slot)
    }

    private func store(_ bytes: [UInt8], in object: ObjectID, _ slot: DiskSlot) {
        let now = disk.clock.stamp
        disk.edit(object) { ($0.bytes, $0.modified) = (bytes, now) }
        disk.watchWrites(bytes)
        disk.tell(slot, .written, object)
    }

    package func setExecutable(_ isExecutable: Bool, _ path: TreePath) throws(LocalError) {
        let (object, slot) = try file(path)
        disk.edit(object) { $0.isExecutable = isExecutable }
        disk.tell(slot, .attributes, object)
    }

    package func setModified(_ modified: Nanoseconds, _ path: TreePath) throws(LocalError) {
        let (object, slot) = try file(path)
        disk.edit(object) { $0.modified = modified }
        disk.tell(slot, .attributes, object)
    }

    package func touch(_ path: TreePath) throws(LocalError) { try setModified(disk.clock.stamp, path) }

    /// What a file holds; nil when there is none.
    package func bytes(_ path: TreePath) -> [UInt8]? {
        guard let place = try? place(path), let object = place.object, let found = disk.objects[object],
            found.kind == .file
        else { return nil }
        return found.state.bytes
    }

    // MARK: Names

    package func makeFolder(_ path: TreePath) throws(LocalError) { try make(.folder, path) }

    /// A symbolic link.
    package func symlink(_ destination: [UInt8], _ path: TreePath) throws(LocalError) {
        try make(.link(destination), path)
    }

    package func pipe(_ path: TreePath) throws(LocalError) { try make(.pipe, path) }

    private func make(_ kind: DiskObject.Kind, _ path: TreePath) throws(LocalError) {
        let place = try place(path)
        guard place.object == nil else { throw LocalError(EEXIST) }
        _ = disk.add(kind, at: place.slot)
    }

    /// Replaces.
    package func rename(_ path: TreePath, _ target: TreePath) throws(LocalError) {
        try disk.rename(try place(path), try place(target), .replace)
    }

    /// Another name for the same file.
    package func link(_ path: TreePath, _ name: TreePath) throws(LocalError) {
        let (object, _) = try file(path)
        let place = try place(name)
        guard place.object == nil else { throw LocalError(EEXIST) }
        disk.change([.init(slot: place.slot, old: nil, new: object)], .created)
    }

    /// A file, or a folder that is empty.
    package func remove(_ path: TreePath) throws(LocalError) {
        let place = try place(path)
        if let object = place.object, disk.isFolder(object) {
            try disk.removeFolder(place)
        } else {
            try disk.removeFile(place)
        }
    }

    /// With all that is in it, from the bottom up.
    package func removeAll(_ path: TreePath) throws(LocalError) {
        let place = try place(path)
        if let object = place.object, disk.isFolder(object) {
            for name in disk.names.names(in: object) { try removeAll(path + [UInt8(ascii: "/")] + name) }
        }
        try remove(path)
    }

    // MARK: Disks

    /// Another file system is mounted over a folder, or taken away from it.
    package func cover(_ path: TreePath, _ isCovered: Bool) throws(LocalError) {
        guard let object = try place(path).object, disk.isFolder(object) else { throw LocalError(ENOTDIR) }
        disk.objects[object]?.isCovered = isCovered
    }

    /// Makes a file and the names in its folder durable, as a careful program does.
    package func sync(_ path: TreePath) throws(LocalError) {
        let place = try place(path)
        if let object = place.object { disk.syncState(of: object) }
        disk.syncNames(in: place.slot.folder)
    }
}
