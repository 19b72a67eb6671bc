package import PannierCore
package import PannierTransfer

/// Where changes come from: the File Service over HTTP, or a model of it in tests. Every call is one try.
package protocol FeedSource: Sendable {
    /// - Parameter cursor: nil starts from nothing.
    /// - Throws: `cursorExpired` when what lies behind the cursor is no longer kept.
    func page(after cursor: String?) async throws(Problem) -> ChangePage
    func list(_ request: ListNodes.Request) async throws(Problem) -> ListNodes.Response
}

extension ServiceClient: FeedSource {
    package func page(after cursor: String?) async throws(Problem) -> ChangePage { try await changes(cursor: cursor) }
    package func list(_ request: ListNodes.Request) async throws(Problem) -> ListNodes.Response {
        try await listNodes(request)
    }
}
