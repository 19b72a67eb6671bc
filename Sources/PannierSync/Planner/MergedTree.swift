import PannierCore
import PannierMirror

/// The three trees laid over each other, and the one tree that both sides are to become.
///
/// Merging entry by entry breaks trees: two moves that are each right make a circle, an edit lives in a folder that was
/// deleted, two things want one name. So the wanted tree is made as a whole, and made valid, before any step is thought of:
/// pairs first, then fates, places, parents, circles and names.
struct MergedTree {
    /// The root is the first. Their order depends on ids alone.
    var items: [MergedItem]
    private(set) var byNode: [NodeID: Int]
    private(set) var byLocal: [LocalID: Int]
    /// Numbers of what is directly in a folder, by its number.
    private(set) var insideHere: [[Int]] = []
    private(set) var insideThere: [[Int]] = []
    let root: NodeID
    let conflictMark: String
    /// Entries that are the same on both sides, and not among the items.
    let settledCount: Int

    init(_ trees: SyncTrees, conflictMark: String) {
        self.conflictMark = conflictMark
        self.root = trees.remoteRoot
        settledCount = trees.settledCount
        var root = MergedItem()
        (root.node, root.local) = (trees.remoteRoot, trees.localRoot)
        items = [root]
        byNode = [trees.remoteRoot: 0]
        byLocal = [trees.localRoot: 0]
        addNodes(trees)
        addLocals(trees)
        findOnlineOnly(trees)
        decideFates()
        findMoves()
        place()
        setApart()
        decidePlaces()
        makeValid()
    }

    // MARK: Pairs

    private mutating func addNodes(_ trees: SyncTrees) {
        for node in Set(trees.remote.keys).union(trees.synced.keys).sorted() {
            var item = MergedItem()
            item.node = node
            item.remote = trees.remote[node]
            item.synced = trees.synced[node]
            if let local = item.synced?.local, let here = trees.local[local] {
                (item.local, item.here) = (local, here)
                byLocal[local] = items.count
            }
            byNode[node] = items.count
            items.append(item)
        }
    }

    /// From the top down, so that what is in a new folder finds its pair in the folder that this one was paired with.
    private mutating func addLocals(_ trees: SyncTrees) {
        var pairs = PairFinder(self)
        var inside: [LocalID: [(LocalID, LocalEntry)]] = [:]
        for (local, entry) in trees.local { inside[entry.place.parent, default: []].append((local, entry)) }
        var folders = [(trees.localRoot, 0)]
        while let (folder, number) = folders.popLast() {
            for (local, entry) in (inside[folder] ?? []).sorted(by: { $0.0 < $1.0 }) {
                let index = byLocal[local] ?? add(local, entry, in: number, &pairs)
                if entry.isFolder { folders.append((local, index)) }
            }
        }
        // What was put out of the way, out of a folder that is no more.
        for (local, entry) in trees.local.sorted(by: { $0.key < $1.key }) where byLocal[local] == nil {
            append(local, entry)
        }
    }

    private mutating func add(_ local: LocalID, _ entry: LocalEntry, in folder: Int, _ pairs: inout PairFinder) -> Int {
        guard let pair = pairs.pair(for: entry, in: folder, items) else { return append(local, entry) }
        join(local, entry, to: pair)
        return pair
    }

    private mutating func join(_ local: LocalID, _ entry: LocalEntry, to index: Int) {
        (items[index].local, items[index].here) = (local, entry)
        byLocal[local] = index
    }

    @discardableResult
    private mutating func append(_ local: LocalID, _ entry: LocalEntry) -> Int {
        var item = MergedItem()
        (item.local, item.here) = (local, entry)
        byLocal[local] = items.count
        items.append(item)
        return items.count - 1
    }

    /// A file that is gone here and one that is new and holds the same are one that was moved. Nothing is deleted before
    /// what might be it was read.
    private mutating func findMoves() {
        var moves = MoveFinder(items)
        guard !moves.isEmpty else { return }
        for index in items.indices.dropFirst() where items[index].node == nil {
            guard let local = items[index].local, let here = items[index].here, let size = here.size else { continue }
            if let content = here.content {
                guard let pair = moves.pair(for: content) else { continue }
                join(local, here, to: pair)
                items[pair].fate = .alive
                // Nobody asks for it by this number any more.
                items[index] = MergedItem()
                items[index].fate = .dead
            } else if moves.mayBeGone(size: size) {
                items[index].isToBeRead = true
                for candidate in moves.takeCandidates(size: size) where items[candidate].here == nil {
                    items[candidate].fate = .pending
                }
            }
        }
    }

    /// What was chosen, and all below it there.
    private mutating func findOnlineOnly(_ trees: SyncTrees) {
        guard !trees.onlineOnly.isEmpty else { return }
        var below: [NodeID: [NodeID]] = [:]
        for (node, entry) in trees.remote { below[entry.place.parent, default: []].append(node) }
        var nodes = Array(trees.onlineOnly)
        while let node = nodes.popLast() {
            if let index = byNode[node] { items[index].isOnlineOnly = true }
            nodes += below[node] ?? []
        }
    }

    // MARK: Places by number

    /// A folder that is not known is none.
    private mutating func place() {
        insideHere = Array(repeating: [], count: items.count)
        insideThere = insideHere
        for index in items.indices.dropFirst() {
            items[index].remotePlace = items[index].remote.flatMap { numbered($0.place) }
            items[index].syncedPlace = items[index].synced.flatMap { numbered($0.place) }
            items[index].herePlace = items[index].here.flatMap { entry in
                byLocal[entry.place.parent].map { MergedPlace(parent: $0, name: entry.place.name) }
            }
            if let folder = items[index].herePlace?.parent { insideHere[folder].append(index) }
            if let folder = items[index].remotePlace?.parent { insideThere[folder].append(index) }
        }
    }

    private func numbered(_ place: SyncPlace<NodeID>) -> MergedPlace? {
        byNode[place.parent].map { MergedPlace(parent: $0, name: place.name) }
    }
}
