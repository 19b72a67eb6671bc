import PannierCore
package import PannierMirror

/// Something whose deletion waits for a person's word, and with it what is in it and waits, too.
package struct HeldTop<Item: Hashable & Sendable>: Hashable, Sendable {
    package var item: Item
    /// Where it stands on the side that it would go from; nil: that is not known.
    package var place: SyncPlace<Item>?
    /// How many others go with it.
    package var inside = 0
}

/// What is held on one side, from the top down: a folder that would go tells of all in it that would.
struct HeldTops<Item: Hashable & Sendable> {
    private let tree: MergedTree
    /// Numbers of items.
    private let held: Set<Int>
    private let place: (MergedItem) -> MergedPlace?
    private let name: (MergedItem) -> Item?
    /// Of folders that were walked through.
    private var topOf: [Int: Int] = [:]

    /// - Parameters:
    ///   - place: where an item stands on that side.
    ///   - name: how it is known there.
    init(
        _ tree: MergedTree, _ held: Set<Int>, place: @escaping (MergedItem) -> MergedPlace?,
        name: @escaping (MergedItem) -> Item?
    ) {
        self.tree = tree
        self.held = held
        self.place = place
        self.name = name
    }

    /// In the order of the tree.
    mutating func all() -> [HeldTop<Item>] {
        var inside: [Int: Int] = [:]
        var tops: [Int] = []
        for index in held.sorted() {
            let top = heldFolder(of: index).map { topFolder(of: $0) } ?? index
            if top == index { tops.append(index) } else { inside[top, default: 0] += 1 }
        }
        return tops.compactMap { index in
            name(tree.items[index]).map { HeldTop(item: $0, place: syncPlace(index), inside: inside[index] ?? 0) }
        }
    }

    private func heldFolder(of index: Int) -> Int? {
        place(tree.items[index]).flatMap { held.contains($0.parent) ? $0.parent : nil }
    }

    private mutating func topFolder(of folder: Int) -> Int {
        var (top, walked) = (folder, [folder])
        while topOf[top] == nil, walked.count <= Limits.depth, let next = heldFolder(of: top) {
            top = next
            walked.append(next)
        }
        top = topOf[top] ?? top
        for index in walked { topOf[index] = top }
        return top
    }

    private func syncPlace(_ index: Int) -> SyncPlace<Item>? {
        guard let place = place(tree.items[index]), let folder = name(tree.items[place.parent]) else { return nil }
        return SyncPlace(folder, place.name)
    }
}
