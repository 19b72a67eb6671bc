import Glibc
import Synchronization

/// A named place at which a test lets the process end, as the power or kill -9 would: to see that whatever was done by then
/// is enough. Costs one comparison where no test has armed one.
///
/// `PANNIER_FAILPOINT=name`, `name:3` (the third time it is passed), or `name:3:stop`: then the process stands still
/// (SIGSTOP), so that the test can cut the power of its disk first.
package enum Failpoint: String, CaseIterable, Sendable {
    // The synced folder, on this disk.
    case hereIntended = "here.intended"
    case hereChanged = "here.changed"
    case hereDurable = "here.durable"
    case hereCommitted = "here.committed"
    case lookTaken = "look.taken"
    case goneRemoved = "gone.removed"
    case planMade = "plan.made"
    case transfersQueued = "transfers.queued"
    case pairMarked = "pair.marked"
    // Between both sides.
    case askSending = "ask.sending"
    case askAnswered = "ask.answered"
    case askRecorded = "ask.recorded"
    case feedApplied = "feed.applied"
    // Transfers.
    case uploadOpened = "upload.opened"
    case packSent = "pack.sent"
    case packAcknowledged = "pack.acknowledged"
    case commitReady = "commit.ready"
    case commitAnswered = "commit.answered"
    case commitRecorded = "commit.recorded"
    case fileDurable = "file.durable"
    case partDurable = "part.durable"
    case fileNamed = "file.named"
    case fileRecorded = "file.recorded"
    // The server.
    case objectWritten = "object.written"
    case objectNamed = "object.named"
    case packVerified = "pack.verified"
    case transactionDone = "transaction.done"
    case transactionDurable = "transaction.durable"

    private struct Armed: Sendable {
        let point: Failpoint
        let time: Int
        let stops: Bool
    }

    private static let armed: Armed? = {
        guard let text = getenv("PANNIER_FAILPOINT").flatMap({ String(validatingCString: $0) }) else { return nil }
        let parts = text.split(separator: ":")
        guard let point = parts.first.flatMap({ Failpoint(rawValue: String($0)) }) else { return nil }
        return Armed(
            point: point, time: parts.count > 1 ? Int(parts[1]) ?? 1 : 1, stops: parts.count > 2 && parts[2] == "stop")
    }()

    private static let passes = Atomic<Int>(0)

    package func pass() {
        guard let armed = Self.armed, armed.point == self else { return }
        guard Self.passes.add(1, ordering: .sequentiallyConsistent).newValue == armed.time else { return }
        kill(getpid(), armed.stops ? SIGSTOP : SIGKILL)
    }
}
