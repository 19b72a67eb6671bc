import PannierCore

/// What a command changes: paths and, where somebody looked at them, what stood there then.
struct Sources: Sendable {
    let paths: [RemotePath]
    private let expected: [RemotePath: NodeID]

    /// - Parameter expected: in the order of the paths; empty where nobody looked.
    init(_ paths: [RemotePath], expected: [NodeID] = []) {
        self.paths = paths
        self.expected = Dictionary(zip(paths, expected)) { first, _ in first }
    }

    init(_ path: RemotePath, expected: NodeID?) { self.init([path], expected: expected.map { [$0] } ?? []) }

    /// - Throws: `notFound` when another file or folder has taken the place since it was looked at.
    func check(_ node: Node, at path: RemotePath) throws(Problem) {
        guard let expected = expected[path], expected != node.id else { return }
        throw Problem(
            .notFound, "Something else stands at \(path) by now.",
            detail: "It was not touched. What stood there was moved, renamed or deleted meanwhile.", status: 0)
    }
}
