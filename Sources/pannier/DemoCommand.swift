import ArgumentParser
import Glibc
import PannierSettings

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Try pannier with a private server, two people and sample files.",
        discussion: """
            Starts a server of its own on this machine, signs in alice@example.org and mia@example.org, lets mia share a \
            folder, sends alice's files, and opens the full screen as alice; a little later mia edits what she shared. \
            When you leave, everything is ended and removed. Nothing of yours is touched.

            Without a terminal, or with --no-screen, the same steps run and a short report is printed.
            """)

    @Flag(name: .customLong("no-screen"), help: "Do not open the full screen; print a report.")
    var noScreen = false
    @OptionGroup var look: LookOptions
    /// For the guard of a demonstration: the folder that it clears.
    @Option(name: .customLong("guard"), help: .hidden)
    var guardedFolder: String?

    func validate() throws {
        // The demonstration has folders of its own, and so none of anybody's own themes.
        guard let theme = look.theme, theme != "auto", !ThemeLibrary.shippedNames.contains(theme) else { return }
        throw LookOptions.unknown(theme, ThemeLibrary.shippedNames)
    }

    func run() throws {
        if let guardedFolder { return DemoGuard.watch(guardedFolder) }
        let hasTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        do {
            let status = try Demo().run(onScreen: hasTerminal && !noScreen, theme: look.theme)
            if status != 0 { throw ExitCode(status) }
        } catch let failure as DemoFailure {
            DemoReport.complain(failure.description)
            throw ExitCode(failure.status)
        }
    }
}
