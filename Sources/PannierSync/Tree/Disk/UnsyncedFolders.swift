import PannierCore
import PannierTransfer

/// Which folder stood at a path when something in it was changed: by the time that it is to be made durable, a person may
/// have moved it, and made another one in its place. Bounded: past that it is only known that there are more.
struct UnsyncedFolders {
    enum Folder: Equatable {
        /// Nothing was changed in it.
        case untouched
        case one(TreeIdentity)
        /// One of several, or nobody knows which.
        case uncertain
    }

    private var folders: [TreePath: Folder] = [:]
    /// More folders were changed than are kept.
    private var hasMore = false
    private let limit: Int

    init(limit: Int = 10_000) { self.limit = limit }

    mutating func note(_ path: TreePath, _ identity: TreeIdentity) {
        switch folders[path] {
        case .one(identity), .uncertain: return
        case .one: folders[path] = .uncertain
        case .untouched, nil:
            guard folders.count < limit else {
                hasMore = true
                return
            }
            folders[path] = .one(identity)
        }
    }

    /// What is known of these, and no more: made durable or not, nothing is tried twice.
    mutating func take(_ paths: [TreePath]) -> [TreePath: Folder] {
        var taken: [TreePath: Folder] = [:]
        for path in paths { taken[path] = folders.removeValue(forKey: path) ?? (hasMore ? .uncertain : .untouched) }
        if folders.isEmpty { hasMore = false }
        return taken
    }
}
