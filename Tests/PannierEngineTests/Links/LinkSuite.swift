import Foundation
import Logging
import PannierCore
import PannierEngine
import Testing

/// What every link must do, whichever way it goes.
@Suite struct LinkSuite {
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case inProcess, socket
        var testDescription: String { rawValue }
    }

    @Test(arguments: Way.allCases) func answersAndProblemsComeBack(_ way: Way) async throws {
        try await way.run { link, double in
            guard case .status(let status) = try await link.send(.status) else { throw Missed(what: "a status") }
            #expect(status == EngineDouble.status)
            let problem = await #expect(throws: Problem.self) { _ = try await link.send(.signOut) }
            #expect(problem == Problem(.notSignedIn, "Nobody.", detail: "“\u{1B}[31m”\n second line"))
            // A link that waits long asks for the status by itself, to see whether anyone is there.
            #expect(double.commands.first == "status")
            #expect(double.commands.filter { $0 != "status" } == ["signOut"])
        }
    }

    @Test(arguments: Way.allCases) func aSlowCommandHoldsNobodyUp(_ way: Way) async throws {
        try await way.run { link, double in
            async let slow = link.send(.refresh)
            // However this ends, and before it is waited for.
            defer { double.release() }
            try await eventually("the slow one is under way") { double.commands.contains("refresh") ? true : nil }
            for _ in 0..<50 { _ = try await link.send(.status) }
            double.release()
            _ = try await slow
        }
    }

    @Test(arguments: Way.allCases) func eventsBeginWithTheStateOfNow(_ way: Way) async throws {
        try await way.run { link, double in
            _ = try await link.send(.subscribe)
            var events = link.events.makeAsyncIterator()
            guard case .status(EngineDouble.status) = await events.next() else {
                throw Missed(what: "the status first")
            }
            double.tell(.sharedChanged)
            guard case .sharedChanged = await events.next() else { throw Missed(what: "the event") }
        }
    }

    /// A subscriber that sleeps gets the newest state, not a backlog.
    @Test(arguments: Way.allCases) func aSleeperGetsTheNewestState(_ way: Way) async throws {
        try await way.run { link, double in
            _ = try await link.send(.subscribe)
            let id = TransferID.random()
            var state = TransferState(
                id: id, direction: .upload, state: .running, name: String(repeating: "n", count: 200),
                local: LocalPath("/x"), remote: .myFiles)
            for round in 1...20_000 {
                state.bytesDone = Int64(round)
                double.tell(.transfers([state]))
            }
            var seen = 0
            for await event in link.events {
                guard case .transfers(let states) = event else { continue }
                seen += 1
                if states.first?.bytesDone == 20_000 { break }
            }
            #expect(seen < 20_000)
        }
    }

    @Test(arguments: Way.allCases) func whatOneAsksTheOthersDoNotSee(_ way: Way) async throws {
        try await way.run(links: 8) { links, double in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for link in links {
                    group.addTask {
                        for _ in 0..<20 {
                            guard case .status = try await link.send(.status) else { throw Missed(what: "a status") }
                            guard case .rows = try await link.send(.list(Listing(.myFiles), after: nil, limit: 5))
                            else {
                                throw Missed(what: "rows")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            // Links that wait long ask for the status by themselves, too.
            #expect(double.commands.count { $0 != "status" } == 8 * 20)
            #expect(double.commands.count >= 8 * 40)
        }
    }

    /// Too long for one message: said to the one who asked, and the link goes on.
    @Test func anAnswerThatIsTooLongIsAProblem() async throws {
        try await Way.socket.run { link, _ in
            let problem = await #expect(throws: Problem.self) {
                _ = try await link.send(.failures(transfer: .random(), after: 0, limit: 1))
            }
            #expect(problem?.code == .tooLarge)
            _ = try await link.send(.status)
        }
    }
}

extension LinkSuite.Way {
    func run(_ body: (any EngineLink, EngineDouble) async throws -> Void) async throws {
        try await run(links: 1) { links, double in try await body(links[0], double) }
    }

    func run(links count: Int, _ body: ([any EngineLink], EngineDouble) async throws -> Void) async throws {
        let double = EngineDouble()
        switch self {
        case .inProcess: try await body((0..<count).map { _ in InProcessLink(double) }, double)
        case .socket:
            try await withSocket(double) { path in
                var links: [SocketLink] = []
                for _ in 0..<count { links.append(try await SocketLink.connect(to: path)) }
                try await body(links, double)
                for link in links { await link.close() }
            }
        }
    }
}

/// Serves `handler` on a socket in a folder of its own while `body` runs.
func withSocket(_ handler: any CommandHandler, _ body: (String) async throws -> Void) async throws {
    let scratch = try Scratch()
    let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let socket = try await AgentSocket.listen(at: scratch.paths.socket, log: log)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await socket.serve(handler) }
        do {
            try await body(scratch.paths.socket)
        } catch {
            group.cancelAll()
            throw error
        }
        group.cancelAll()
    }
    #expect(access(scratch.paths.socket, F_OK) != 0, "the socket is left behind")
}
