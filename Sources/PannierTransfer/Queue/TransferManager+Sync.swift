package import PannierCore
internal import PannierMirror

// Transfers of the synced folder. Its loop adds them in the mirror, with the plan that they are for; what comes of them
// stands in the folder's tables, so they are removed when they have ended.
extension TransferManager {
    /// The loop has added transfers, or has taken all of them back.
    package func syncQueueChanged() async throws(Problem) {
        // Whoever is about to start one from an older list looks again.
        changes += 1
        try await orScheduleLater { () throws(Problem) in
            let known = try await store.syncTransfers()
            for transfer in known where syncTold.insert(transfer.id).inserted { try await tell(transfer.id) }
            for id in syncTold.subtracting(known.map(\.id)) { await takeBack(id) }
            try await cleanUpAgain()
        }
        await letSmallOnesPass()
        await schedule()
    }

    /// Those of earlier processes.
    func takeUpSync() async throws(Problem) {
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
        store.synced()
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
