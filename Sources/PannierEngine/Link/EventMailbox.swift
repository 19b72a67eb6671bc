package import PannierCore
import Synchronization

/// Events on their way to one subscriber. A newer state replaces an older one of its kind that nobody has fetched yet, so
/// a subscriber that sleeps costs no memory and misses nothing that still holds.
package final class EventMailbox: Sendable {
    fileprivate struct Contents {
        var status: EngineStatus?
        var estimate: Estimate?
        /// Outer nil: nothing changed. Inner nil: there is no synced folder.
        var sync: SyncState??
        /// Outer nil: nothing changed. Inner nil: look at everything.
        var folders: Set<NodeID>??
        var isSharedChanged = false
        var transfers: [TransferID: TransferState] = [:]
        var cleared: Set<TransferID> = []
        /// Transfers told or cleared since a list of them began to be read; nil: none is being read.
        var heard: Set<TransferID>?
        var isStopping = false
        var isClosed = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let contents = Mutex(Contents())

    /// More folders than this are not named one by one.
    private static let namedFolders = 200
    /// Transfers of one event, and of one line of an answer; the others follow. All of them at once could be more than a
    /// line may hold.
    package static let transfersAtOnce = 1_000

    package init() {}

    package func put(_ event: EngineEvent) {
        wake { contents in
            guard !contents.isClosed else { return }
            contents.add(event, namedFolders: Self.namedFolders)
        }
    }

    /// A list of transfers is about to be read: whatever is put from now on is newer than it.
    package func expectList() { wake { $0.heard = [] } }

    /// The list that was read since ``expectList()``, but for transfers of which something was put meanwhile, fetched by
    /// now or not: an older state would stand for ever where a transfer is over, for nothing follows it.
    package func putList(_ states: [TransferState]) {
        wake { contents in
            let heard = contents.heard ?? []
            contents.heard = nil
            guard !contents.isClosed else { return }
            for state in states where !heard.contains(state.id) { contents.transfers[state.id] = state }
        }
    }

    /// No more events come; what is here is still given out.
    package func close() { wake { $0.isClosed = true } }

    /// The next event, when there is one; nil after the end, or when the task is cancelled. One caller at a time.
    package func next() async -> EngineEvent? {
        while !Task.isCancelled {
            let (event, isClosed) = contents.withLock { ($0.take(), $0.isClosed) }
            if let event { return event }
            if isClosed { return nil }
            await wait()
        }
        return nil
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isNeeded = contents.withLock { contents in
                    guard !contents.hasSomething, !contents.isClosed, !Task.isCancelled else { return false }
                    contents.waiting = continuation
                    return true
                }
                if !isNeeded { continuation.resume() }
            }
        } onCancel: {
            wake { _ in }
        }
    }

    /// Changes the contents and lets a waiting caller look, outside the lock.
    private func wake(_ change: (inout Contents) -> Void) {
        let waiting = contents.withLock { contents in
            change(&contents)
            defer { contents.waiting = nil }
            return contents.waiting
        }
        waiting?.resume()
    }
}

extension EventMailbox.Contents {
    fileprivate var hasSomething: Bool {
        status != nil || folders != nil || isSharedChanged || !transfers.isEmpty || !cleared.isEmpty
            || estimate != nil || sync != nil || isStopping
    }

    fileprivate mutating func add(_ event: EngineEvent, namedFolders: Int) {
        switch event {
        case .status(let new): status = new
        case .foldersChanged(nil): folders = .some(nil)
        case .foldersChanged(let named?):
            guard case .some(nil) = folders else {
                let all = (folders.flatMap(\.self) ?? []).union(named)
                folders = all.count > namedFolders ? .some(nil) : .some(all)
                return
            }
        case .sharedChanged: isSharedChanged = true
        case .transfers(let states):
            for state in states {
                transfers[state.id] = state
                cleared.remove(state.id)
                heard?.insert(state.id)
            }
        case .transfersCleared(let ids):
            for id in ids {
                transfers[id] = nil
                cleared.insert(id)
                heard?.insert(id)
            }
        case .estimate(let new): estimate = new
        case .sync(let new): sync = .some(new)
        case .stopping: isStopping = true
        }
    }

    /// The end comes last; until then something is told as often as there is something left.
    fileprivate mutating func take() -> EngineEvent? {
        if let status {
            self.status = nil
            return .status(status)
        }
        if let sync {
            self.sync = nil
            return .sync(sync)
        }
        if let folders {
            self.folders = nil
            return .foldersChanged(folders.map { Array($0) })
        }
        if isSharedChanged {
            isSharedChanged = false
            return .sharedChanged
        }
        if !cleared.isEmpty {
            let some = Array(cleared.prefix(EventMailbox.transfersAtOnce))
            cleared.subtract(some)
            return .transfersCleared(some)
        }
        if !transfers.isEmpty {
            guard transfers.count > EventMailbox.transfersAtOnce else {
                defer { transfers = [:] }
                return .transfers(Array(transfers.values))
            }
            let some = Array(transfers.values.prefix(EventMailbox.transfersAtOnce))
            for state in some { transfers[state.id] = nil }
            return .transfers(some)
        }
        if let estimate {
            self.estimate = nil
            return .estimate(estimate)
        }
        guard isStopping else { return nil }
        isStopping = false
        return .stopping
    }
}
