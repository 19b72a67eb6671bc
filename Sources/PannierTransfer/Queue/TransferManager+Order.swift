package import PannierCore
internal import PannierMirror

// Whose turn it is.
extension TransferManager {
    /// Moves a transfer within the queue of its direction. What runs goes on to its end, wherever it stands then, unless
    /// another one is put first: that one runs now, and the other goes on when its turn comes again.
    /// - Returns: the transfer, when that changed anything.
    package func reorder(_ id: TransferID, _ how: Reorder) async throws(Problem) -> [TransferID] {
        let transfer = try await known(id)
        // Whoever is about to start one from an older list looks again.
        changes += 1
        let moved = try await store.reorder(id, how)
        changes += 1
        if how == .first, [.waiting, .paused].contains(transfer.state) {
            // It stands on the disk as waiting, and what was begun stays where it is.
            await end(
                running.values.map(\.stored).filter { $0.direction == transfer.direction && $0.id != id }.map(\.id))
        }
        for id in moved {
            // A run tells of the place that it began with.
            if let place = try await store.transfer(id)?.place { running[id]?.stored.place = place }
            try await tell(id)
        }
        await schedule()
        return moved.contains(id) ? [id] : []
    }
}
