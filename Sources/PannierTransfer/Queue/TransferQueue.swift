internal import PannierCore
internal import PannierMirror

/// Whose turn it is, and what a control means for a transfer. Values only.
enum TransferQueue {
    /// Transfers of one direction that run at once: their buffers are budgeted for one (DESIGN: Transfers).
    static let runningAtOnce = 1

    /// The transfers to be started now.
    /// - Parameters:
    ///   - transfers: those that wait, each direction in the order of the queue.
    ///   - running: with their directions; also such as are just being ended.
    static func due(
        _ transfers: [StoredTransfer], running: [TransferID: TransferState.Direction]
    ) -> [StoredTransfer] {
        var free = [TransferState.Direction.upload: runningAtOnce, .download: runningAtOnce]
        for direction in running.values { free[direction, default: 0] -= 1 }
        var due: [StoredTransfer] = []
        for transfer in transfers where transfer.state == .waiting && running[transfer.id] == nil {
            guard free[transfer.direction, default: 0] > 0 else { continue }
            free[transfer.direction, default: 0] -= 1
            due.append(transfer)
        }
        return due
    }

    enum Change: Equatable {
        case nothing
        case become(StoredTransfer.State)
        /// Failed items are new again.
        case tryAgain
        case remove
    }

    static func change(_ control: TransferControl, _ transfer: StoredTransfer) -> Change {
        switch (control, transfer.state) {
        case (.pause, .waiting): .become(.paused)
        case (.resume, .paused): .become(.waiting)
        // What stopped it as a whole may be mended now; its items stand where they stood.
        case (.resume, .failed) where transfer.isUnfinished:
            // Of a copy that could not be fetched nothing is left here: it begins anew.
            transfer.isFetchedToCopy ? .tryAgain : .become(.waiting)
        case (.cancel, .waiting), (.cancel, .paused): .become(.cancelled)
        case (.retry, .failed), (.retry, .partlyFailed): .tryAgain
        case (.clear, .done), (.clear, .partlyFailed), (.clear, .failed), (.clear, .cancelled): .remove
        default: .nothing
        }
    }
}

extension TransferState {
    /// - Parameters:
    ///   - snapshot: of the run, while there is one.
    ///   - bytesPerSecond: plain bytes that crossed the network, over the last seconds.
    init(_ stored: StoredTransfer, running snapshot: RunProgress.Snapshot? = nil, bytesPerSecond: Double = 0) {
        let counts = snapshot?.counts ?? stored.counts
        self.init(
            id: stored.id, direction: stored.direction, state: Self.state(stored.state, stored.problem, snapshot),
            name: stored.name,
            local: stored.local, remote: stored.remote, filesTotal: counts.filesTotal, filesDone: counts.filesDone,
            filesFailed: counts.filesFailed, bytesTotal: counts.bytesTotal,
            bytesDone: snapshot == nil ? counts.bytesDone + stored.partial.done : counts.bytesDone,
            bytesReused: counts.bytesReused, bytesMoved: counts.bytesMoved,
            isScanned: snapshot?.isScanned ?? stored.isScanned, bytesPerSecond: bytesPerSecond,
            lanes: snapshot?.lanes ?? 0,
            // A run that is being ended knows nothing of why.
            problem: snapshot == nil || stored.state != .waiting ? stored.problem : snapshot?.waiting?.problem,
            retryIn: snapshot?.waiting?.remaining, foldersFailed: counts.foldersFailed, skipped: counts.skipped,
            sources: stored.sources, ranMilliseconds: stored.ran)
        bytesUnderWay = snapshot?.open ?? 0
        bytesExamined = min(snapshot?.examined ?? bytesDone, bytesTotal)
        file = snapshot?.underWay.map { $0.path.isEmpty ? stored.name : LocalPath(bytes: $0.path).description }
        note = snapshot?.underWay?.note
        place = stored.place
        from = stored.copy?.from
    }

    private static func state(
        _ stored: StoredTransfer.State, _ problem: Problem?, _ snapshot: RunProgress.Snapshot?
    ) -> State {
        switch stored {
        case .waiting:
            if let snapshot { return snapshot.waiting == nil ? .running : .retrying }
            // Only for a sign-in somebody has to do something.
            return problem?.needsSignIn ?? true ? .queued : .retrying
        case .paused: return .paused
        case .done: return .done
        case .partlyFailed: return .partlyFailed
        case .failed: return .failed
        // A cleared one is in no list; what was told of it last holds.
        case .cancelled, .cleared: return .cancelled
        }
    }
}
