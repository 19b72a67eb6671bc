import PannierCore
import PannierMirror

// Which items there are to be.
//
// | here \ there | unchanged | content | gone |
// |---|---|---|---|
// | unchanged, moved | alive | alive | dead: the deletion stands |
// | content | alive | alive | alive: the edit wins |
// | gone | dead, wherever it stands | alive: the edit wins | forgotten |
//
// What is to be on the server alone lives there, whether it is here or not.
// A folder is dead when one side has deleted it, and alive again when anything in it is to live.
extension MergedTree {
    mutating func decideFates() {
        for index in items.indices.dropFirst() { items[index].fate = Self.fate(of: items[index]) }
    }

    private static func fate(of item: MergedItem) -> MergedItem.Fate {
        if item.isExcluded || item.isReserved { return .apart }
        switch (item.remote, item.here, item.synced) {
        case (.some, .some, _), (.some, nil, nil), (nil, .some, nil): return .alive
        case (nil, nil, _): return .dead
        case (.some, nil, .some) where item.isOnlineOnly: return .alive
        case (.some, nil, .some): return !item.isFolder && item.isChangedThere ? .alive : .dead
        case (nil, .some, .some):
            switch item.isChangedHere {
            case nil: return .pending
            case true: return .alive
            default: return .dead
            }
        }
    }

    /// What is excluded here is not gone; nor is what was below it, or below a folder in which nobody has looked yet, and
    /// what came there since is not fetched.
    mutating func setApart() {
        var folders = items.indices.filter { index in
            (items[index].isClosed || items[index].fate == .apart) && items[index].node != nil
        }
        guard !folders.isEmpty else { return }
        var below: [Int: [Int]] = [:]
        for (index, item) in items.enumerated() where item.here == nil {
            guard let parent = item.syncedPlace?.parent ?? item.remotePlace?.parent else { continue }
            below[parent, default: []].append(index)
        }
        while let folder = folders.popLast() {
            for index in below[folder] ?? [] where items[index].fate != .apart {
                items[index].fate = .apart
                folders.append(index)
            }
        }
    }
}
