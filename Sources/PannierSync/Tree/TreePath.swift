extension TreePath {
    /// Names, from the top down.
    init(_ names: [[UInt8]]) { self = Array(names.filter { !$0.isEmpty }.joined(separator: [UInt8(ascii: "/")])) }

    func appending(_ name: [UInt8]) -> TreePath { isEmpty ? name : self + [UInt8(ascii: "/")] + name }

    /// All folders that it lies in, the top first.
    package var foldersAbove: [TreePath] {
        [[]] + indices.filter { self[$0] == UInt8(ascii: "/") }.map { Array(self[..<$0]) }
    }

    /// The folder that holds it.
    var folder: TreePath { lastIndex(of: UInt8(ascii: "/")).map { Array(self[..<$0]) } ?? [] }
}
