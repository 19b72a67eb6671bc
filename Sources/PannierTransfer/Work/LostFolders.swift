internal import PannierMirror

/// Folders that could not be made: what lies in them has no place to go to.
struct LostFolders: Sendable {
    private var paths: Set<ArraySlice<UInt8>> = []

    mutating func insert(_ path: [UInt8]) { paths.insert(path[...]) }

    /// Parts items by whether they lie in one of these, however deep; the order is kept. Each item costs as much as its
    /// path is long, however many folders there are.
    func parting<Item>(_ items: [Item], by path: (Item) -> [UInt8]) -> (living: [Item], lost: [Item]) {
        guard !paths.isEmpty else { return (items, []) }
        var parts: (living: [Item], lost: [Item]) = ([], [])
        for item in items {
            if holds(path(item)) { parts.lost.append(item) } else { parts.living.append(item) }
        }
        return parts
    }

    private func holds(_ path: [UInt8]) -> Bool {
        // The top item of a transfer of one source has the empty path, and everything else lies in it.
        if !path.isEmpty, paths.contains([]) { return true }
        return ItemPath.folders(above: path).contains { paths.contains($0) }
    }
}
