import PannierCore
import PannierMirror

/// Says what is to be done next so that this disk, the server and what was agreed on become the same.
///
/// A pure function: the same trees give the same plan. Steps are only such as their side allows when they are carried out
/// in order; those that have to wait for others are thought of again when these are done, from what is there then. Nothing
/// is queued: whatever was done, half done or changed meanwhile, the next plan begins with the trees as they are.
package enum Planner {
    package static func plan(_ trees: SyncTrees, _ rules: PlanRules) -> Plan {
        var planning = Planning(MergedTree(trees, conflictMark: rules.conflictMark), rules)
        planning.agree()
        planning.settle()
        planning.exchangeContents()
        planning.delete()
        planning.evict()
        return planning.plan
    }
}

/// A plan in the making.
struct Planning {
    let tree: MergedTree
    let rules: PlanRules
    var plan = Plan()
    var here: SyncSide
    var there: SyncSide
    /// Items that are about to be placed: whoever comes upon one again is in a circle of names.
    var isBeingPlaced: [Bool]
    /// Names that are taken by others whose names are taken by others …: a thousand files may each have taken the next one's
    /// name. Beyond this many the holder is put out of the way, and placed when its turn comes.
    var chain = 0
    static let chainAtMost = 32
    /// Items whose deletion waits for a person's word, and the folders that they are in.
    var heldHere: Set<Int> = []
    var heldThere: Set<Int> = []
    /// Items whose names there are those of things that are not synchronised here.
    private var withoutName: Set<Int> = []
    /// The server as it is before any of this is done.
    private let thereBefore: SyncSide

    init(_ tree: MergedTree, _ rules: PlanRules) {
        self.tree = tree
        self.rules = rules
        var here = SyncSide(count: tree.items.count, isExact: true)
        var there = SyncSide(count: tree.items.count, isExact: false)
        isBeingPlaced = Array(repeating: false, count: tree.items.count)
        for (index, item) in tree.items.enumerated().dropFirst() {
            if let entry = item.here {
                if !entry.isParked, let place = item.herePlace { here.put(index, at: place) } else { here.lift(index) }
            }
            if let entry = item.remote {
                if !entry.isParked, let place = item.remotePlace {
                    there.put(index, at: place)
                } else {
                    there.lift(index)
                }
            }
        }
        (self.here, self.there, thereBefore) = (here, there, there)
        guardDeletions()
    }

    // MARK: Places

    /// Everything that is to live is put where it is to stand, folders before what they hold.
    mutating func settle() {
        for index in order() {
            _ = settleThere(index)
            _ = settleHere(index)
        }
    }

    /// What is to live, from the top down.
    private func order() -> [Int] {
        var inside = [[Int]](repeating: [], count: tree.items.count)
        for (index, item) in tree.items.enumerated().dropFirst() where item.fate == .alive {
            inside[item.place.parent].append(index)
        }
        var order = [0]
        var next = 0
        while next < order.count {
            order += inside[order[next]]
            next += 1
        }
        return Array(order.dropFirst())
    }

    mutating func settleThere(_ index: Int) -> Bool {
        guard isReady(index) else { return index == 0 }
        let (item, place) = (tree.items[index], tree.items[index].place)
        if there.places[index] == place { return true }
        isBeingPlaced[index] = true
        chain += 1
        defer {
            isBeingPlaced[index] = false
            chain -= 1
        }
        if there.places[place.parent] != tree.items[place.parent].place { _ = settleThere(place.parent) }
        guard there.isPresent[place.parent], !there.isInside(place.parent, index) else { return false }
        if let holder = there.holder(of: place), holder != index, !clearThere(holder, for: index) { return false }
        let target = SyncPlace(reference(place.parent), place.name)
        if there.isPresent[index] {
            guard let node = item.node else { return false }
            plan.steps.append(.moveThere(node, to: target))
        } else if let step = creationThere(item, at: target) {
            // A file is sent while steps there are still to be done, or have failed: at a name that something else has it would
            // become a version of that. The next plan sends it.
            if case .upload = step, thereBefore.holder(of: place) != nil {
                plan.hasMore = true
            } else {
                plan.steps.append(step)
            }
        } else {
            return false
        }
        there.put(index, at: place)
        return true
    }

