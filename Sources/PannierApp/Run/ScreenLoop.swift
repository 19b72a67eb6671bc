import Glibc
package import PannierCore
package import PannierScreen

/// The one loop of the full screen, on one thread: wait for keys and messages, update, draw. Nothing in it waits for the
/// agent, the network or a person's files.
package struct ScreenLoop<Screen: Terminal> {
    private var display: Display<Screen>
    package private(set) var model: Model
    private let mailbox: Mailbox<Message>
    private let signals: Signals?
    private let send: (EngineCommand, Int) -> Void
    private let startAgent: () -> Void
    private let readTheme: (String) -> Void
    private let themeOnGround: (UInt32) -> String?
    private let now: () -> Milliseconds
    private var status: Int32?

    /// - Parameters:
    ///   - signals: Ring the mailbox's bell. Nil where nobody sends any (tests).
    ///   - now: This machine's clock.
    ///   - readTheme: Has the theme of this name read, and brought by the mailbox; must not block.
    ///   - themeOnGround: The name of the theme for a terminal of this background, where the person leaves that open.
    ///   - startAgent: Tells the courier that a stopped agent is wanted again; must not block.
    ///   - send: Hands a command with its ticket to the courier; must not block.
    package init(
        terminal: Screen, model: Model, mailbox: Mailbox<Message>, signals: Signals?,
        now: @escaping () -> Milliseconds = wallClock,
        readTheme: @escaping (String) -> Void = { _ in }, themeOnGround: @escaping (UInt32) -> String? = { _ in nil },
        startAgent: @escaping () -> Void,
        send: @escaping (EngineCommand, Int) -> Void
    ) {
        display = Display(terminal)
        self.model = model
        self.mailbox = mailbox
        self.signals = signals
        self.now = now
        self.readTheme = readTheme
        self.themeOnGround = themeOnGround
        self.startAgent = startAgent
        self.send = send
    }

    /// Runs until somebody leaves. Returns the exit status: 0, or 128 and the number of the signal that ended it.
    /// - Parameter asksGround: The terminal is asked for its background, after the first frame.
    package mutating func run(asksGround: Bool = false) -> Int32 {
        display.show(ScreenView.frame(of: model))
        if asksGround { display.terminal.askGround() }
        while status == nil {
            let wake = Wake.wait(
                input: display.terminal.input, bell: mailbox.bell.descriptor, milliseconds: model.patience)
            update(.time(now()))
            for message in mailbox.drain() { update(message) }
            for signal in signals?.take() ?? [] { take(signal) }
            let hadKeys = takeKeys()
            // A terminal that has gone is readable for ever, and has no keys.
            if wake.hangup, !hadKeys, status == nil { status = 128 + SIGHUP }
            if status == nil { display.show(ScreenView.frame(of: model)) }
        }
        return status ?? 0
    }

    private mutating func takeKeys() -> Bool {
        var hadKeys = false
        while status == nil, let key = display.terminal.nextKey() {
            hadKeys = true
            update(.key(key))
        }
        return hadKeys
    }

    private mutating func update(_ message: Message) {
        for effect in model.update(message) { perform(effect) }
    }

    private mutating func perform(_ effect: Effect) {
        switch effect {
        case .send(let ticket, let command): send(command, ticket)
        case .startAgent: startAgent()
        case .repaint: display.repaint()
        case .theme(let name): readTheme(name)
        case .look(let theme): display.adopt(theme)
        case .ground(let rgb):
            if let name = themeOnGround(rgb) { update(.theme(name)) }
        case .suspend: suspend()
        case .leave: status = 0
        }
    }

    private mutating func take(_ signal: CInt) {
        switch signal {
        case SIGWINCH:
            // What terminals do with old contents when they grow or shrink is anybody's guess.
            adoptSize()
            display.repaint()
        case SIGTSTP: suspend()
        case SIGCONT:
            // Somebody stopped us without asking, and the shell has used the terminal since.
            display.terminal.resume()
            adoptSize()
            display.repaint()
        default: status = 128 + signal
        }
    }

    private mutating func adoptSize() {
        display.terminal.adoptSize()
        update(.resized(display.terminal.size))
    }

    private mutating func suspend() {
        display.terminal.suspend()
        signals?.stopJob()
        display.terminal.resume()
        adoptSize()
        display.repaint()
    }
}

/// Milliseconds since 1970 by this machine's clock.
package func wallClock() -> Milliseconds {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Milliseconds(time.tv_sec) * 1_000 + Milliseconds(time.tv_nsec) / 1_000_000
}
