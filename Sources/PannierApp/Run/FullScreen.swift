import Glibc
package import PannierCore
import PannierScreen
package import PannierSettings

/// The full screen, from the first frame to the last.
package enum FullScreen {
    /// Takes the terminal, shows the screen, and gives the terminal back. Call it on the main thread, which it keeps
    /// until the person leaves; transfers go on in the agent.
    ///
    /// - Parameter connect: Opens a link to the agent, and starts one first if there is none. Called again, on another
    ///   thread, whenever the link has broken.
    /// - Parameter configuration: what the person's files and options say.
    /// - Parameter isDemo: The agent ends with the screen, and its transfers with it.
    /// - Parameter device: What a sign-in calls this machine.
    /// - Returns: The exit status of the program.
    /// - Throws: ``TerminalError`` when there is no terminal that can show a screen.
    package static func run(
        configuration: Configuration, isDemo: Bool = false, device: String = "this machine",
        connect: @escaping @Sendable () async throws -> any EngineLink
    ) throws -> Int32 {
        let mailbox = try Mailbox<Message>()
        let signals = Signals(ringing: mailbox.bell)
        defer { signals.release() }
        let terminal = try NcursesTerminal(options: configuration.terminalOptions)
        defer { terminal.close() }

        let courier = Courier(mailbox: mailbox, connect: connect)
        let work = Task.detached { await courier.run() }
        defer { work.cancel() }
        // Who runs through the list of themes wants to see the last one only.
        let (chosen, choose) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(1))

        // Only their names: reading all of them would take a third of the time to the first frame.
        let library = configuration.library
        Task.detached {
            for await name in chosen {
                if let theme = library.theme(named: name)?.theme { mailbox.post(.look(theme)) }
            }
        }
        defer { choose.finish() }
        let surroundings = Model.Surroundings(
            glyphs: terminal.glyphs, themes: library.names(), folder: here(), home: home(), device: device,
            isDemo: isDemo, settingsFile: configuration.file)
        let model = Model(
            size: terminal.size, now: wallClock(), surroundings: surroundings, settings: ScreenSettings(configuration))
        var loop = ScreenLoop(
            terminal: terminal, model: model, mailbox: mailbox, signals: signals,
            readTheme: { choose.yield($0) }, themeOnGround: { configuration.themeName(onGround: $0) },
            startAgent: courier.startAgent,
            send: { command, ticket in courier.send(command, ticket: ticket) })
        let status = loop.run(asksGround: configuration.asksGround)
        terminal.close()
        if let farewell = farewell(to: loop.model, isDemo: isDemo) { print(farewell) }
        return status
    }

    /// Where the picker of local files begins.
    private static func here() -> LocalPath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&buffer, buffer.count) != nil else { return LocalPath("/") }
        return LocalPath(bytes: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    private static func home() -> LocalPath? {
        guard let home = getenv("HOME"), home.pointee == CChar(UInt8(ascii: "/")) else { return nil }
        return LocalPath(String(cString: home))
    }

    /// What goes on after the screen has gone, or waits because the agent has gone, too; what is paused does neither. In
    /// a demonstration nothing does.
    package static func farewell(to model: Model, isDemo: Bool) -> String? {
        let count = model.transfers.counts.going
        guard count > 0, !isDemo else { return nil }
        let (what, isOne) = (Format.count(Int64(count)), count == 1)
        guard model.link == .open else {
            return
                "\(what) \(isOne ? "transfer waits" : "transfers wait") until the agent runs again: pannier transfers"
        }
        return "\(what) \(isOne ? "transfer goes on" : "transfers go on") in the background: pannier transfers"
    }
}
