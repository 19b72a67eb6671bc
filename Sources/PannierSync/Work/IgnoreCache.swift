import PannierCore
import Synchronization

/// What is ignored, as it was read last.
final class IgnoreCache: Sendable {
    private let loader: Mutex<IgnoreLoader>

    init(_ tree: any FileTree) { loader = Mutex(IgnoreLoader(tree)) }

    func rules(for folder: TreePath) throws(Problem) -> IgnoreRules {
        try loader.withLock { loader throws(Problem) in try loader.rules(for: folder) }
    }
}
