import Foundation
import PannierApp
import PannierCore
import PannierScreen
import Synchronization
import Testing

/// The real loop, courier and mailbox on a terminal in memory.
@Suite("The loop", .timeLimit(.minutes(5)))
struct LoopTests {
    /// Runs the screen until the script ends it. The script sees every picture, on the loop's thread.
    private func run(
        connect: @escaping @Sendable () async throws -> any EngineLink,
        script: @escaping @Sendable (MemoryTerminal) -> Void
    ) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                do {
                    continuation.resume(returning: try Self.loop(connect: connect, script: script))
                } catch {
                    Issue.record(error)
                    continuation.resume(returning: -1)
                }
            }
        }
    }

    private static func loop(
        connect: @escaping @Sendable () async throws -> any EngineLink,
        script: @escaping @Sendable (MemoryTerminal) -> Void
    ) throws -> Int32 {
        let terminal = try MemoryTerminal(size: Size(columns: 80, rows: 24))
        terminal.onFlush = script
        let mailbox = try Mailbox<Message>()
        let courier = Courier(mailbox: mailbox, connect: connect)
        let work = Task.detached { await courier.run() }
        defer { work.cancel() }
        let model = Model(size: terminal.size, now: wallClock(), surroundings: .init(glyphs: terminal.glyphs))
        var loop = ScreenLoop(
            terminal: terminal, model: model, mailbox: mailbox, signals: nil, startAgent: courier.startAgent,
            send: { command, ticket in courier.send(command, ticket: ticket) })
        return loop.run()
    }

    @Test("Rows come, a folder is opened, q leaves")
    func journey() async {
        let step = Mutex(0)
        let status = await run(connect: { FakeLink(Samples.engine()) }) { terminal in
            step.withLock { step in
                switch step {
                case 0 where terminal.lines.contains { $0.contains("film/") && $0.contains("Design team/") }:
                    terminal.press(.enter)
                case 1 where terminal.lines.contains { $0.contains("grading/") }: terminal.press(.character("q"))
                default: return
                }
                step += 1
            }
        }
        #expect(status == 0)
        #expect(step.withLock { $0 } == 2)
    }

    @Test("An agent that dies is said, and another one is found")
    func reconnects() async {
        let links = Mutex<[FakeLink]>([])
        let step = Mutex(0)
        let status = await run(
            connect: {
                let link = FakeLink(Samples.engine())
                links.withLock { $0.append(link) }
                return link
            },
            script: { terminal in
                step.withLock { step in
                    switch step {
                    case 0 where terminal.lines.contains { $0.contains("film/") }: links.withLock { $0[0].die() }
                    case 1 where terminal.lines.contains { $0.contains("The agent has gone.") }: break
                    case 2 where terminal.lines.contains { $0.contains("the agent is back") }:
                        terminal.press(.character("q"))
                    default: return
                    }
                    step += 1
                }
            })
        #expect(status == 0)
        #expect(links.withLock { $0.count } == 2)
    }

    @Test("An agent that was stopped stays away until a key asks for it")
    func stopped() async {
        let links = Mutex<[FakeLink]>([])
        let step = Mutex(0)
        let status = await run(
            connect: {
                let link = FakeLink(Samples.engine())
                links.withLock { $0.append(link) }
                return link
            },
            script: { terminal in
                step.withLock { step in
                    switch step {
                    case 0 where terminal.lines.contains { $0.contains("film/") }:
                        links.withLock { links in
                            links[0].tell(.stopping)
                            links[0].die()
                        }
                    case 1 where terminal.lines.contains { $0.contains("The agent was stopped") }:
                        #expect(terminal.lines[0].contains("agent stopped"))
                        // Anything else that is pressed starts none.
                        terminal.press(.down)
                        terminal.press(.character("?"))
                        terminal.press(.escape)
                    case 2 where terminal.lines.contains { $0.contains("The agent was stopped") }:
                        #expect(links.withLock { $0.count } == 1)
                        terminal.press(.control("r"))
                    case 3 where terminal.lines.contains { $0.contains("the agent is back") }:
                        terminal.press(.character("q"))
                    default: return
                    }
                    step += 1
                }
            })
        #expect(status == 0)
        #expect(links.withLock { $0.count } == 2)
    }

    @Test("An agent that cannot be started is said, again and again tried")
    func cannotStart() async {
        let tries = Mutex(0)
        let status = await run(
            connect: {
                let isFirst = tries.withLock { tries in
                    tries += 1
                    return tries < 3
                }
                if isFirst { throw Problem(.agentUnreachable, "The agent cannot be started: no space left.") }
                return FakeLink(Samples.engine())
            },
            script: { terminal in
                if terminal.lines.contains(where: { $0.contains("film/") }) { terminal.press(.character("q")) }
            })
        #expect(status == 0)
        #expect(tries.withLock { $0 } == 3)
    }

    @Test("The mailbox gives every message once, in order, whoever posts")
    func mailbox() async throws {
        let mailbox = try Mailbox<Int>()
        await withTaskGroup(of: Void.self) { group in
            for poster in 0..<4 {
                group.addTask { for number in 0..<1_000 { mailbox.post(poster * 10_000 + number) } }
            }
            group.addTask {
                var seen: [Int] = []
                while seen.count < 4_000 {
                    let wake = Wake.wait(input: -1, bell: mailbox.bell.descriptor, milliseconds: 10_000)
                    guard wake.bell else {
                        Issue.record("no ring for a message that was posted")
                        return
                    }
                    seen += mailbox.drain()
                }
                for poster in 0..<4 {
                    let own = seen.filter { $0 / 10_000 == poster }
                    #expect(own == own.sorted() && own.count == 1_000)
                }
            }
        }
        #expect(mailbox.drain().isEmpty)
    }
}
