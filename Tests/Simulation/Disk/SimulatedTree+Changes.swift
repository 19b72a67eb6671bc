import Glibc
package import PannierCore
package import PannierSync
package import PannierTransfer

extension SimulatedTree {
    func note(_ path: TreePath, _ place: DiskPlace) throws(LocalError) {
        unsynced[TreePath(try TreePathParts(path).parent), default: []].insert(place.slot.folder)
    }

    func asPannier<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
        disk.isPannier = true
        defer { disk.isPannier = false }
        try body()
    }

    package func makeFolder(_ path: TreePath) throws(LocalError) {
        let parts = try TreePathParts(path)
        guard !parts.name.isEmpty else { throw LocalError(EEXIST) }
        try meanwhile()
        let place = try disk.place(parts, in: root)
        guard place.object == nil else { throw LocalError(EEXIST) }
        try disk.faults.space()
        asPannier { _ = disk.add(.folder, at: place.slot) }
        try note(path, place)
    }

    package func makeOwnFolder(_ path: TreePath) throws(LocalError) {
        _ = try TreePathParts(named: path)
        do throws(LocalError) {
            try makeFolder(path)
        } catch  where error.code == EEXIST {
            guard try status(path)?.kind == .folder else { throw LocalError(ENOTDIR) }
        }
    }

    package func move(_ path: TreePath, to target: TreePath) throws(LocalError) {
        try rename(path, target, .noReplace)
    }

    package func exchange(_ path: TreePath, _ other: TreePath) throws(LocalError) {
        try rename(path, other, .exchange)
    }

    private func rename(_ path: TreePath, _ other: TreePath, _ how: SimulatedDisk.Renaming) throws(LocalError) {
        _ = try (TreePathParts(named: path), TreePathParts(named: other))
        try meanwhile()
        let (from, to) = (try place(named: path), try place(named: other))
        try asPannier { () throws(LocalError) in try disk.rename(from, to, how) }
        try note(path, from)
        try note(other, to)
    }

    package func removeFolder(_ path: TreePath) throws(LocalError) {
        _ = try TreePathParts(named: path)
        try meanwhile()
        let place = try place(named: path)
        try asPannier { () throws(LocalError) in try disk.removeFolder(place) }
        try note(path, place)
    }

    package func removeFile(_ path: TreePath) throws(LocalError) {
        _ = try TreePathParts(named: path)
        try meanwhile()
        let place = try place(named: path)
        try asPannier { () throws(LocalError) in try disk.removeFile(place) }
        try note(path, place)
    }

    // MARK: Small files

    /// Written aside, durable, renamed over what is there.
    package func write(_ bytes: [UInt8], to path: TreePath) throws(LocalError) {
        _ = try TreePathParts(named: path)
        try meanwhile()
        let target = try place(named: path)
        if let object = target.object, disk.isFolder(object) { throw LocalError(EISDIR) }
        let aside = DiskSlot(folder: target.slot.folder, name: Self.asideName(target.slot.name))
        try asPannier { () throws(LocalError) in try disk.removeFile(at: aside) }
        try disk.faults.space()
        var object = ObjectID(number: 0)
        asPannier { object = disk.add(.file, at: aside) }
        disk.edit(object) { $0.bytes = bytes }
        if disk.faults.failsSync() {
            disk.forgetState(of: object)
            try asPannier { () throws(LocalError) in try disk.removeFile(at: aside) }
            throw LocalError(EIO)
        }
        disk.syncState(of: object)
        try meanwhile()
        let (from, to) = (DiskPlace(slot: aside, object: disk.names[aside]), try place(named: path))
        try asPannier { () throws(LocalError) in try disk.rename(from, to, .replace) }
        try note(path, to)
    }

    private static func asideName(_ name: [UInt8]) -> [UInt8] {
        [UInt8(ascii: ".")] + name.prefix(Limits.nameBytes - 5) + Array(".new".utf8)
    }

    /// A file of pannier's own, as a download leaves it: durable, with its date, under a name that is free.
    package func fill(
        _ path: TreePath, _ bytes: [UInt8], modified: Nanoseconds, isExecutable: Bool
    ) throws(LocalError) {
        try write(bytes, to: path)
        try set(modified: modified, isExecutable: isExecutable, of: path)
    }

    // MARK: Dates and modes

    /// People of this disk may read everything.
    package func copyAccess(from other: TreePath, to path: TreePath) throws(LocalError) {
        _ = try (TreePathParts(named: other), TreePathParts(named: path))
        try meanwhile()
        for path in [other, path] {
            guard let object = try place(named: path).object else { throw LocalError(ENOENT) }
            guard disk.objects[object]?.kind == .file else { throw LocalError(EINVAL) }
        }
    }

    private func set(modified: Nanoseconds, isExecutable: Bool, of path: TreePath) throws(LocalError) {
        _ = try TreePathParts(named: path)
        try meanwhile()
        let place = try place(named: path)
        guard let object = place.object else { throw LocalError(ENOENT) }
        guard disk.objects[object]?.kind == .file else { throw LocalError(EINVAL) }
        disk.edit(object) { ($0.modified, $0.isExecutable) = (modified, isExecutable) }
        if disk.faults.failsSync() {
            disk.forgetState(of: object)
            throw LocalError(EIO)
        }
        disk.syncState(of: object)
    }

    // MARK: Making durable

    package func sync(_ folders: [TreePath]) throws(LocalError) {
        for folder in folders { _ = try TreePathParts(folder) }
        try meanwhile()
        let changed = Set(folders).reduce(into: Set()) { $0.formUnion(taken($1)) }
        for folder in changed.sorted() {
            if disk.faults.failsSync() {
                disk.forgetNames(in: folder)
                throw LocalError(EIO)
            }
            disk.syncNames(in: folder)
        }
    }

    package func syncFiles(_ paths: [TreePath]) throws(LocalError) {
        for path in paths {
            let parts = try TreePathParts(path)
            try meanwhile()
            guard let object = try placeIfThere(parts)?.object, disk.status(object)?.kind == .file else { continue }
            if disk.faults.failsSync() { throw LocalError(EIO) }
            disk.syncState(of: object)
        }
        try sync(Set(paths.flatMap(\.foldersAbove)).sorted { $0.lexicographicallyPrecedes($1) })
    }

    package func syncDisk() throws(LocalError) {
        try meanwhile()
        if disk.faults.failsSync() { throw LocalError(EIO) }
        disk.syncAll()
    }

    /// The folders that a path has led to since it was last made durable, or leads to now.
    private func taken(_ path: TreePath) -> Set<ObjectID> {
        if let noted = unsynced.removeValue(forKey: path) { return noted }
        guard let folder = try? disk.folder(path, in: root) else { return [] }
        return [folder]
    }
}
