import PannierCore
import PannierMirror

/// Finds what a new thing on this disk is on the server, or was.
struct PairFinder {
    /// What is not here any more, where it was. Editors write a new file and rename it over the old one; that is a new
    /// version, not another file.
    private var gone: [MergedPlace: Int] = [:]
    /// What is new there. Two new folders of one name are one; two files become versions of one.
    private var new: [MergedPlace: Int] = [:]

    init(_ tree: MergedTree) {
        for (index, item) in tree.items.enumerated().dropFirst() where item.here == nil {
            if let place = item.synced?.place, let parent = tree.byNode[place.parent] {
                gone[MergedPlace(parent: parent, name: place.name)] = index
            } else if item.synced == nil, let place = item.remote?.place, let parent = tree.byNode[place.parent] {
                new[MergedPlace(parent: parent, name: place.name)] = index
            }
        }
    }

    /// What stood or stands at its place; what the server still has goes before what it has not.
    mutating func pair(for entry: LocalEntry, in folder: Int, _ items: [MergedItem]) -> Int? {
        guard entry.kind != .excluded else { return nil }
        let place = MergedPlace(parent: folder, name: entry.place.name)
        let old = gone[place].flatMap { items[$0].isFolder == entry.isFolder ? $0 : nil }
        let other = new[place].flatMap { items[$0].isFolder == entry.isFolder ? $0 : nil }
        if let old, items[old].remote != nil || other == nil {
            gone[place] = nil
            return old
        }
        if other != nil { new[place] = nil }
        return other
    }
}

/// Finds files that were moved in a way that made new ones of them: to another disk and back, by a program that copies and
/// deletes.
struct MoveFinder {
    private var gone: [SyncContent: [Int]] = [:]
    private var sizes: [Int64: [Int]] = [:]
    /// Of those of a size, how many have not been found.
    private var missing: [Int64: Int] = [:]

    init(_ items: [MergedItem]) {
        for (index, item) in items.enumerated().reversed() where item.fate == .dead {
            guard item.here == nil, item.remote != nil, let content = item.synced?.content, content.size > 0 else {
                continue
            }
            gone[content, default: []].append(index)
            sizes[content.size, default: []].append(index)
            missing[content.size, default: 0] += 1
        }
    }

    var isEmpty: Bool { gone.isEmpty }

    mutating func pair(for content: SyncContent) -> Int? {
        guard let found = gone[content]?.popLast() else { return nil }
        missing[content.size, default: 0] -= 1
        return found
    }

    /// Whether one that was not read yet may be one of these.
    func mayBeGone(size: Int64) -> Bool { missing[size, default: 0] > 0 }

    /// All of a size, those that were found among them. Once for each size: a thousand new files may be of that of a thousand
    /// that are gone.
    mutating func takeCandidates(size: Int64) -> [Int] { sizes.removeValue(forKey: size) ?? [] }
}
