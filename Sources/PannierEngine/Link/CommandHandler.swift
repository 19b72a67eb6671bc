package import PannierCore

/// What stands at the other end of a link: the engine, or a double in tests of the links.
package protocol CommandHandler: Sendable {
    /// Carries out one command. Called concurrently. ``EngineCommand/subscribe`` never comes here.
    func perform(_ command: EngineCommand) async throws(Problem) -> EngineReply

    /// From now on `mailbox` is told of everything, beginning with the state of now.
    func subscribe(_ mailbox: EventMailbox) async

    /// Nothing more comes to `mailbox`. Unknown ones are no error.
    func unsubscribe(_ mailbox: EventMailbox) async
}

/// Who asked for the command under way, for the few whose answer comes by and by.
enum AskingLink {
    @TaskLocal static var mailbox: EventMailbox?
}

/// Straight to the engine, in the same process.
package final class InProcessLink: EngineLink {
    private let handler: any CommandHandler
    private let mailbox = EventMailbox()

    package init(_ handler: any CommandHandler) { self.handler = handler }

    package func send(_ command: EngineCommand) async throws -> EngineReply {
        if case .subscribe = command {
            await handler.subscribe(mailbox)
            return .done
        }
        return try await AskingLink.$mailbox.withValue(mailbox) { try await handler.perform(command) }
    }

    package var events: AsyncStream<EngineEvent> {
        let mailbox = mailbox
        return AsyncStream { await mailbox.next() }
    }

    /// The other end goes away.
    package func close() async {
        await handler.unsubscribe(mailbox)
        mailbox.close()
    }
}
