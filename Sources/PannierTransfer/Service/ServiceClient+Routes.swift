internal import Foundation
package import PannierCore
internal import PannierHTTP

// The account.
extension ServiceClient {
    /// The only call without a token.
    package func signIn(_ request: SignIn.Request) async throws(Problem) -> SignIn.Response {
        try await send(.post, "/v1/devices", request, key: IdempotencyKey())
    }

    /// The token dies at once.
    package func signOut(key: IdempotencyKey = IdempotencyKey()) async throws(Problem) {
        try await delete("/v1/devices/current", key: key)
    }

    package func account() async throws(Problem) -> Account { try await get("/v1/account") }
}

// The tree.
extension ServiceClient {
    package func createNodes(
        _ request: CreateNodes.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> CreateNodes.Response {
        try await send(.post, "/v1/nodes", request, key: key)
    }

    package func listNodes(_ request: ListNodes.Request) async throws(Problem) -> ListNodes.Response {
        try await send(.post, "/v1/nodes/list", request)
    }

    package func moveNodes(
        _ request: MoveNodes.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> NodeResults {
        try await send(.post, "/v1/nodes/move", request, key: key)
    }

    /// - Returns: answers to the first items; at least to one.
    package func copyNodes(
        _ request: CopyNodes.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> NodeResults {
        try await send(.post, "/v1/nodes/copy", request, key: key)
    }

    package func trashNodes(
        _ request: TrashNodes.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> NodeResults {
        try await send(.post, "/v1/nodes/trash", request, key: key)
    }

    package func restoreNodes(
        _ request: RestoreNodes.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> NodeResults {
        try await send(.post, "/v1/nodes/restore", request, key: key)
    }
}

// Versions.
extension ServiceClient {
    package func versions(
        of file: NodeID, after: VersionID?, limit: Int
    ) async throws(Problem) -> FileVersions {
        let more = after.map { "&after=\($0)" } ?? ""
        return try await get("/v1/files/\(file)/versions?limit=\(limit)\(more)")
    }

    package func restoreVersion(
        of file: NodeID, _ request: RestoreVersion.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> Node {
        try await send(.post, "/v1/files/\(file)/restore", request, key: key)
    }

    package func settleConflicts(
        of file: NodeID, _ request: SettleConflicts.Request
    ) async throws(Problem) -> Node {
        try await send(.post, "/v1/files/\(file)/conflicts/settle", request)
    }
}

// Contents.
extension ServiceClient {
    package func declareChunks(
        _ request: DeclareChunks.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> DeclareChunks.Response {
        try await send(.post, "/v1/uploads/declare", request, key: key)
    }

    /// Which of these an upload to a folder would have to send.
    package func missingChunks(_ request: MissingChunks.Request) async throws(Problem) -> DeclareChunks.Missing {
        try await send(.post, "/v1/chunks/missing", request)
    }

    package func openPacks(
        _ request: OpenPacks.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> OpenPacks.Response {
        try await send(.post, "/v1/packs", request, key: key)
    }

    package func describePack(
        _ pack: PackID, _ request: DescribePack.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> DescribePack.Response {
        try await send(.patch, "/v1/packs/\(pack)", request, key: key)
    }

    package func commitUploads(
        _ request: CommitUploads.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> CommitUploads.Response {
        try await send(.post, "/v1/uploads/commit", request, key: key)
    }

    package func cancelUpload(_ upload: UploadID, key: IdempotencyKey = IdempotencyKey()) async throws(Problem) {
        try await delete("/v1/uploads/\(upload)", key: key)
    }

    package func checkPack(
        _ pack: PackID, _ request: CheckPack.Request
    ) async throws(Problem) -> CheckPack.Response {
        try await send(.post, "/v1/packs/\(pack)/check", request)
    }

    package func content(_ request: GetContent.Request) async throws(Problem) -> GetContent.Response {
        try await send(.post, "/v1/content", request)
    }
}

// The feed.
extension ServiceClient {
    /// - Parameter cursor: nil starts from nothing.
    package func changes(cursor: String?, limit: Int = Limits.pageRows) async throws(Problem) -> ChangePage {
        try await send(.post, "/v1/changes", GetChanges.Request(cursor: cursor, limit: limit))
    }
}

// Sharing.
extension ServiceClient {
    package func share(
        _ node: NodeID, _ request: CreateShares.Request, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) -> Grants {
        try await send(.post, "/v1/files/\(node)/shares", request, key: key)
    }

    package func shares(of node: NodeID) async throws(Problem) -> Grants { try await get("/v1/files/\(node)/shares") }

    package func unshare(
        _ node: NodeID, grant: ViewID, key: IdempotencyKey = IdempotencyKey()
    ) async throws(Problem) {
        try await delete("/v1/files/\(node)/shares/\(grant)", key: key)
    }
}
