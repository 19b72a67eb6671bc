import ArgumentParser
import PannierApp
import PannierCore
import PannierEngine
import PannierScreen

struct Screen: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the full screen; what `pannier` alone does.",
        discussion: "`q` leaves; transfers go on in the background.")

    @OptionGroup var profile: ProfileOptions

    /// Not async: the screen keeps the main thread.
    func run() throws { try Self.show(profile) }

    static func show(_ profile: ProfileOptions) throws {
        // There would be nothing to see, and an agent for a profile that was perhaps only mistyped.
        guard try profile.isUsed else { throw Problem.nobodySignedIn }
        let starter = AgentStarter(paths: try profile.paths)
        do {
            let status = try FullScreen.run(isDemo: DemoFolder.isAround) { try await starter.connect() }
            if status != 0 { throw ExitCode(status) }
        } catch let error as TerminalError {
            Report.paragraph("pannier: \(error)\n  Commands work without a screen: `pannier --help` lists them.")
            throw ExitStatus.failed
        }
    }
}
