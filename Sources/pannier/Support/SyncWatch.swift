import Foundation
import PannierCore
import PannierEngine
import Synchronization

/// Says how far the synced folder is while something is waited for: on a terminal as it goes; everywhere once, when it takes
/// long because a program goes on writing.
struct SyncWatch: Sendable {
    let link: AttachedLink

    /// What a wait for something to come to rest may take that nobody needs to hear of.
    private static let patience = Duration.seconds(3)

    func during<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let isTerminal = Report.isTerminal(STDERR_FILENO)
        _ = try await link.send(.subscribe)
        let latest = Latest()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { [link] in
                for await case .sync(let state?) in link.events {
                    latest.state.withLock { $0 = state }
                    if isTerminal { Report.raw("\r\u{1B}[K" + SafeText(SyncLines.phase(state)).text) }
                }
                return nil
            }
            group.addTask {
                await Self.sayWhatIsWritten(latest, isTerminal)
                return nil
            }
            group.addTask { try await body() }
            defer {
                group.cancelAll()
                if isTerminal { Report.raw("\r\u{1B}[K") }
            }
            // The events may end first, when the agent is stopped: then the other one says so.
            while let value = try await group.next() { if let value { return value } }
            throw Problem.otherVersion
        }
    }

    private final class Latest: Sendable {
        let state = Mutex<SyncState?>(nil)
    }

    private static func sayWhatIsWritten(_ latest: Latest, _ isTerminal: Bool) async {
        while (try? await Task.sleep(for: patience)) != nil {
            guard let words = latest.state.withLock({ $0?.beingWrittenWords }) else { continue }
            if isTerminal { Report.raw("\r\u{1B}[K") }
            return Report.line("pannier: Still waiting for \(words).")
        }
    }
}