    private func creationThere(_ item: MergedItem, at target: SyncPlace<SyncItem>) -> PlanStep? {
        guard let local = item.local else { return nil }
        if item.isFolder { return .makeFolderThere(local, at: target) }
        guard let node = item.node, item.synced != nil else { return .upload(local, at: target) }
        return .restoreThere(node, local, at: target)
    }

    mutating func settleHere(_ index: Int) -> Bool {
        guard isReady(index) else { return index == 0 }
        let (item, place) = (tree.items[index], tree.items[index].place)
        if here.places[index] == place { return true }
        isBeingPlaced[index] = true
        chain += 1
        defer {
            isBeingPlaced[index] = false
            chain -= 1
        }
        if here.places[place.parent] != tree.items[place.parent].place { _ = settleHere(place.parent) }
        guard here.isPresent[place.parent], !here.isInside(place.parent, index) else { return false }
        if let holder = here.holder(of: place), holder != index, !clearHere(holder, for: item) { return false }
        let target = SyncPlace(reference(place.parent), place.name)
        if here.isPresent[index] {
            guard let local = item.local else { return false }
            plan.steps.append(.moveHere(local, to: target, isAgreed: item.remotePlace == place))
        } else if let node = item.node, let remote = item.remote, !item.isOnlineOnly {
            plan.steps.append(
                remote.content.map { .download(node, $0, at: target) } ?? .makeFolderHere(node, at: target))
        } else {
            return false
        }
        here.put(index, at: place)
        return true
    }

    private func isReady(_ index: Int) -> Bool {
        guard index != 0, tree.items[index].fate == .alive, !isBeingPlaced[index], chain < Self.chainAtMost
        else { return false }
        if tree.items[index].isWaiting || tree.items[index].isToBeRead { return false }
        let folder = tree.items[index].place.parent
        return folder == 0 || tree.items[folder].fate == .alive
    }

    private func reference(_ index: Int) -> SyncItem {
        let item = tree.items[index]
        if let local = item.local, index != 0, item.remote == nil { return .local(local) }
        return .node(item.node ?? tree.root)
    }

    // MARK: Names that are taken

    /// Lets go of a name: to where its holder is to stand, or out of the way.
    private mutating func clearThere(_ holder: Int, for newcomer: Int) -> Bool {
        let item = tree.items[holder]
        switch item.fate {
        case .apart:
            // Each thing in a folder asks for that once more.
            if let local = tree.items[newcomer].local, withoutName.insert(newcomer).inserted {
                plan.problems.append(.inTheWayThere(local))
            }
            return false
        case .pending: return false
        case .alive where item.isWaiting || item.isToBeRead: return false
        case .alive: if settleThere(holder) { return true }
        case .dead:
            guard !heldThere.contains(holder) else { return false }
            if trash(holder) { return true }
        }
        guard let node = item.node else { return false }
        plan.steps.append(.parkThere(node))
        there.lift(holder)
        return true
    }

    private mutating func clearHere(_ holder: Int, for newcomer: MergedItem) -> Bool {
        let item = tree.items[holder]
        guard let local = item.local else { return false }
        switch item.fate {
        case .apart:
            if let node = newcomer.node { plan.problems.append(.inTheWay(node, local)) }
            return false
        case .pending: return false
        case .alive where item.isWaiting || item.isToBeRead: return false
        case .alive: if settleHere(holder) { return true }
        case .dead:
            guard !heldHere.contains(holder) else { return false }
            if deleteHere(holder) { return true }
        }
        plan.steps.append(.parkHere(local))
        here.lift(holder)
        return true
    }
}
