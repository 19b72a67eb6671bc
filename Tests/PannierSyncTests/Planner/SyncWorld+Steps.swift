import PannierCore
import PannierMirror
import PannierSync

// The client: what each step does, where its side still allows it.
extension SyncWorld {
    private func node(_ item: SyncItem) -> NodeID? {
        switch item {
        case .node(let node): node
        case .local(let local): local == top ? root : synced.first { $0.value.local == local }?.key
        }
    }

    private func place(_ place: SyncPlace<SyncItem>) -> SyncPlace<NodeID>? {
        node(place.parent).map { SyncPlace($0, place.name) }
    }

    private func placeHere(_ place: SyncPlace<SyncItem>) -> SyncPlace<LocalID>? {
        let local: LocalID? =
            switch place.parent {
            case .local(let local): local
            case .node(let node): node == root ? top : synced[node]?.local
            }
        return local.map { SyncPlace($0, place.name) }
    }

    /// - Returns: whether it was done.
    mutating func carryOut(_ step: PlanStep) -> Bool {
        switch step {
        case .makeFolderHere(let node, let target): return create(node, nil, at: target)
        case .download(let node, let content, let target): return create(node, content, at: target)
        case .replaceHere(let node, let local, let new, let old): return replace(local, old, by: new, of: node)
        case .moveHere(let local, let target, let isAgreed): return move(local, to: target, isAgreed)
        case .parkHere(let local): return park(local)
        case .deleteHere(let local, let node, let content): return delete(local, content, node)
        case .evictHere(let local, let node, let content): return evict(local, content, node)
        case .makeFolderThere(let local, let target), .upload(let local, let target): return create(local, at: target)
        case .uploadVersion(let local, let node, _): return upload(local, as: node)
        case .moveThere(let node, let target): return move(node, to: target)
        case .parkThere(let node): return park(node)
        case .trashThere(let node, let count): return trash(node, count)
        case .restoreThere(let node, let local, let target): return restore(node, local, at: target)
        case .agree(let node, let entry): synced[node] = entry
        case .forget(let node): synced[node] = nil
        case .read(let local): files[local]?.isRead = true
        }
        return true
    }

    // MARK: Here

    private mutating func create(_ node: NodeID, _ content: SyncContent?, at target: SyncPlace<SyncItem>) -> Bool {
        guard let here = placeHere(target), let there = place(target), allows(nil, at: here),
            nodes[node]?.content == content, nodes[node] != nil
        else { return false }
        let local = newFile()
        files[local] = File(place: here, content: content)
        synced[node] = SyncedEntry(there, content: content, local: local)
        return true
    }

    /// By a rename over the old file: another file stands there then.
    private mutating func replace(_ local: LocalID, _ old: SyncContent, by new: SyncContent, of node: NodeID) -> Bool {
        guard var file = files[local], file.content == old, nodes[node]?.content == new, var entry = synced[node]
        else { return false }
        quarantine.insert(old)
        files[local] = nil
        (entry.local, entry.content) = (newFile(), new)
        (file.content, file.isRead) = (new, true)
        files[entry.local] = file
        synced[node] = entry
        return true
    }

    private mutating func move(_ local: LocalID, to target: SyncPlace<SyncItem>, _ isAgreed: Bool) -> Bool {
        guard files[local] != nil, let here = placeHere(target), allows(local, at: here) else { return false }
        files[local]?.place = here
        files[local]?.parkedFrom = nil
        if isAgreed, let node = node(.local(local)), let there = place(target) { synced[node]?.place = there }
        return true
    }

    private mutating func park(_ local: LocalID) -> Bool {
        guard let file = files[local], file.parkedFrom == nil, let name = try? NodeName("\(local.number)")
        else { return false }
        files[local]?.parkedFrom = file.place
        files[local]?.place = SyncPlace(parking, name)
        return true
    }

    private mutating func delete(_ local: LocalID, _ content: SyncContent?, _ node: NodeID) -> Bool {
        guard let file = files[local], file.content == content, below(local) == [local], nodes[node] == nil
        else { return false }
        if let content { quarantine.insert(content) }
        files[local] = nil
        synced[node] = nil
        return true
    }

    private mutating func evict(_ local: LocalID, _ content: SyncContent?, _ node: NodeID) -> Bool {
        guard let file = files[local], file.content == content, below(local) == [local], nodes[node]?.content == content
        else { return false }
        files[local] = nil
        synced[node] = nil
        return true
    }

    // MARK: There

    private mutating func create(_ local: LocalID, at target: SyncPlace<SyncItem>) -> Bool {
        guard let file = files[local], let there = place(target), allows(nil, at: there), node(.local(local)) == nil
        else { return false }
        let node = newNode()
        nodes[node] = Node(place: there, content: file.content)
        synced[node] = SyncedEntry(there, content: file.content, local: local)
        files[local]?.isRead = true
        return true
    }

    private mutating func upload(_ local: LocalID, as node: NodeID) -> Bool {
        guard let file = files[local], let old = nodes[node], let content = old.content else { return false }
        if content != file.content { versions.insert(content) }
        nodes[node]?.content = file.content
        files[local]?.isRead = true
        let place = synced[node]?.place ?? old.parkedFrom ?? old.place
        synced[node] = SyncedEntry(place, content: file.content, local: local)
        return true
    }

    private mutating func move(_ node: NodeID, to target: SyncPlace<SyncItem>) -> Bool {
        guard nodes[node] != nil, let there = place(target), allows(node, at: there) else { return false }
        nodes[node]?.place = there
        nodes[node]?.parkedFrom = nil
        synced[node]?.place = there
        return true
    }

    private mutating func park(_ node: NodeID) -> Bool {
        guard let old = nodes[node], old.parkedFrom == nil, let name = try? NodeName(".moving-\(node)")
        else { return false }
        nodes[node]?.parkedFrom = old.place
        nodes[node]?.place = SyncPlace(root, name)
        return true
    }

    /// Nothing there may be newer than what was agreed on.
    private mutating func trash(_ node: NodeID, _ count: Int) -> Bool {
        let all = below(node)
        guard all.count == count, all.allSatisfy({ isAgreed($0) }) else { return false }
        for id in all {
            trash[id] = nodes.removeValue(forKey: id)
            synced[id] = nil
        }
        return true
    }

    private func isAgreed(_ node: NodeID) -> Bool {
        synced[node].map { $0.content == nodes[node]?.content } ?? false
    }

    private mutating func restore(_ node: NodeID, _ local: LocalID, at target: SyncPlace<SyncItem>) -> Bool {
        guard files[local] != nil, let old = trash[node], let there = place(target), allows(nil, at: there)
        else { return false }
        trash[node] = nil
        nodes[node] = Node(place: there, content: old.content)
        synced[node]?.place = there
        return true
    }
}
