import PannierCore
import PannierMirror
import PannierTransfer

// Who else may see something.
extension Engine {
    func share(_ path: RemotePath, with emails: [String], role: Role) async throws(Problem) -> Grants {
        let service = try signedIn().service
        let node = try await ownPlace(at: path).node.id
        let key = IdempotencyKey()
        let grants = try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.share(node, CreateShares.Request(emails: emails, role: role), key: key)
        }
        await catchUp()
        return grants
    }

    func unshare(_ path: RemotePath, with email: String) async throws(Problem) -> EngineReply {
        let service = try signedIn().service
        let node = try await ownPlace(at: path).node.id
        let grants = try await service.shares(of: node).grants
        guard let grant = grants.first(where: { $0.email.lowercased() == email.lowercased() }) else {
            throw Problem(
                .notFound, "\(path) is not shared with \(email).",
                detail: "`pannier shares \(path)` says with whom it is. Nothing was changed.", status: 0)
        }
        let key = IdempotencyKey()
        try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.unshare(node, grant: grant.id, key: key)
        }
        await catchUp()
        return .done
    }

    func shares(of path: RemotePath) async throws(Problem) -> Grants {
        let service = try signedIn().service
        return try await service.shares(of: ownPlace(at: path).node.id)
    }

    private func ownPlace(at path: RemotePath) async throws(Problem) -> Place {
        guard path.space == .myFiles else {
            throw Problem(
                .badRequest, "\(path) belongs to someone else.", detail: "Only its owner can say who may see it.",
                status: 0)
        }
        return try await place(at: path)
    }
}
