import PannierCore
import PannierMirror

extension Planning {
    /// What a person has said yes to goes; of the rest each side lets go what is little, or nothing.
    mutating func guardDeletions() {
        var here = GuardedSide(rules, \.here, settled: tree.settledCount)
        var there = GuardedSide(rules, \.there, settled: tree.settledCount)
        for item in tree.items.dropFirst() {
            if item.here != nil { here.add(item) }
            if item.remote != nil { there.add(item) }
        }
        plan.consented = DeletionSet(here: here.stillConsented, there: there.stillConsented)
        plan.deletions = Deletions(
            here: here.dead.count + here.stillConsented.count, there: there.dead.count + there.stillConsented.count)
        if !here.isAllowed(by: rules) { plan.heldNodes.here = here.dead }
        if !there.isAllowed(by: rules) { plan.heldNodes.there = there.dead }
        plan.lately = DeletionSet(
            here: here.deletedLately(isHeld: !plan.heldNodes.here.isEmpty),
            there: there.deletedLately(isHeld: !plan.heldNodes.there.isEmpty))
        if !plan.heldNodes.isEmpty { hold() }
    }

    /// With what is held every folder stays that it is in.
    private mutating func hold() {
        plan.held = Deletions(here: plan.heldNodes.here.count, there: plan.heldNodes.there.count)
        var (here, there): (Set<Int>, Set<Int>) = ([], [])
        for (index, item) in tree.items.enumerated().dropFirst() where item.fate == .dead {
            guard let node = item.node else { continue }
            if item.here != nil, plan.heldNodes.here.contains(node), item.local != nil {
                here.insert(index)
                hold(index, in: \.heldHere) { $0.herePlace }
            }
            if item.remote != nil, plan.heldNodes.there.contains(node) {
                there.insert(index)
                hold(index, in: \.heldThere) { $0.remotePlace }
            }
        }
        var topsHere = HeldTops<LocalID>(tree, here, place: { $0.herePlace }, name: { $0.local })
        var topsThere = HeldTops<NodeID>(tree, there, place: { $0.remotePlace }, name: { $0.node })
        (plan.heldHere, plan.heldThere) = (topsHere.all(), topsThere.all())
    }

    private mutating func hold(
        _ index: Int, in held: WritableKeyPath<Planning, Set<Int>>, _ place: (MergedItem) -> MergedPlace?
    ) {
        var next: Int? = index
        while let index = next, index != 0, tree.items[index].fate == .dead,
            self[keyPath: held].insert(index).inserted
        {
            next = place(tree.items[index])?.parent
        }
    }

    mutating func delete() {
        for (index, item) in tree.items.enumerated().dropFirst() where item.fate == .dead {
            if !heldThere.contains(index), there.isPresent[index], isTop(index, there, heldThere) { _ = trash(index) }
            if !heldHere.contains(index), here.isPresent[index], isTop(index, here, heldHere) { _ = deleteHere(index) }
        }
    }

    /// It does not go with a folder that goes.
    private func isTop(_ index: Int, _ side: SyncSide, _ held: Set<Int>) -> Bool {
        side.places[index].map { $0.parent == 0 || tree.items[$0.parent].fate != .dead || held.contains($0.parent) }
            ?? true
    }

    /// Into the trash with all that is in it, once what is to live has left it.
    mutating func trash(_ index: Int) -> Bool {
        guard let node = tree.items[index].node, !isBeingPlaced[index] else { return false }
        isBeingPlaced[index] = true
        defer { isBeingPlaced[index] = false }
        guard let below = emptyThere(index) else { return false }
        plan.steps.append(.trashThere(node, count: below.count + 1))
        for other in below { there.remove(other) }
        there.remove(index)
        return true
    }

    /// What is below a folder and goes with it; nil while something that is to live is still there.
    private mutating func emptyThere(_ folder: Int) -> [Int]? {
        var below: [Int] = []
        for child in tree.insideThere[folder] where there.places[child]?.parent == folder {
            if tree.items[child].fate == .dead {
                guard let more = emptyThere(child) else { return nil }
                below.append(child)
                below += more
            } else if !settleThere(child) || there.places[child]?.parent == folder {
                return nil
            }
        }
        return there.counts[folder] == below.count(where: { there.places[$0]?.parent == folder }) ? below : nil
    }

    /// Takes from this disk what is to be on the server alone, once the server has it as it is here.
    mutating func evict() {
        for (index, item) in tree.items.enumerated().dropFirst()
        where item.isOnlineOnly && here.places[index] != nil && !isInEvicted(index) {
            _ = evict(index)
        }
    }

    private func isInEvicted(_ index: Int) -> Bool {
        here.places[index].map { tree.items[$0.parent].isOnlineOnly && here.places[$0.parent] != nil } ?? false
    }

    /// - Returns: whether nothing of it stays.
    private mutating func evict(_ index: Int) -> Bool {
        let item = tree.items[index]
        for child in tree.insideHere[index] where here.places[child]?.parent == index { _ = evict(child) }
        guard item.isOnlineOnly, item.fate == .alive, let local = item.local, let node = item.node,
            item.remotePlace == item.herePlace
        else { return false }
        guard here.counts[index] == 0 else {
            if holdsOnlyApart(index) { plan.problems.append(.holdsLeftOut(node, local)) }
            return false
        }
        let isThere =
            item.isFolder ? item.synced != nil : item.here?.content != nil && item.here?.content == item.synced?.content
        guard isThere else { return false }
        plan.steps.append(.evictHere(local, node, item.synced?.content))
        here.remove(index)
        return true
    }

    private func holdsOnlyApart(_ folder: Int) -> Bool {
        tree.insideHere[folder].allSatisfy { child in
            here.places[child]?.parent != folder || tree.items[child].fate == .apart
        }
    }

    /// From the bottom up: every file is looked at once more before it goes.
    mutating func deleteHere(_ index: Int) -> Bool {
        let item = tree.items[index]
        guard let local = item.local, let node = item.node, !isBeingPlaced[index] else { return false }
        isBeingPlaced[index] = true
        defer { isBeingPlaced[index] = false }
        for child in tree.insideHere[index] where here.places[child]?.parent == index {
            if tree.items[child].fate == .dead { _ = deleteHere(child) } else { _ = settleHere(child) }
        }
        guard here.counts[index] == 0 else { return false }
        plan.steps.append(.deleteHere(local, node, item.synced?.content))
        here.remove(index)
        return true
    }
}
