import ArgumentParser
import PannierCore

/// The command tree. Without a command, the full screen.
struct Pannier: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pannier", abstract: "Files in your terminal, on your own server.",
        discussion: "Without a command: the full screen.", version: PannierVersion.text,
        groupedSubcommands: [
            CommandGroup(
                name: "To begin", subcommands: [DemoCommand.self, LogIn.self, LogOut.self, Status.self, Screen.self]),
            CommandGroup(
                name: "Files",
                subcommands: [
                    List.self, Put.self, Get.self, MakeFolder.self, Move.self, Copy.self, Remove.self, ShowTrash.self,
                    Restore.self, Versions.self,
                ]),
            CommandGroup(
                name: "The synced folder",
                subcommands: [
                    SyncCommand.self, WaitCommand.self, PlanCommand.self, Problems.self, Why.self, Approve.self,
                    Keep.self, Verify.self,
                ]),
            CommandGroup(name: "Sharing", subcommands: [Share.self, Unshare.self, Shares.self]),
            CommandGroup(
                name: "Transfers",
                subcommands: [
                    Transfers.self, Pause.self, Resume.self, ReorderCommand.self, Retry.self, Cancel.self,
                    LimitCommand.self,
                ]),
            CommandGroup(
                name: "When in doubt", subcommands: [Explain.self, Doctor.self, Events.self, AgentCommand.self]),
        ])

    @OptionGroup var profile: ProfileOptions
    @OptionGroup var look: LookOptions

    func run() throws { try Screen.show(profile, look) }
}
