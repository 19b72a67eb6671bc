import PannierCore
import PannierMirror

// What is the same on both sides, and what is to be forgotten.
extension Planning {
    mutating func agree() {
        for (index, item) in tree.items.enumerated().dropFirst() {
            guard let node = item.node else { continue }
            guard let remote = item.remote, let local = item.local else {
                if isForgotten(item) { plan.steps.append(.forget(node)) }
                continue
            }
            guard item.fate == .alive, let entry = agreement(index, remote, local), entry != item.synced else {
                continue
            }
            plan.steps.append(.agree(node, entry))
        }
    }

    /// What is nowhere; and what was deleted on one side and lives on because of the other: it is new there.
    private func isForgotten(_ item: MergedItem) -> Bool {
        guard item.synced != nil else { return false }
        if item.remote == nil, item.here == nil { return true }
        guard item.fate == .alive else { return false }
        return item.remote != nil || item.isFolder
    }

    private func agreement(_ index: Int, _ remote: RemoteEntry, _ local: LocalID) -> SyncedEntry? {
        let item = tree.items[index]
        let isSamePlace = item.herePlace == item.remotePlace && item.remotePlace != nil
        let isSameContent = item.isFolder || (item.here?.content != nil && item.here?.content == remote.content)
        guard var entry = item.synced else {
            guard isSamePlace, isSameContent else { return nil }
            return SyncedEntry(remote.place, content: remote.content, local: local)
        }
        entry.local = local
        if isSamePlace { entry.place = remote.place }
        if isSameContent { entry.content = remote.content }
        return entry
    }
}
