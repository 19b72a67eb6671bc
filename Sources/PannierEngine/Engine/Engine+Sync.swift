package import PannierCore
import PannierMirror

// The synced folder, as people ask for it.
extension Engine {
    func pair(_ folder: LocalPath) async throws(Problem) -> SyncState? {
        _ = try signedIn()
        try await sync.pair(folder)
        return await sync.state
    }

    func unpair() async throws(Problem) -> SyncState? {
        try await sync.unpair()
        return await sync.state
    }

    func pauseSync(_ isPaused: Bool) async throws(Problem) -> SyncState {
        _ = try await paired()
        try await sync.pause(isPaused)
        return try await paired()
    }

    func waitSynced(_ path: LocalPath?) async throws(Problem) -> SyncState {
        _ = try await paired()
        try await sync.waitUntilSynced(path)
        return try await paired()
    }

    func verifySync() async throws(Problem) -> SyncState {
        _ = try await paired()
        try await sync.verify()
        return try await paired()
    }

    func syncProblems(
        after key: String?, limit: Int, leftOut: Bool?, since: Int64?
    ) async throws(Problem) -> SyncProblemPage {
        // Without a folder there are none: it may have been let go since somebody was told of them.
        let page = try await mirror.read {
            try SyncTransaction($0).problems(
                after: key, limit: min(max(limit, 1), Limits.pageRows), leftOut: leftOut, since: since)
        }
        return page.fitting(PageSize.bytes)
    }

    func syncPlan(limit: Int) async throws(Problem) -> SyncPlan {
        _ = try await paired()
        return try await sync.plan(limit: min(max(limit, 0), Limits.pageRows)).fitting(PageSize.bytes)
    }

    func why(_ path: LocalPath) async throws(Problem) -> [String] {
        try await sync.why(path, try await paired())
    }

    /// - Throws: ``Problem`` `changedSince` when other numbers are held than somebody has seen.
    func approve(here: Int?, there: Int?) async throws(Problem) -> SyncState {
        _ = try await paired()
        try await sync.approve(here: here, there: there)
        return try await paired()
    }

    /// - Throws: ``Problem`` `changedSince` when other numbers are held than somebody has seen.
    func bringBack(here: Int?, there: Int?) async throws(Problem) -> SyncState {
        _ = try await paired()
        try await sync.bringBack(here: here, there: there)
        return try await paired()
    }

    /// All of them, or none.
    /// - Throws: ``Problem`` `badRequest` for what is in no synced folder, for that folder itself, or for what is in a folder
    ///   that is online only itself.
    func keep(_ paths: [RemotePath], isOnlineOnly: Bool) async throws(Problem) -> SyncState {
        _ = try await paired()
        var nodes: [NodeID] = []
        for path in paths {
            guard path.space == .myFiles else { throw .notOfSyncedFolder(path) }
            guard !path.isRoot else { throw .isTheSyncedFolder }
            nodes.append(try await place(at: path).node.id)
        }
        let chosen = nodes
        try await mirror.write { database in
            for node in chosen {
                let above = try SyncTransaction(database).keep(node, isOnlineOnly: isOnlineOnly)
                if let above { throw Problem.aboveIsOnlineOnly(above) }
            }
        }
        await sync.keptChanged()
        return try await paired()
    }

    /// - Throws: ``Problem`` `notFound` when there is no synced folder.
    func paired() async throws(Problem) -> SyncState {
        guard let state = await sync.state else { throw .noSyncedFolder }
        return state
    }
}

extension Problem {
    package static let noSyncedFolder = Problem(
        .notFound, "There is no synced folder: no folder of this machine is one with My Files.",
        detail: "`pannier sync FOLDER` makes one of the folder that you name. Nothing was changed.", status: 0)

    static func notOfSyncedFolder(_ path: RemotePath) -> Problem {
        Problem(
            .badRequest, "“\(path)” is not part of the synced folder.",
            detail: "What is in My Files can be kept here or not. Nothing was changed.", status: 0)
    }

    static let isTheSyncedFolder = Problem(
        .badRequest, "The synced folder as a whole cannot be chosen, only what is in it.",
        detail: "`pannier keep` takes several paths at once. Nothing was changed.", status: 0)

    static func aboveIsOnlineOnly(_ above: RemotePath) -> Problem {
        Problem(
            .badRequest, "The folder “\(above)” is online only, with all that is in it.",
            detail: "`pannier keep --here` with that folder brings it here. Nothing was changed.", status: 0)
    }
}
