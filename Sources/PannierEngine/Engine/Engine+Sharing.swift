import PannierCore
import PannierMirror
import PannierTransfer

// Who else may see something.
extension Engine {
    func share(
        _ path: RemotePath, with emails: [String], role: Role, key: CommandKey
    ) async throws(Problem) -> [Access] {
        let service = try signedIn().service
        let node = try await planned(key) { () throws(Problem) in try await ownPlace(at: path).node.id }
        let grants = try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.share(
                node, CreateShares.Request(emails: emails, role: role), key: IdempotencyKey(key))
        }
        await catchUp()
        return grants.grants.map { Access(path: path, grant: $0) }
    }

    func unshare(_ path: RemotePath, with email: String, key: CommandKey) async throws(Problem) -> EngineReply {
        let service = try signedIn().service
        let plan = try await planned(key) { () throws(Problem) in try await unsharePlan(path, with: email) }
        try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.unshare(plan.node, grant: plan.grant, key: IdempotencyKey(key))
        }
        await catchUp()
        return .done
    }

    private struct UnsharePlan: Codable, Sendable {
        var node: NodeID
        var grant: ViewID
    }

    private func unsharePlan(_ path: RemotePath, with email: String) async throws(Problem) -> UnsharePlan {
        let found = try await shares(of: path).filter { $0.grant.email.lowercased() == email.lowercased() }
        guard let access = found.first(where: { $0.path == path }) else {
            throw Self.notShared(path, with: email, but: found.last?.path)
        }
        return UnsharePlan(node: access.grant.node, grant: access.grant.id)
    }

    /// - Parameter above: a folder above it that is shared with them.
    private static func notShared(_ path: RemotePath, with email: String, but above: RemotePath?) -> Problem {
        guard let above else {
            return Problem(
                .notFound, "\(path) is not shared with \(email).",
                detail: "`pannier shares \(path)` says with whom it is. Nothing was changed.", status: 0)
        }
        return Problem(
            .notFound, "\(path) itself is not shared with \(email), but \(above) is, and it lies in there.",
            detail: "`pannier unshare \(above) \(email)` takes all of that back. Nothing was changed.", status: 0)
    }

    /// Grants on the place and on the folders that it lies in, the outermost first: each holds for all below.
    func shares(of path: RemotePath) async throws(Problem) -> [Access] {
        let service = try signedIn().service
        _ = try await ownPlace(at: path)
        var all: [Access] = []
        for depth in 0...path.names.count {
            let above = RemotePath(space: path.space, names: Array(path.names.prefix(depth)))
            // The mirror knows which folders are shared at all, so that few are asked about.
            guard let node = try await known(above)?.node, node.isShared || above == path else { continue }
            all += try await service.shares(of: node.id).grants.map { Access(path: above, grant: $0) }
        }
        return all
    }

    private func ownPlace(at path: RemotePath) async throws(Problem) -> Place {
        guard path.space == .myFiles else {
            throw Problem(
                .viewOnly, "\(path) belongs to someone else.", detail: "Only its owner can say who may see it.")
        }
        return try await place(at: path)
    }
}
