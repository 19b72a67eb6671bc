package import PannierCore

/// Keeps one push socket open while somebody is signed in, and opens the next when it ends.
package final class PushLoop: Sendable {
    /// Whom to connect to, and what to do about it. Closures, so that the loop knows neither engine nor mirror.
    package struct Owner: Sendable {
        /// Where, and with which token; nil while nobody is signed in.
        package var target: @Sendable () async -> (address: PushAddress, token: String)?
        package var views: @Sendable () async -> [ViewID]
        package var changed: @Sendable (_ isOpen: Bool) async -> Void
        package var look: @Sendable () async -> Void
        package var latency: @Sendable (Int) async -> Void
        package var silent: @Sendable () async -> Void
        /// A socket ended with an error.
        package var ended: @Sendable (any Error) -> Void
        package init(
            target: @escaping @Sendable () async -> (address: PushAddress, token: String)?,
            views: @escaping @Sendable () async -> [ViewID],
            changed: @escaping @Sendable (_ isOpen: Bool) async -> Void,
            look: @escaping @Sendable () async -> Void, latency: @escaping @Sendable (Int) async -> Void,
            silent: @escaping @Sendable () async -> Void, ended: @escaping @Sendable (any Error) -> Void = { _ in }
        ) {
            self.target = target
            self.views = views
            self.changed = changed
            self.look = look
            self.latency = latency
            self.silent = silent
            self.ended = ended
        }
    }

    /// Rung when the session changed: an open socket is closed, the next is opened at once.
    private let sessionBell = Bell()
    private let subscriptionBell = Bell()

    package init() {}

    package func sessionChanged() { sessionBell.ring() }
    /// The set of views is another one.
    package func viewsChanged() { subscriptionBell.ring() }

    /// Runs until the task is cancelled.
    package func run(_ owner: Owner) async {
        var pace = FeedPace()
        while !Task.isCancelled {
            guard let target = await owner.target() else {
                await sessionBell.wait()
                continue
            }
            let start = ContinuousClock.now
            await session(target, owner)
            await owner.changed(false)
            // A socket that held for a while says that the way is fine.
            if ContinuousClock.now - start > .seconds(30) { pace = FeedPace() }
            let wait = pace.wait(after: Problem(.serverUnreachable, ""), random: .random(in: 0...1))
            await sessionBell.wait(for: wait.map { .milliseconds($0) })
        }
    }

    private func session(_ target: (address: PushAddress, token: String), _ owner: Owner) async {
        let socket = PushSocket(
            address: target.address, token: target.token,
            reports: PushSocket.Reports(
                opened: { await owner.changed(true) }, look: owner.look, latency: owner.latency, silent: owner.silent))
        await withDiscardingTaskGroup { group in
            group.addTask {
                do {
                    try await socket.run(subscription: self.subscriptionBell, views: owner.views)
                } catch {
                    // The poll goes on, and the next try is under way.
                    if !Task.isCancelled { owner.ended(error) }
                }
                self.sessionBell.ring()
            }
            await sessionBell.wait()
            group.cancelAll()
        }
    }
}
