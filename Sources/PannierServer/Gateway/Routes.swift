import HTTPTypes
import Hummingbird
import PannierCore

extension Route {
    /// The OpenAPI document that tells of them.
    package static var document: [UInt8] { PackageResources.openapi_json }

    /// All routes of the API.
    package static let all: [Route] = accounts + nodes + versions + uploads + content + shares + changes + service

    private static let accounts: [Route] = [
        Route(.post, "/v1/devices", "signIn", access: .anyone) { gateway, call in try await gateway.signIn(call) },
        Route(.delete, "/v1/devices/current", "signOut") { gateway, call in
            let answer = try await gateway.change(call) { try Operations.removeDevice(in: $0) }
            if let hash = call.tokenHash { gateway.hub.recheck(tokenHash: hash) }
            return answer
        },
        Route(.get, "/v1/account", "account") { gateway, call in
            try await gateway.read(call) { try Operations.account(in: $0) }
        },
    ]

    private static let nodes: [Route] = [
        Route(.post, "/v1/nodes", "createNodes", needsKey: true) { gateway, call in
            try await gateway.change(call, CreateNodes.Request.self) { try Operations.createNodes($0, in: $1) }
        },
        Route(.post, "/v1/nodes/list", "listNodes") { gateway, call in
            let request = try call.decode(ListNodes.Request.self)
            return try await gateway.read(call) { try Operations.listNodes(request, in: $0) }
        },
        Route(.get, "/v1/files/{id}", "file") { gateway, call in
            let id = try call.parameter("id", as: NodeID.self)
            return try await gateway.read(call) { try Operations.file(id: id, in: $0) }
        },
        Route(.post, "/v1/nodes/move", "moveNodes", needsKey: true) { gateway, call in
            try await gateway.change(call, MoveNodes.Request.self) { try Operations.moveNodes($0, in: $1) }
        },
        Route(.post, "/v1/nodes/copy", "copyNodes", needsKey: true) { gateway, call in
            try await gateway.change(call, CopyNodes.Request.self) { try Operations.copyNodes($0, in: $1) }
        },
        Route(.post, "/v1/nodes/trash", "trashNodes", needsKey: true) { gateway, call in
            try await gateway.change(call, TrashNodes.Request.self) { try Operations.trashNodes($0, in: $1) }
        },
        Route(.post, "/v1/nodes/restore", "restoreNodes", needsKey: true) { gateway, call in
            try await gateway.change(call, RestoreNodes.Request.self) { try Operations.restoreNodes($0, in: $1) }
        },
    ]

    private static let versions: [Route] = [
        Route(.get, "/v1/files/{id}/versions", "versions") { gateway, call in
            let id = try call.parameter("id", as: NodeID.self)
            let after = try call.query("after", as: VersionID.self)
            let limit = try call.query("limit", as: Int.self)
            return try await gateway.read(call) { try Operations.versions(of: id, after: after, limit: limit, in: $0) }
        },
        Route(.post, "/v1/files/{id}/restore", "restoreVersion", needsKey: true) { gateway, call in
            let id = try call.parameter("id", as: NodeID.self)
            return try await gateway.change(call, RestoreVersion.Request.self) {
                try Operations.restoreVersion(of: id, $0, in: $1)
            }
        },
        Route(.post, "/v1/files/{id}/conflicts/settle", "settleConflicts") { gateway, call in
            let id = try call.parameter("id", as: NodeID.self)
            return try await gateway.change(call, SettleConflicts.Request.self) {
                try Operations.settleConflicts(of: id, $0, in: $1)
            }
        },
    ]

