import Foundation
import PannierCore
import PannierEngine

/// Says on a terminal how far the synced folder is while something is waited for.
struct SyncWatch: Sendable {
    let link: AttachedLink

    func during<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        guard Report.isTerminal(STDERR_FILENO) else { return try await body() }
        _ = try await link.send(.subscribe)
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { [link] in
                for await case .sync(let state?) in link.events {
                    Report.raw("\r\u{1B}[K" + SafeText(SyncLines.phase(state)).text)
                }
                return nil
            }
            group.addTask { try await body() }
            defer {
                group.cancelAll()
                Report.raw("\r\u{1B}[K")
            }
            // The events may end first, when the agent is stopped: then the other one says so.
            while let value = try await group.next() { if let value { return value } }
            throw Problem.otherVersion
        }
    }
}
