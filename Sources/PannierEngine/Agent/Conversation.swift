import NIOCore
import PannierCore

/// One connection: lines in, answers and events out. A reader that does not read holds up only itself: answers wait for
/// it, and its mailbox keeps the newest state.
struct Conversation: Sendable {
    let writer: NIOAsyncChannelOutboundWriter<ByteBuffer>
    let handler: any CommandHandler
    /// Ends the connection.
    let close: @Sendable () async -> Void
    /// Is to call what it is given when the connection has ended: while as many commands are under way as may be, nobody
    /// reads it to its end.
    let whenEnded: @Sendable (@escaping @Sendable () -> Void) -> Void

    func run(_ lines: NIOAsyncChannelInboundStream<ByteBuffer>, atOnce limit: Int) async throws {
        let mailbox = EventMailbox()
        let slots = Slots(limit)
        whenEnded { slots.end() }
        await withDiscardingTaskGroup { group in
            var isSubscribed = false
            do {
                for try await line in lines {
                    guard case .command(let number, let command) = try LineFraming.decode(line) else { break }
                    if case .subscribe = command {
                        if !isSubscribed { group.addTask { await pass(mailbox) } }
                        isSubscribed = true
                        await handler.subscribe(mailbox)
                        try await writer.write(LineFraming.encode(.reply(number: number, .done)))
                        continue
                    }
                    guard await slots.wait() else { break }
                    group.addTask {
                        await AskingLink.$mailbox.withValue(mailbox) { await answer(number, command) }
                        slots.signal()
                    }
                }
            } catch {
                // The other end has gone; what it asked for is not answered any more.
            }
            await handler.unsubscribe(mailbox)
            mailbox.close()
            group.cancelAll()
        }
    }

    private func answer(_ number: Int64, _ command: EngineCommand) async {
        do throws(Problem) {
            await write(reply: try await handler.perform(command), number: number)
        } catch {
            await write(.problem(number: number, error), number: number)
        }
    }

    /// A long list of transfers goes piece by piece; its last one is the reply.
    private func write(reply: EngineReply, number: Int64) async {
        guard case .transfers(let states) = reply else {
            return await write(.reply(number: number, reply), number: number)
        }
        var rest = states[...]
        while rest.count > EventMailbox.transfersAtOnce {
            await write(.transfers(number: number, Array(rest.prefix(EventMailbox.transfersAtOnce))), number: number)
            rest = rest.dropFirst(EventMailbox.transfersAtOnce)
        }
        await write(.reply(number: number, .transfers(Array(rest))), number: number)
    }

    private func write(_ message: EngineMessage, number: Int64) async {
        do {
            let line: ByteBuffer
            do throws(Problem) {
                line = try LineFraming.encode(message)
            } catch {
                line = try LineFraming.encode(.problem(number: number, error))
            }
            try await writer.write(line)
        } catch {
            // The connection's reader sees the end as well, and ends the conversation.
        }
    }

    /// Events, until the end. Whoever would go on without them would take for true what is so no longer: where one cannot
    /// be told, the connection ends, and the other end asks anew.
    private func pass(_ mailbox: EventMailbox) async {
        while let event = await mailbox.next() {
            do {
                try await writer.write(LineFraming.encode(.event(event)))
            } catch {
                return await close()
            }
        }
    }
}
