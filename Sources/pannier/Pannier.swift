import ArgumentParser
import PannierCore

/// The command tree.
struct Pannier: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pannier", abstract: "Files in your terminal, on your own server.",
        version: PannierVersion.text,
        groupedSubcommands: [
            CommandGroup(name: "Account", subcommands: [LogIn.self, LogOut.self, Status.self]),
            CommandGroup(name: "Files", subcommands: [List.self, MakeFolder.self, Move.self, Remove.self]),
            CommandGroup(
                name: "Transfers",
                subcommands: [
                    Put.self, Get.self, Transfers.self, Pause.self, Resume.self, Retry.self, Cancel.self,
                ]),
            CommandGroup(name: "Sharing", subcommands: [Share.self, Unshare.self, Shares.self]),
            CommandGroup(
                name: "The program",
                subcommands: [Screen.self, DemoCommand.self, AgentCommand.self, Doctor.self, Explain.self]),
        ], defaultSubcommand: Screen.self)

    @OptionGroup var profile: ProfileOptions
}
