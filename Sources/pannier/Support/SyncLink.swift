import PannierCore
import PannierEngine

// Questions about the synced folder.
extension EngineLink {
    /// - Returns: nil when there is none.
    func syncState(_ command: EngineCommand = .syncState) async throws -> SyncState? {
        guard case .sync(let state) = try await send(command) else { throw Problem.otherVersion }
        return state
    }

    /// - Throws: ``Problem`` `notFound` when there is none.
    func synced(_ command: EngineCommand = .syncState) async throws -> SyncState {
        guard let state = try await syncState(command) else { throw Problem.noSyncedFolder }
        return state
    }

    /// See ``EngineCommand/syncProblems(after:limit:leftOut:since:)``.
    func syncProblems(
        after key: String? = nil, limit: Int, leftOut: Bool? = nil, since: Int64? = nil
    ) async throws -> SyncProblemPage {
        let command = EngineCommand.syncProblems(after: key, limit: limit, leftOut: leftOut, since: since)
        guard case .syncProblems(let page) = try await send(command) else { throw Problem.otherVersion }
        return page
    }

    func syncPlan(limit: Int) async throws -> SyncPlan {
        guard case .syncPlan(let plan) = try await send(.syncPlan(limit: limit)) else { throw Problem.otherVersion }
        return plan
    }
}
