import Foundation
import PannierCore
import PannierEngine
import Synchronization

/// Says how far the synced folder is while something is waited for: on a terminal as it goes; everywhere once, when it takes
/// long because a program goes on writing.
struct SyncWatch: Sendable {
    let link: AttachedLink
    /// What is waited for, below the folder; nil: all of it. What is written elsewhere is of no interest.
    var path: LocalPath?

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
                await sayWhatIsWritten(latest, isTerminal)
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

    private func sayWhatIsWritten(_ latest: Latest, _ isTerminal: Bool) async {
        while (try? await Task.sleep(for: Self.patience)) != nil {
            guard let state = latest.state.withLock({ $0 }), let said = words(state) else { continue }
            if isTerminal { Report.raw("\r\u{1B}[K") }
            return Report.line("pannier: Still waiting for \(said).")
        }
    }

    /// Nil: nothing of it is known to be written.
    private func words(_ state: SyncState) -> String? {
        guard let path, !path.bytes.isEmpty else { return state.beingWrittenWords }
        guard let first = state.firstBeingWritten,
            first.bytes == path.bytes || first.bytes.starts(with: path.appending([]).bytes)
        else { return nil }
        return "\(first), which is being written"
    }
}
