/// The way to the engine: over the agent's Unix socket, or straight to it in the same process (tests).
package protocol EngineLink: Sendable {
    /// Sends a command and waits for its answer.
    /// - Throws: ``Problem``, with code `agentUnreachable` when the agent has gone; whether the command took effect is
    ///   then unknown, and asking again is safe where ``EngineCommand/mayBeRepeated`` says so.
    func send(_ command: EngineCommand) async throws -> EngineReply

    /// Events since ``EngineCommand/subscribe`` was sent on this link; ends when the agent has gone. One consumer.
    var events: AsyncStream<EngineEvent> { get }
}

/// What passes over the agent's socket, one JSON value a line.
package enum EngineMessage: Codable, Sendable {
    case command(number: Int64, EngineCommand)
    /// Transfers that the reply to come names, too: all of them at once could be more than a message may hold.
    case transfers(number: Int64, [TransferState])
    case reply(number: Int64, EngineReply)
    case problem(number: Int64, Problem)
    case event(EngineEvent)
}
