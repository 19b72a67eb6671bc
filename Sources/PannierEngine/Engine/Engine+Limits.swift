import Logging
import PannierCore
import PannierMirror
import PannierTransfer

// What the network may carry.
extension Engine {
    /// The limits that the profile keeps. Where they cannot be read, transfers go on without: none would go on at all for
    /// as long as nobody looks.
    func takeUpLimits() async {
        let paths = mirror.paths
        do throws(Problem) {
            let kept = try await BlockingThread.run { () throws(Problem) in try LimitsFile.read(paths) }
            use(kept.sane)
        } catch {
            log.error("the limits cannot be read", metadata: ["problem": "\(error)"])
        }
    }

    /// On the disk first: what was answered holds when the agent starts anew.
    /// - Throws: ``Problem`` `badRequest` for one that is too small, or why it cannot be kept.
    func limit(to limits: TransferLimits) async throws(Problem) -> EngineReply {
        guard limits == limits.sane else { throw .tooSlow }
        await limitTurn.take()
        defer { limitTurn.give() }
        let paths = mirror.paths
        try await BlockingThread.run { () throws(Problem) in try LimitsFile.write(limits, paths) }
        use(limits)
        return .done
    }

    private func use(_ limits: TransferLimits) {
        transfers.limit(to: limits)
        update { $0.limits = limits }
    }
}

extension TransferLimits {
    /// Bytes a second. With less, a store may give up on a pack before it is there.
    static let least: Int64 = 16_000

    /// Without what is no limit that can be kept.
    fileprivate var sane: TransferLimits {
        TransferLimits(upload: upload.flatMap(Self.sane), download: download.flatMap(Self.sane))
    }

    private static func sane(_ rate: Int64) -> Int64? { rate >= least ? rate : nil }
}

extension Problem {
    fileprivate static let tooSlow = Problem(
        .badRequest, "A limit is at least \(Format.bytes(TransferLimits.least)) a second.",
        detail: "To stop transfers, pause them: `pannier pause`. To lift a limit, say `off`. Nothing was changed.",
        status: 0)
}
