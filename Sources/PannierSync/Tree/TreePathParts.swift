import Glibc
package import PannierTransfer

/// A path that was looked at: the folder that holds something, and its name there.
package struct TreePathParts {
    /// Empty is the synced folder itself.
    package let parent: ArraySlice<UInt8>
    /// Empty for the synced folder itself, which has no name here.
    package let name: ArraySlice<UInt8>

    /// - Throws: `EXDEV` when a name is `..`; `EINVAL` when one is empty, is `.` or holds a NUL.
    package init(_ path: TreePath) throws(LocalError) {
        try Self.check(path)
        if let slash = path.lastIndex(of: Self.slash) {
            parent = path[..<slash]
            name = path[(slash + 1)...]
        } else {
            parent = []
            name = path[...]
        }
    }

    /// Of something that a call can make, move or remove, which the folder itself is not.
    /// - Throws: also `EINVAL` for the folder itself.
    package init(named path: TreePath) throws(LocalError) {
        try self.init(path)
        guard !name.isEmpty else { throw LocalError(EINVAL) }
    }

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// The kernel would take `a/../b`, and two paths would lead to one place.
    private static func check(_ path: TreePath) throws(LocalError) {
        guard !path.isEmpty else { return }
        var start = 0
        for end in 0...path.count {
            guard end == path.count || path[end] == slash else {
                if path[end] == 0 { throw LocalError(EINVAL) }
                continue
            }
            switch end - start {
            case 0: throw LocalError(EINVAL)
            case 1 where path[start] == dot: throw LocalError(EINVAL)
            case 2 where path[start] == dot && path[start + 1] == dot: throw LocalError(EXDEV)
            default: start = end + 1
            }
        }
    }
}
