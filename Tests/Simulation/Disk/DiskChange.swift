package import PannierSync

/// A change of names, as those see it who watch over the disk.
package struct DiskChange {
    package struct Part {
        package var path: TreePath
        /// What stood there, and what stands there then: a file's bytes; nil: nothing, or no file.
        package var old: FileBytes?
        package var new: FileBytes?
    }

    package struct FileBytes: Equatable {
        package var bytes: [UInt8]
        /// After a power cut it holds these bytes, wherever it stands.
        package var isDurable: Bool
    }

    package var isByPannier: Bool
    /// Those below the synced folder.
    package var parts: [Part]
}

extension SimulatedDisk {
    func part(_ part: NameChange.Part) -> DiskChange.Part? {
        guard let folder = path(of: part.slot.folder) else { return nil }
        let path = TreePath(folder.isEmpty ? part.slot.name : folder + [UInt8(ascii: "/")] + part.slot.name)
        return DiskChange.Part(path: path, old: part.old.flatMap(bytes), new: part.new.flatMap(bytes))
    }

    private func bytes(_ object: ObjectID) -> DiskChange.FileBytes? {
        guard let found = objects[object], found.kind == .file else { return nil }
        return DiskChange.FileBytes(bytes: found.state.bytes, isDurable: found.durable.bytes == found.state.bytes)
    }

    /// Below the synced folder; nil: it is not there.
    package func path(of folder: ObjectID) -> TreePath? {
        var path: [[UInt8]] = []
        var next = folder
        while next != root {
            guard let slot = names.places[next] else { return nil }
            path.append(slot.name)
            next = slot.folder
        }
        return Array(path.reversed().joined(separator: [UInt8(ascii: "/")]))
    }

    /// The folder at a path below the synced one; nil: there is none.
    package func folder(at path: TreePath) -> ObjectID? {
        guard let root else { return nil }
        return try? folder(path, in: root)
    }

    /// All that stands below the synced folder, its own part among it, in the order of their paths. Folders before what
    /// they hold.
    package func walk(_ body: (_ path: TreePath, _ found: DiskFound) -> Void) {
        if let root { walk(root, [], body) }
    }

    private func walk(_ folder: ObjectID, _ path: TreePath, _ body: (TreePath, DiskFound) -> Void) {
        for name in names.names(in: folder) {
            guard let object = names[DiskSlot(folder: folder, name: name)], let found = objects[object] else {
                continue
            }
            let path = path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
            let isDurable = found.durable.bytes == found.state.bytes && durable.links[object] != nil
            body(
                path,
                DiskFound(
                    isFolder: found.kind == .folder, isFile: found.kind == .file, bytes: found.state.bytes,
                    isExecutable: found.state.isExecutable, isDurable: isDurable))
            if found.kind == .folder, !found.isCovered { walk(object, path, body) }
        }
    }
}

/// What stands on a disk.
package struct DiskFound {
    package var isFolder: Bool
    package var isFile: Bool
    package var bytes: [UInt8]
    package var isExecutable: Bool
    /// It has a name after a power cut, though not this one, perhaps, and holds these bytes then.
    package var isDurable: Bool
}
