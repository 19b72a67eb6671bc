import PannierCore
import PannierMirror

extension Planning {
    mutating func guardDeletions() {
        var (here, there) = (tree.settledCount, tree.settledCount)
        for item in tree.items.dropFirst() where item.fate != .apart {
            if item.remote != nil { there += 1 }
            if item.here != nil { here += 1 }
            guard item.fate == .dead else { continue }
            if item.remote != nil { plan.deletions.there += 1 }
            if item.here != nil { plan.deletions.here += 1 }
        }
        isHeldHere = !rules.allows(plan.deletions.here, of: here, consented: rules.consented.here)
        isHeldThere = !rules.allows(plan.deletions.there, of: there, consented: rules.consented.there)
        if isHeldHere { plan.held.here = plan.deletions.here }
        if isHeldThere { plan.held.there = plan.deletions.there }
        guard !plan.held.isEmpty else { return }
        let dead = tree.items.dropFirst().filter { $0.fate == .dead }
        if isHeldHere { plan.heldHere = dead.compactMap { $0.here == nil ? nil : $0.local } }
        if isHeldThere { plan.heldThere = dead.compactMap { $0.remote == nil ? nil : $0.node } }
    }

    mutating func delete() {
        for (index, item) in tree.items.enumerated().dropFirst() where item.fate == .dead {
            if !isHeldThere, there.isPresent[index], isTop(index, there) { _ = trash(index) }
            if !isHeldHere, here.isPresent[index], isTop(index, here) { _ = deleteHere(index) }
        }
    }

    private func isTop(_ index: Int, _ side: SyncSide) -> Bool {
        side.places[index].map { $0.parent == 0 || tree.items[$0.parent].fate != .dead } ?? true
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
