package import PannierCore
import Synchronization

/// Knows every open push socket and which views it wants to hear of. Ringing only marks and wakes: each socket has a
/// bell that holds one ring, so a thousand changes make one message.
package final class PushHub: Sendable {
    private struct Socket {
        let caller: Caller
        let tokenHash: [UInt8]
        let bell: AsyncStream<Void>.Continuation
        var marks = PushMarks()
        /// Those of the subscription that the caller may see.
        var views: Set<ViewID> = []
    }

    private struct State {
        var sockets: [UInt64: Socket] = [:]
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Sockets of one device. It needs one; more are those of connections that it lost.
    private static let perDevice = 8

    /// How many sockets are open.
    package var count: Int { state.withLock { $0.sockets.count } }

    /// What a durable transaction has changed.
    package func ring(views: Set<ViewID>, accounts: Set<AccountID>) {
        guard !views.isEmpty || !accounts.isEmpty else { return }
        mark { socket in
            let changed = socket.views.intersection(views)
            let hasNewViews = accounts.contains(socket.caller.account)
            guard !changed.isEmpty || hasNewViews else { return false }
            socket.marks.look.formUnion(changed)
            if hasNewViews { socket.marks.mustRecheck = true }
            return true
        }
    }

    /// Asks again whether this token still holds; its sockets are closed if not.
    package func recheck(tokenHash: [UInt8]) {
        mark { socket in
            guard socket.tokenHash == tokenHash else { return false }
            socket.marks.mustRecheck = true
            return true
        }
    }

    /// Marks sockets and wakes those for which `change` answers true.
    private func mark(_ change: (inout Socket) -> Bool) {
        let bells = state.withLock { state in
            var bells: [AsyncStream<Void>.Continuation] = []
            for id in state.sockets.keys where change(&state.sockets[id]!) {
                bells.append(state.sockets[id]!.bell)
            }
            return bells
        }
        for bell in bells { bell.yield() }
    }

    // MARK: For one socket

    package func join(_ caller: Caller, tokenHash: [UInt8]) -> PushSeat {
        let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.lastID += 1
            state.sockets[state.lastID] = Socket(caller: caller, tokenHash: tokenHash, bell: bell)
            return state.lastID
        }
        closeOldest(of: tokenHash)
        return PushSeat(hub: self, id: id, tokenHash: tokenHash, bells: bells)
    }

    private func closeOldest(of tokenHash: [UInt8]) {
        let oldest = state.withLock { state -> UInt64? in
            let open = state.sockets.filter { $0.value.tokenHash == tokenHash && !$0.value.marks.isClosing }.keys
            return open.count > Self.perDevice ? open.min() : nil
        }
        if let oldest { mark(oldest) { $0.isClosing = true } }
    }

    fileprivate func leave(_ id: UInt64) {
        let socket = state.withLock { $0.sockets.removeValue(forKey: id) }
        socket?.bell.finish()
    }

    fileprivate func mark(_ id: UInt64, _ change: (inout PushMarks) -> Void) {
        let bell = state.withLock { state in
            guard state.sockets[id] != nil else { return nil as AsyncStream<Void>.Continuation? }
            change(&state.sockets[id]!.marks)
            return state.sockets[id]!.bell
        }
        bell?.yield()
    }

    fileprivate func takeMarks(_ id: UInt64) -> PushMarks {
        state.withLock { state in
            guard let marks = state.sockets[id]?.marks else { return PushMarks(isClosing: true) }
            state.sockets[id]?.marks = PushMarks()
            return marks
        }
    }

    fileprivate func setViews(_ id: UInt64, _ views: Set<ViewID>) { state.withLock { $0.sockets[id]?.views = views } }
}

/// What waits to be done for a socket.
package struct PushMarks: Sendable, Equatable {
    package var look: Set<ViewID> = []
    /// The views a client asked for; nil when it has said nothing new.
    package var subscription: [ViewID]?
    /// What the caller may see has changed, or whether it may still call at all.
    package var mustRecheck = false
    package var mustPing = false
    package var isClosing = false

    package init(look: Set<ViewID> = [], mustRecheck: Bool = false, isClosing: Bool = false) {
        self.look = look
        self.mustRecheck = mustRecheck
        self.isClosing = isClosing
    }
}

/// One socket's place at the hub, until it leaves.
package struct PushSeat: Sendable {
    private let hub: PushHub
    private let id: UInt64
    let tokenHash: [UInt8]
    /// Rings when there are marks to take; used by one task.
    package let bells: AsyncStream<Void>

    fileprivate init(hub: PushHub, id: UInt64, tokenHash: [UInt8], bells: AsyncStream<Void>) {
        self.hub = hub
        self.id = id
        self.tokenHash = tokenHash
        self.bells = bells
    }

    package func subscribe(_ views: [ViewID]) { hub.mark(id) { $0.subscription = views } }
    package func ping() { hub.mark(id) { $0.mustPing = true } }
    package func close() { hub.mark(id) { $0.isClosing = true } }
    package func take() -> PushMarks { hub.takeMarks(id) }
    package func hear(of views: Set<ViewID>) { hub.setViews(id, views) }
    package func leave() { hub.leave(id) }
}
