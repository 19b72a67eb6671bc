package import PannierCore

/// What applying a page of the feed or a listing changed, for those who look at the mirror. Values of several steps can
/// be added up.
package struct FeedChange: Sendable, Hashable {
    /// Folders whose rows changed; nil: too many to name, look at everything.
    package private(set) var folders: Set<NodeID>? = []
    /// Shared With Me gained, lost or renamed something.
    package var isSharedChanged = false
    /// The set of views is another one.
    package var areViewsChanged = false
    /// The server was restored from a backup: everything was dropped, read from the start.
    package var mustStartOver = false
    /// The last of several pages was read: what waits for all that the server has to tell goes on.
    package var hasCaughtUp = false
    /// A view's root was refused: the feed is asked before anything else is listed.
    package var mustReadOn = false

    /// More than this many are not worth naming.
    package static let namedFolders = 200

    package init() {}

    package var isEmpty: Bool { self == FeedChange() }

    mutating func touch(_ folder: NodeID?) {
        guard let folder else { return }
        folders?.insert(folder)
        if let count = folders?.count, count > Self.namedFolders { folders = nil }
    }

    mutating func touchEverything() { folders = nil }

    package mutating func merge(_ other: FeedChange) {
        if let named = other.folders { named.forEach { touch($0) } } else { folders = nil }
        isSharedChanged = isSharedChanged || other.isSharedChanged
        areViewsChanged = areViewsChanged || other.areViewsChanged
        mustStartOver = mustStartOver || other.mustStartOver
        hasCaughtUp = hasCaughtUp || other.hasCaughtUp
        mustReadOn = mustReadOn || other.mustReadOn
    }
}
