package import PannierCore
internal import PannierMirror

// Transfers of the synced folder. Its loop adds them in the mirror, with the plan that they are for; what comes of them
// stands in the folder's tables, so they are removed when they have ended.
extension TransferManager {
    /// The loop has added transfers, or has taken all of them back; or somebody has paused the folder, or let it go on: while
    /// it is paused, none of them runs.
    package func syncQueueChanged() async throws(Problem) {
        // Whoever is about to start one from an older list looks again.
        changes += 1
        try await orScheduleLater { () throws(Problem) in
            let known = try await store.syncTransfers()
            let wasPaused = isSyncPaused
            isSyncPaused = try await store.isSyncPaused()
            if isSyncPaused { await end(running.values.filter { $0.stored.isSync }.map(\.stored.id)) }
            for transfer in known where syncTold.insert(transfer.id).inserted || isSyncPaused != wasPaused {
                try await tell(transfer.id)
            }
            for id in syncTold.subtracting(known.map(\.id)) { await takeBack(id) }
            try await cleanUpAgain()
        }
        await letSmallOnesPass()
        await schedule()
    }

    /// Why none of the folder's transfers goes on; nil when one does, or waits for its turn alone, and when there are none.
    package func syncObstacle() async throws(Problem) -> Problem? {
        guard !isSyncPaused else { return nil }
        var obstacle: Problem?
        for transfer in try await store.syncTransfers() where [.waiting, .paused].contains(transfer.state) {
            guard let problem = self.obstacle(of: transfer) else { return nil }
            // One that somebody has to let go on says more than one that waits by itself.
            if obstacle == nil || problem.isPause { obstacle = problem }
        }
        return obstacle
    }

    private func obstacle(of transfer: StoredTransfer) -> Problem? {
        if transfer.state == .paused { return .transfersPaused }
        guard let run = running[transfer.id] else { return transfer.problem }
        return run.progress.snapshot().waiting?.problem
    }

    /// Those of earlier processes.
    func takeUpSync() async throws(Problem) {
        isSyncPaused = try await store.isSyncPaused()
        for transfer in try await store.syncTransfers() {
            syncTold.insert(transfer.id)
            try await clearSync(transfer.id)
        }
    }

    private func takeBack(_ id: TransferID) async {
        await end([id])
        if syncTold.remove(id) != nil { tellCleared(id) }
    }

    /// Removes one that has ended, with what it has left; any other stays.
    func clearSync(_ id: TransferID) async throws(Problem) {
        guard var transfer = try await store.transfer(id), transfer.isSync, transfer.state.isOver,
            try await store.setState(transfer.number, from: transfer.state, to: .cleared)
        else { return }
        // Whoever looked at the queue just now may have seen that it is gone.
        if syncTold.remove(id) != nil { tellCleared(id) }
        transfer.state = .cleared
        if cleanups[id] == nil { cleanUp(transfer) }
        // What it did not come to is to be planned anew.
        store.synced?()
    }

    /// Small ones of the synced folder that are first do not wait for hours behind what runs: that gives way, and goes on
    /// after them. But not before it has got further than it had come, or it never would: what is not whole is read again.
    func letSmallOnesPass() async {
        for direction in [TransferState.Direction.upload, .download] {
            let inTheWay = running.values.filter { run in
                run.stored.direction == direction && !run.stored.isSmallSync && run.mayGiveWay
            }
            guard !inTheWay.isEmpty else { continue }
            do throws(Problem) {
                guard let first = try await store.waiting(direction, limit: 1).first, first.isSmallSync else {
                    continue
                }
                await end(inTheWay.map(\.stored.id))
            } catch {
                // It is tried again in two seconds; that the queue cannot be read is said where it has to be.
                continue
            }
        }
    }
}

extension Problem {
    /// Transfers of the synced folder that somebody has paused, each by itself.
    package static let transfersPaused = Problem(
        .cancelled, "Transfers of the synced folder are paused.", detail: "`pannier resume` lets them go on.", status: 0
    )

    /// Somebody has to let it go on.
    package var isPause: Bool { self == .transfersPaused }
}

extension RunningTransfer {
    /// It waits, or has got further than an earlier run.
    var mayGiveWay: Bool {
        let now = progress.snapshot()
        return now.waiting != nil || now.counts.filesDone > stored.counts.filesDone
            || now.counts.bytesDone > stored.counts.bytesDone + stored.partial.done
    }
}

extension StoredTransfer.State {
    fileprivate var isOver: Bool {
        switch self {
        case .done, .partlyFailed, .failed, .cancelled: true
        case .waiting, .paused, .cleared: false
        }
    }
}
