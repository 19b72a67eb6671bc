import ArgumentParser
import PannierConsole
import PannierCore
import PannierServer

@main
struct PannierServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pannier-server",
        abstract: "Keep files for pannier: metadata, permissions and the object store behind them.",
        discussion: """
            Exit codes: 0 done, 1 failed, 64 wrong usage, 65 the database cannot be used (a newer version wrote it, or it \
            is not one of pannier-server's), 73 the disk is full, 75 another process is using the data folder, 78 there \
            is no data folder, or its keys or its database are not as they must be.
            """,
        version: PannierVersion.text, subcommands: [Serve.self, User.self, DoctorCommand.self])

    static func main() async {
        StandardStreams.secure()
        ServerProcess.prepare()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}

/// The folder, named by every command.
struct DataOption: ParsableArguments {
    @Option(
        name: .long, help: ArgumentHelp("The server's data folder.", valueName: "dir"), completion: .directory)
    var data: String
}
