package import PannierCore

/// The remote tree as far as the mirror knows it. Given by the engine.
package struct RemoteTree: Sendable {
    /// Returns when the mirror knows all that the server knew when this was called. Throws why it cannot.
    package let catchUp: @Sendable () async throws(Problem) -> Void
    /// Living children of a folder, ordered by id, after the given one; at most `limit`. Empty: there are no more.
    package let children: @Sendable (_ folder: NodeID, _ after: NodeID?, _ limit: Int) async throws(Problem) -> [Node]
    /// What stands at paths below a folder, one answer for each path; nil where nothing is known.
    package let nodes: @Sendable (_ folder: NodeID, _ paths: [[NodeName]]) async throws(Problem) -> [Node?]

    package init(
        catchUp: @escaping @Sendable () async throws(Problem) -> Void = {},
        children:
            @escaping @Sendable (_ folder: NodeID, _ after: NodeID?, _ limit: Int) async throws(Problem) -> [Node],
        nodes: @escaping @Sendable (_ folder: NodeID, _ paths: [[NodeName]]) async throws(Problem) -> [Node?]
    ) {
        self.catchUp = catchUp
        self.children = children
        self.nodes = nodes
    }
}
