/// A name in a folder.
struct DiskSlot: Hashable {
    var folder: ObjectID
    var name: [UInt8]
}

/// What one call does to names, as a whole.
struct NameChange {
    struct Part {
        var slot: DiskSlot
        var old: ObjectID?
        var new: ObjectID?
    }

    var parts: [Part]
    /// Folders that have to be made durable before this is.
    var pending: Set<ObjectID>
    var isDurable = false
    /// It failed on its way to the disk, and the kernel has forgotten it.
    var isForgotten = false

    init(_ parts: [Part]) {
        self.parts = parts
        pending = Set(parts.map(\.slot.folder))
    }

    var objects: Set<ObjectID> { Set(parts.flatMap { [$0.old, $0.new].compactMap(\.self) }) }

    /// Whether this one makes no sense without an earlier one: of the same name or the same object; or of a folder's place,
    /// where that moves or goes away.
    func rests(on earlier: NameChange, isFolder: (ObjectID) -> Bool) -> Bool {
        let (own, others) = (objects, earlier.objects)
        if !own.isDisjoint(with: others) { return true }
        if parts.contains(where: { part in earlier.parts.contains { $0.slot == part.slot } }) { return true }
        let (folders, otherFolders) = (Set(parts.map(\.slot.folder)), Set(earlier.parts.map(\.slot.folder)))
        if own.contains(where: { isFolder($0) && otherFolders.contains($0) }) { return true }
        return own.contains(where: isFolder) && others.contains { isFolder($0) && folders.contains($0) }
    }
}

/// Which objects stand under which names.
struct NameTable {
    private(set) var folders: [ObjectID: [[UInt8]: ObjectID]] = [:]
    /// Of folders, which have one place each.
    private(set) var places: [ObjectID: DiskSlot] = [:]
    private(set) var links: [ObjectID: Int] = [:]
    let root: ObjectID

    init(root: ObjectID) { self.root = root }

    subscript(slot: DiskSlot) -> ObjectID? { folders[slot.folder]?[slot.name] }

    func isEmpty(_ folder: ObjectID) -> Bool { folders[folder]?.isEmpty ?? true }

    /// In the order of their bytes.
    func names(in folder: ObjectID) -> [[UInt8]] {
        (folders[folder] ?? [:]).keys.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Whether the folder is the other one, or somewhere in it.
    func isInside(_ folder: ObjectID, _ other: ObjectID) -> Bool {
        var next: ObjectID? = folder
        while let folder = next {
            if folder == other { return true }
            next = places[folder]?.folder
        }
        return false
    }

    func allows(_ change: NameChange, isFolder: (ObjectID) -> Bool) -> Bool {
        guard change.parts.allSatisfy({ self[$0.slot] == $0.old }) else { return false }
        let kept = Set(change.parts.compactMap(\.new))
        for part in change.parts {
            if let new = part.new, isFolder(new), isInside(part.slot.folder, new) { return false }
            if let old = part.old, isFolder(old), !kept.contains(old), !isEmpty(old) { return false }
        }
        return true
    }

    mutating func apply(_ change: NameChange, isFolder: (ObjectID) -> Bool) {
        for part in change.parts {
            guard let old = part.old else { continue }
            folders[part.slot.folder]?[part.slot.name] = nil
            links[old] = links[old].flatMap { $0 > 1 ? $0 - 1 : nil }
            if isFolder(old) { places[old] = nil }
        }
        for part in change.parts {
            guard let new = part.new else { continue }
            folders[part.slot.folder, default: [:]][part.slot.name] = new
            links[new, default: 0] += 1
            if isFolder(new) { places[new] = part.slot }
        }
    }

    /// What can be reached from the root, itself among it.
    func reachable() -> Set<ObjectID> {
        var found: Set<ObjectID> = [root]
        var folders = [root]
        while let folder = folders.popLast() {
            for object in (self.folders[folder] ?? [:]).values where found.insert(object).inserted {
                folders.append(object)
            }
        }
        return found
    }

    mutating func keep(_ objects: Set<ObjectID>) {
        folders = folders.filter { objects.contains($0.key) }
        places = places.filter { objects.contains($0.key) }
        links = [:]
        for names in folders.values { for object in names.values { links[object, default: 0] += 1 } }
    }
}
