import PannierMirror

/// Folders that are to be looked at, each once.
struct LookQueue: Sendable {
    private var folders: [LocalID: Set<[UInt8]>] = [:]
    /// Those of them that are next, the first one last; perhaps among others that are not wanted any more.
    private var order: [LocalID] = []

    var isEmpty: Bool { folders.isEmpty }
    var all: some Sequence<LocalID> { folders.keys }

    mutating func add(_ folder: LocalID, busy: Set<[UInt8]> = []) { folders[folder, default: []].formUnion(busy) }

    mutating func remove(_ folder: LocalID) { folders[folder] = nil }

    /// Takes the next ones out of it.
    mutating func next(atMost count: Int) -> [FolderLook] {
        var looks: [FolderLook] = []
        while looks.count < count, !folders.isEmpty {
            if order.isEmpty { order = folders.keys.sorted(by: >) }
            guard let folder = order.popLast(), let busy = folders.removeValue(forKey: folder) else { continue }
            looks.append(FolderLook(folder, busy: busy))
        }
        return looks
    }
}