    private static let uploads: [Route] = [
        Route(.post, "/v1/chunks/missing", "missingChunks") { gateway, call in
            let request = try call.decode(MissingChunks.Request.self)
            return try await gateway.read(call) { try Operations.missingChunks(request, in: $0) }
        },
        Route(.post, "/v1/uploads/declare", "declareChunks") { gateway, call in
            try await gateway.change(call, DeclareChunks.Request.self) { try Operations.declareChunks($0, in: $1) }
        },
        Route(.post, "/v1/packs", "openPacks", needsKey: true) { gateway, call in
            try await gateway.change(call, OpenPacks.Request.self) { try Operations.openPacks($0, in: $1) }
        },
        Route(.patch, "/v1/packs/{id}", "describePack") { gateway, call in try await gateway.describePack(call) },
        Route(.post, "/v1/uploads/commit", "commitUploads", needsKey: true) { gateway, call in
            try await gateway.change(call, CommitUploads.Request.self) { try Operations.commitUploads($0, in: $1) }
        },
        Route(.get, "/v1/uploads/{id}", "uploadStatus") { gateway, call in
            let id = try call.parameter("id", as: UploadID.self)
            return try await gateway.read(call) { try Operations.uploadStatus(id: id, in: $0) }
        },
        Route(.delete, "/v1/uploads/{id}", "cancelUpload") { gateway, call in
            let id = try call.parameter("id", as: UploadID.self)
            return try await gateway.change(call) { try Operations.cancelUpload(id: id, in: $0) }
        },
    ]

    private static let content: [Route] = [
        Route(.post, "/v1/content", "content") { gateway, call in try await gateway.content(call) },
        Route(.post, "/v1/packs/{id}/check", "checkPack") { gateway, call in try await gateway.checkPack(call) },
    ]

    private static let shares: [Route] = [
        Route(.post, "/v1/files/{id}/shares", "createShares", needsKey: true) { gateway, call in
            let id = try call.parameter("id", as: NodeID.self)
            return try await gateway.change(call, CreateShares.Request.self) {
                try Operations.createShares(node: id, $0, in: $1)
            }
        },
        Route(.get, "/v1/files/{id}/shares", "shares") { gateway, call in
            let id = try call.parameter("id", as: NodeID.self)
            return try await gateway.read(call) { try Operations.shares(node: id, in: $0) }
        },
        Route(.delete, "/v1/files/{id}/shares/{grant}", "removeShare", needsKey: true) { gateway, call in
            let id = try call.parameter("id", as: NodeID.self)
            let grant = try call.parameter("grant", as: ViewID.self)
            return try await gateway.change(call) { try Operations.removeShare(node: id, grant: grant, in: $0) }
        },
        Route(.get, "/v1/shared", "sharedWithMe") { gateway, call in
            try await gateway.read(call) { try Operations.sharedWithMe(in: $0) }
        },
    ]

    private static let changes: [Route] = [
        Route(.post, "/v1/changes", "changes") { gateway, call in try await gateway.changes(call, node: nil) },
        Route(.post, "/v1/files/{id}/changes", "fileChanges") { gateway, call in
            try await gateway.changes(call, node: try call.parameter("id", as: NodeID.self))
        },
        // The upgrade itself is taken before the router sees it (PushChannel).
        Route(.get, "/v1/push", "push") { _, _ in
            .refusal(
                Problem(
                    .badRequest, "This route is a WebSocket.",
                    detail: "Ask for it with the first request of a connection of its own.", status: 426),
                headers: [.upgrade: "websocket"])
        },
    ]

    private static let service: [Route] = [
        Route(.get, "/v1/health", "health", access: .anyone) { gateway, _ in try await gateway.health() },
        Route(.get, "/v1/metrics", "metrics", access: .local) { gateway, _ in
            .text(gateway.metrics.text(sockets: gateway.hub.count), type: "text/plain; version=0.0.4")
        },
        Route(.get, "/v1/openapi.json", "openAPI", access: .anyone) { _, _ in .json(document) },
    ]
}

extension Gateway {
    fileprivate func changes(_ call: Call, node: NodeID?) async throws -> Answer {
        let request = try call.decode(GetChanges.Request.self)
        guard (1...Limits.pageRows).contains(request.limit) else {
            throw Problem(.badRequest, "`limit` must be between 1 and \(Limits.pageRows).")
        }
        return try await read(call) { context in
            try Operations.changes(cursor: request.cursor, limit: request.limit, node: node, in: context)
        }
    }

    /// Ready when the database answers; the store was tried before the server began to listen.
    fileprivate func health() async throws -> Answer {
        _ = try await store.read { try $0.rows("SELECT 1", []) }
        return .json(Array(try WireJSON.encode(ServiceHealth.ready)))
    }
}
