package import PannierTransfer

/// A file that is read a piece at a time, since a large one takes minutes. One owner, which drops it when it fails.
package protocol TreeReading: AnyObject, Sendable {
    /// Reads on.
    /// - Parameter bytes: at most so many; what was read is taken from it.
    func next(_ bytes: inout Int) throws(LocalError) -> TreeReadingStep
}

package enum TreeReadingStep: Sendable, Hashable {
    /// There is more to be read.
    case more
    /// It has come to its end: nil when it does not come to rest, or was changed meanwhile.
    case end(TreeContent?)
}

extension FileTree {
    /// Reads small files at one go.
    package func reading(of path: TreePath) throws(LocalError) -> any TreeReading { WholeReading(self, path) }
}

private final class WholeReading: TreeReading {
    private let tree: any FileTree
    private let path: TreePath

    init(_ tree: any FileTree, _ path: TreePath) {
        self.tree = tree
        self.path = path
    }

    func next(_ bytes: inout Int) throws(LocalError) -> TreeReadingStep {
        let content = try tree.content(of: path)
        bytes -= Int(clamping: content?.status.size ?? 0)
        return .end(content)
    }
}
