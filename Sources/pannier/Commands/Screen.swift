import ArgumentParser
import Glibc
import PannierApp
import PannierCore
import PannierEngine
import PannierScreen

struct Screen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the full screen; what `pannier` alone does.",
        discussion: "`q` leaves; transfers go on in the background.")

    @OptionGroup var profile: ProfileOptions
    @OptionGroup var look: LookOptions

    /// Not async: the screen keeps the main thread.
    func run() throws { try Self.show(profile, look) }

    static func show(_ profile: ProfileOptions, _ look: LookOptions) throws {
        // Somebody new signs in on the screen. A profile that was named and is not there was perhaps only mistyped.
        let hasTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        guard try profile.isUsed || (hasTerminal && !profile.isNamed) else { throw Problem.nobodySignedIn }
        let starter = AgentStarter(paths: try profile.paths)
        let configuration = try look.configuration
        do {
            let status = try FullScreen.run(
                configuration: configuration, isDemo: DemoFolder.isAround, device: LogIn.hostName
            ) { try await starter.connect() }
            if status != 0 { throw ExitCode(status) }
        } catch let error as TerminalError {
            Report.paragraph("pannier: \(error)\n  Commands work without a screen: `pannier --help` lists them.")
            throw ExitStatus.failed
        }
    }
}
