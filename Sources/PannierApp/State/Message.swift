package import PannierCore
package import PannierScreen

/// Something that happened.
package enum Message: Sendable {
    case key(Key)
    case resized(Size)
    /// This machine's clock, in milliseconds since 1970. Comes before the other messages of a turn of the loop.
    case time(Milliseconds)
    case link(LinkNews)
    /// The theme is another one from now on.
    case theme(String)
    /// What the theme that was asked for last looks like.
    case look(Theme)
}

/// What the courier brings.
package enum LinkNews: Sendable {
    /// A link to the agent is open, events will follow.
    case opened
    /// There is no link; the courier keeps trying.
    case lost(Problem)
    /// The agent was stopped on purpose; the courier waits for ``Effect/startAgent``.
    case stopped
    case event(EngineEvent)
    /// The answer to ``Effect/send(ticket:_:)``.
    case answer(ticket: Int, Result<EngineReply, Problem>)
}

/// Something that ``Model/update(_:)`` wants done.
package enum Effect: Sendable {
    /// A command for the agent; its answer comes back under the same ticket.
    case send(ticket: Int, EngineCommand)
    /// An agent that was stopped is to be started again.
    case startAgent
    /// Everything on the screen is written again.
    case repaint
    /// The terminal goes back to the shell until somebody continues the job.
    case suspend
    /// A theme is to be read; the answer is ``Message/look(_:)``.
    case theme(String)
    /// The screen looks so from now on.
    case look(Theme)
    /// The terminal said which colour its background has: 0xRRGGBB.
    case ground(UInt32)
    case leave
}
