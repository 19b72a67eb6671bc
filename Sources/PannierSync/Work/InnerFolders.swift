import PannierCore
import PannierMirror
import PannierTransfer

/// Looks for synced folders in one that is to become one. Left out of it they are for as long as they have their markers:
/// let go of, what is in them would come into somebody else's files without a word.
///
/// Level by level, so that what is near the top is found without going through all of a large disk. What lies deeper, or is
/// moved there later, is left out when it is come upon (``LookedAt``).
package struct InnerFolders {
    /// Less than a second on a disk of this machine.
    package static let most = 20_000

    private let tree: any FileTree

    package init(_ tree: any FileTree) { self.tree = tree }

    /// - Parameter limit: files and folders that are looked at, about.
    /// - Returns: the one that is nearest to the top and is not ignored; nil: none was found.
    package func first(atMost limit: Int = InnerFolders.most) -> TreePath? {
        var loader = IgnoreLoader(tree)
        var folders: [TreePath] = [[]]
        var (place, seen) = (0, 0)
        while place < folders.count, seen < limit {
            let folder = folders[place]
            place += 1
            // What cannot be looked at is none of ours, and told when it is its turn.
            guard let entries = entries(of: folder, &loader) else { continue }
            if let inner = entries.first(where: { $0.leftOut == .syncedFolder }) { return folder.appending(inner.name) }
            folders += entries.filter { $0.kind == .folder }.map { folder.appending($0.name) }
            seen += entries.count + 1
        }
        return nil
    }

    private func entries(of folder: TreePath, _ loader: inout IgnoreLoader) -> [FolderListing.Entry]? {
        guard let rules = try? loader.rules(for: folder) else { return nil }
        return try? LookedAt.entries(of: folder, in: tree, rules)
    }
}
