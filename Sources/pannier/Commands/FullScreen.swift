import ArgumentParser
import Foundation
import PannierApp
import PannierCore
import PannierEngine
import PannierScreen

extension Pannier {
    /// Without a command: the full screen, on the main thread.
    func run() throws {
        let starter = AgentStarter(paths: try profile.paths)
        do {
            let status = try FullScreen.run { try await starter.connect() }
            fflush(nil)
            Foundation.exit(status)
        } catch let error as TerminalError {
            Report.line("pannier: \(error). `pannier help` lists the commands that need none.")
            throw ExitStatus.usage
        }
    }
}
