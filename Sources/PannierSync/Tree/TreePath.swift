extension TreePath {
    /// Names, from the top down.
    init(_ names: [[UInt8]]) { self = Array(names.filter { !$0.isEmpty }.joined(separator: [UInt8(ascii: "/")])) }

    func appending(_ name: [UInt8]) -> TreePath { isEmpty ? name : self + [UInt8(ascii: "/")] + name }

    /// The folder that holds it.
    var folder: TreePath { lastIndex(of: UInt8(ascii: "/")).map { Array(self[..<$0]) } ?? [] }
}
