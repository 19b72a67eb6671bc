package import PannierCore
package import PannierMirror

/// The remote tree as far as the mirror knows it. Given by the engine.
package struct RemoteTree: Sendable {
    /// Children of a folder, ordered by id, after the given one; at most `limit`.
    package let children:
        @Sendable (_ folder: NodeID, _ after: NodeID?, _ limit: Int) async throws(Problem) -> FolderListing
    /// What stands at paths below a folder, one answer for each path; nil where nothing is known.
    package let nodes: @Sendable (_ folder: NodeID, _ paths: [[NodeName]]) async throws(Problem) -> [Node?]
    /// Brings the mirror up to what the server tells now; throws why that failed.
    package let refresh: @Sendable () async throws(Problem) -> Void
    /// Told whenever the mirror changed, and after every look at the server.
    package let news: MirrorNews

    package init(
        children: @escaping @Sendable (NodeID, NodeID?, Int) async throws(Problem) -> FolderListing,
        nodes: @escaping @Sendable (_ folder: NodeID, _ paths: [[NodeName]]) async throws(Problem) -> [Node?],
        refresh: @escaping @Sendable () async throws(Problem) -> Void, news: MirrorNews
    ) {
        self.children = children
        self.nodes = nodes
        self.refresh = refresh
        self.news = news
    }
}
