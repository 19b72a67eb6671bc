import PannierCore
import Synchronization

/// What is ignored, as it was read last.
final class IgnoreCache: Sendable {
    private let loader: Mutex<IgnoreLoader>

    init(_ tree: any FileTree, settle: Nanoseconds) { loader = Mutex(IgnoreLoader(tree, settle: settle)) }

    /// See ``IgnoreLoader/rules(for:wall:known:)``.
    func rules(for folder: TreePath, _ wall: Nanoseconds, known: Set<Int>) throws(Problem) -> IgnoreRules? {
        try loader.withLock { loader throws(Problem) in try loader.rules(for: folder, wall: wall, known: known) }
    }
}
