import PannierCore
import PannierMirror
import PannierTransfer

// Who else may see something.
extension Engine {
    func share(
        _ source: Sources, with emails: [String], role: Role, key: CommandKey
    ) async throws(Problem) -> [Access] {
        let service = try signedIn().service
        guard let path = source.paths.first else { return [] }
        let node = try await planned(key) { () throws(Problem) in
            let node = try await ownPlace(at: path).node
            try source.check(node, at: path)
            return node.id
        }
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
        return try await end(plan, key, service)
    }

    /// A grant that is to end.
    private struct GrantPlan: Codable, Sendable {
        var node: NodeID
        var grant: ViewID
    }

    private func unsharePlan(_ path: RemotePath, with email: String) async throws(Problem) -> GrantPlan {
        let found = try await shares(of: path).filter { $0.grant.email.lowercased() == email.lowercased() }
        guard let access = found.first(where: { $0.path == path }) else {
            throw Self.notShared(path, with: email, but: found.last?.path)
        }
        return GrantPlan(node: access.grant.node, grant: access.grant.id)
    }

    /// Gives up what somebody else shares: the service lets whoever holds a grant end it, too.
    func leave(_ path: RemotePath, key: CommandKey) async throws(Problem) -> EngineReply {
        let service = try signedIn().service
        let plan = try await planned(key) { () throws(Problem) in try await leavePlan(path) }
        return try await end(plan, key, service)
    }

    private func leavePlan(_ path: RemotePath) async throws(Problem) -> GrantPlan {
        guard path.space == .shared, path.names.count == 1 else { throw .notLeavable(path) }
        let place = try await place(at: path)
        let view = place.view
        guard let grant = try await mirror.read({ try Place.sharedView(view, in: $0) }) else {
            throw .notLeavable(path)
        }
        return GrantPlan(node: place.node.id, grant: grant)
    }

    private func end(
        _ plan: GrantPlan, _ key: CommandKey, _ service: ServiceClient
    ) async throws(Problem) -> EngineReply {
        try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.unshare(plan.node, grant: plan.grant, key: IdempotencyKey(key))
        }
        await catchUp()
        return .done
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

extension Problem {
    fileprivate static func notLeavable(_ path: RemotePath) -> Problem {
        guard path.space == .shared else {
            return Problem(
                .badRequest, "\(path) is your own: say from whom it is to be taken back.",
                detail: "`pannier shares \(path)` says who may see it. Nothing was changed.", status: 0)
        }
        return Problem(
            .badRequest, "\(path) was not shared by itself.",
            detail: "Only what `pannier ls shared:/` lists can be given up. Nothing was changed.", status: 0)
    }
}
