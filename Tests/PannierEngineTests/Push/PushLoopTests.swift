import NIOHTTP1
import PannierCore
import PannierEngine
import Synchronization
import Testing

@Suite struct PushLoopTests {
    /// What the loop's owner sees.
    private final class Seen: Sendable {
        struct State {
            var opened = 0
            var closed = 0
            var looks = 0
            var latency: Int?
            var silences = 0
            var views: [ViewID] = [.random()]
            var token: String?
        }
        let state: Mutex<State>
        init(token: String?) { state = Mutex(State(token: token)) }
        var now: State { state.withLock { $0 } }
    }

    private func owner(_ seen: Seen, port: Int) throws -> PushLoop.Owner {
        let address = try PushAddress(server: "http://127.0.0.1:\(port)/base")
        return PushLoop.Owner(
            target: { seen.now.token.map { (address, $0) } },
            views: { seen.now.views },
            changed: { isOpen in seen.state.withLock { if isOpen { $0.opened += 1 } else { $0.closed += 1 } } },
            look: { seen.state.withLock { $0.looks += 1 } },
            latency: { milliseconds in seen.state.withLock { $0.latency = milliseconds } },
            silent: { seen.state.withLock { $0.silences += 1 } })
    }

    private func running(
        token: String?, _ body: (PushServer, PushLoop, Seen) async throws -> Void
    ) async throws {
        let server = try await PushServer()
        let loop = PushLoop()
        let seen = Seen(token: token)
        let owner = try owner(seen, port: server.port)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try? await server.run() }
            group.addTask { await loop.run(owner) }
            do {
                try await body(server, loop, seen)
            } catch {
                group.cancelAll()
                throw error
            }
            group.cancelAll()
        }
    }

    @Test func subscribesLooksAndComesBack() async throws {
        try await running(token: "the token") { server, loop, seen in
            try await eventually("a subscription") { server.subscriptions.isEmpty ? nil : true }
            #expect(server.subscriptions == [seen.now.views])
            #expect(server.handshakes.first?.uri == "/base/v1/push")
            try await server.say(#"{"look":[]}"#)
            try await eventually("a look") { seen.now.looks == 1 ? true : nil }
            try await eventually("a round trip") { seen.now.latency == nil ? nil : true }
            // Another set of views replaces the first.
            let views = [ViewID.random(), .random()]
            seen.state.withLock { $0.views = views }
            loop.viewsChanged()
            try await eventually("the new views") { server.subscriptions.last == views ? true : nil }
            // A broken line is mended, and the views are told again.
            await server.drop()
            try await eventually("another socket") { seen.now.opened == 2 ? true : nil }
            #expect(seen.now.closed == 1)
            try await eventually("the views again") { server.subscriptions.count == 3 ? true : nil }
        }
    }

    @Test func nonsenseEndsTheSocketAndNoMore() async throws {
        try await running(token: "the token") { server, _, seen in
            try await eventually("a subscription") { server.subscriptions.isEmpty ? nil : true }
            try await server.say("nonsense")
            try await eventually("another socket") { seen.now.opened == 2 ? true : nil }
            #expect(seen.now.looks == 0)
        }
    }

    @Test func aRefusedTokenOpensNothing() async throws {
        try await running(token: "another") { server, _, seen in
            try await eventually("two tries") { server.handshakes.count >= 2 ? true : nil }
            #expect(seen.now.opened == 0)
        }
    }

    /// A server that holds the line and says nothing.
    @Test(.timeLimit(.minutes(5))) func aPingWithoutAnAnswerIsTold() async throws {
        try await running(token: "the token") { server, _, seen in
            server.isDeaf = true
            try await eventually("the silence") { seen.now.silences > 0 ? true : nil }
            #expect(seen.now.closed == 0)
        }
    }

    /// Signing in opens a socket at once, signing out closes it.
    @Test func followsTheSession() async throws {
        try await running(token: nil) { server, loop, seen in
            seen.state.withLock { $0.token = "the token" }
            loop.sessionChanged()
            try await eventually("open") { server.openCount == 1 ? true : nil }
            seen.state.withLock { $0.token = nil }
            loop.sessionChanged()
            try await eventually("closed") { server.openCount == 0 && seen.now.closed == 1 ? true : nil }
        }
    }
}
