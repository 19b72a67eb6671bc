package import PannierCore
package import PannierMirror

/// A folder to be looked at.
package struct FolderNews: Hashable, Sendable {
    package let folder: LocalID
    /// What has changed in it and has come to rest. None of them may be there any more.
    package var names: Set<[UInt8]> = []
    /// There were more than are kept.
    package var hasMore = false
    /// The folder itself was moved or removed.
    package var isItself = false
    /// What is still changing, to be left out of the look.
    package var busy: Set<[UInt8]> = []
    /// When something was last heard of what has come to rest.
    package var lastAt: Milliseconds = 0

    package init(_ folder: LocalID) { self.folder = folder }
}

/// What is to be looked at.
package struct WatchNews: Hashable, Sendable {
    /// Nobody knows where something has changed: every folder is to be looked at.
    package var isEverything = false
    package var folders: [FolderNews] = []

    package init() {}

    package var isEmpty: Bool { !isEverything && folders.isEmpty }
}
