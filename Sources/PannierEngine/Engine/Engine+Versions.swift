import PannierCore
import PannierMirror
import PannierTransfer

// What a file has held, and which of that it holds.
extension Engine {
    func versions(of path: RemotePath, after: VersionID?, limit: Int) async throws(Problem) -> EngineReply {
        let service = try signedIn().service
        let node = try await file(at: path)
        let most = min(max(limit, 1), Limits.pageRows)
        return .versions(
            try await RetryPolicy.interactive.run { _ throws(Problem) in
                try await service.versions(of: node.id, after: after, limit: most)
            })
    }

    func restore(
        _ version: VersionID, of source: Sources, over current: VersionID?, key: CommandKey
    ) async throws(Problem) -> EngineReply {
        let service = try signedIn().service
        guard let path = source.paths.first else { return .done }
        let node = try await planned(key) { () throws(Problem) in try await file(of: source, at: path).id }
        _ = try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.restoreVersion(
                of: node, RestoreVersion.Request(version: version, current: current), key: IdempotencyKey(key))
        }
        await catchUp()
        return .done
    }

    /// What is to stay.
    private struct KeptVersion: Codable, Sendable {
        var node: NodeID
        var version: VersionID
    }

    func keep(_ version: VersionID?, of source: Sources, key: CommandKey) async throws(Problem) -> EngineReply {
        let service = try signedIn().service
        guard let path = source.paths.first else { return .done }
        let plan = try await planned(key) { () throws(Problem) in
            let node = try await file(of: source, at: path)
            guard let current = version ?? node.content?.version else { throw Problem.noVersions(path) }
            return KeptVersion(node: node.id, version: current)
        }
        _ = try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.settleConflicts(of: plan.node, SettleConflicts.Request(version: plan.version))
        }
        await catchUp()
        return .done
    }

    func conflicts(limit: Int) async throws(Problem) -> EngineReply {
        if session == nil { _ = try signedIn() }
        let most = min(max(limit, 1), Limits.pageRows)
        return .rows(try await mirror.read { try ConflictRows.page(limit: most, in: $0) })
    }

    private func file(of source: Sources, at path: RemotePath) async throws(Problem) -> Node {
        let node = try await file(at: path)
        try source.check(node, at: path)
        return node
    }

    /// A file that whoever is signed in may write in.
    private func file(at path: RemotePath) async throws(Problem) -> Node {
        let node = try await changeable(at: path).node
        guard node.kind == .file else { throw .noVersions(path) }
        return node
    }
}

extension Problem {
    static func noVersions(_ path: RemotePath) -> Problem {
        Problem(.notFile, "\(path) is a folder.", detail: "Versions are of files. Nothing was changed.", status: 0)
    }
}
