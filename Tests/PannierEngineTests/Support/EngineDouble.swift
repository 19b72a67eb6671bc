import Foundation
import PannierCore
import PannierEngine
import Synchronization

/// Stands at the other end of a link: answers at once, or when told to, and tells events when told to.
final class EngineDouble: CommandHandler {
    private struct State {
        var mailboxes: [ObjectIdentifier: EventMailbox] = [:]
        var commands: [String] = []
        var held: [CheckedContinuation<Void, Never>] = []
        var isReleased = false
    }

    private let state = Mutex(State())

    static let status = EngineStatus(
        server: "http://x", account: nil, device: nil, connection: .live, problem: nil, verifiedAt: 7,
        latencyMilliseconds: 3, fileCount: 12, agentProcess: 99, version: "test")

    /// More than one line may hold.
    static let manyTransfers = (0..<20_000).map { number in
        TransferState(
            id: TransferID(high: 1, low: UInt64(number)), direction: .upload, state: .done,
            name: "name of number \(number)", local: LocalPath("/home/somebody/where it came from/\(number)"),
            remote: .myFiles)
    }

    /// `status` answers, `refresh` waits for ``release()``, `signOut` is refused, `list` answers a long page.
    func perform(_ command: EngineCommand) async throws(Problem) -> EngineReply {
        state.withLock { $0.commands.append("\(command)".prefix { $0 != "(" }.description) }
        switch command {
        case .status: return .status(Self.status)
        case .refresh:
            await hold()
            return .done
        case .signOut: throw Problem(.notSignedIn, "Nobody.", detail: "“\u{1B}[31m”\n second line")
        case .list: return .rows(RowPage(rows: [], start: 0, total: 0, next: nil))
        case .failures:
            let long = TransferFailure(
                row: 1, path: String(repeating: "p", count: 9 << 20), problem: Problem(.notFound, ""))
            return .failures([long])
        case .transfers: return .transfers(Self.manyTransfers)
        default: return .done
        }
    }

    var commands: [String] { state.withLock { $0.commands } }
    var subscriberCount: Int { state.withLock { $0.mailboxes.count } }

    func release() {
        let held = state.withLock { state in
            state.isReleased = true
            defer { state.held = [] }
            return state.held
        }
        held.forEach { $0.resume() }
    }

    private func hold() async {
        await withCheckedContinuation { continuation in
            let isReleased = state.withLock { state in
                if !state.isReleased { state.held.append(continuation) }
                return state.isReleased
            }
            if isReleased { continuation.resume() }
        }
    }

    func subscribe(_ mailbox: EventMailbox) async {
        state.withLock { $0.mailboxes[ObjectIdentifier(mailbox)] = mailbox }
        mailbox.put(.status(Self.status))
    }

    func unsubscribe(_ mailbox: EventMailbox) async {
        state.withLock { _ = $0.mailboxes.removeValue(forKey: ObjectIdentifier(mailbox)) }
    }

    func tell(_ event: EngineEvent) {
        for mailbox in state.withLock({ Array($0.mailboxes.values) }) { mailbox.put(event) }
    }
}
