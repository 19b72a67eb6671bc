import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let deletions be done that wait for your word.",
        discussion: """
            Shows how many there are and the first of them, and asks. In scripts the numbers that were seen are said \
            instead; when others wait by then, nothing is done. What is deleted here goes into quarantine, and what is \
            deleted on the server into the trash. With `--undo` nothing of it is deleted: it comes back to where it is \
            missing. The word holds for this device; others ask for themselves where much would go from their disks.
            """)

    @Option(help: ArgumentHelp("So many on this disk.", valueName: "count"))
    var here: Int?
    @Option(help: ArgumentHelp("So many on the server.", valueName: "count"))
    var there: Int?
    @Flag(help: "No: bring back what is missing, on this disk and on the server.")
    var undo = false
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func validate() throws {
        for count in [here, there] {
            if let count, count < 1 { throw ValidationError("A number of deletions is at least 1.") }
        }
    }

    func run() async throws {
        let link = try profile.attach()
        let (here, there) = try await consented(link)
        guard here != nil || there != nil else {
            if output.json { return try JSON.print(JSON.Sync(try await link.synced())) }
            return try Output.line("No deletions wait.")
        }
        let command: EngineCommand = undo ? .bringBack(here: here, there: there) : .approve(here: here, there: there)
        let state = try await link.synced(command)
        if output.json { return try JSON.print(JSON.Sync(state)) }
        let words = SyncLines.words(here: here ?? 0, there: there ?? 0)
        try Output.line(SafeText(undo ? "Not deleted, and coming back: \(words)." : "Approved: \(words)."))
    }

    /// - Throws: `ValidationError` when nobody can be asked.
    private func consented(_ link: AttachedLink) async throws -> (here: Int?, there: Int?) {
        if here != nil || there != nil { return (here, there) }
        let plan = try await link.syncPlan(limit: Self.shown)
        let (heldHere, heldThere) = (plan.heldHere.count, plan.heldThere.count)
        guard heldHere + heldThere > 0 else { return (nil, nil) }
        let lines = PlanLines.held(plan.heldHere, "on this disk") + PlanLines.held(plan.heldThere, "on the server")
        lines.forEach(Report.line)
        let words = SyncLines.words(here: heldHere, there: heldThere)
        let question = undo ? "Delete nothing, and bring back \(words)? [y/N] " : "Delete \(words)? [y/N] "
        guard try Prompt.isYes(question, otherwise: "say `--here` and `--there` with the numbers.") else {
            Report.line("Nothing was deleted: they go on waiting.")
            throw ExitStatus.failed
        }
        return (heldHere > 0 ? heldHere : nil, heldThere > 0 ? heldThere : nil)
    }

    private static let shown = 10
}

struct Keep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Choose whether something is on this disk, too, or in My Files alone.",
        discussion: """
            What no longer is to be here goes once it is known to be on the server. Its space is free two or three days later; \
            until then it lies in .pannier/evicted in the folder, in case a program still writes to it.
            """)

    @Argument(
        help: ArgumentHelp("In the synced folder, or in My Files.", valueName: "path"),
        completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var paths: [PathArgument]
    @Flag(help: "In My Files alone.")
    var onlineOnly = false
    @Flag(help: "On this disk, too.")
    var here = false
    @OptionGroup var profile: ProfileOptions

    func validate() throws {
        if onlineOnly == here { throw ValidationError("Say `--online-only` or `--here`.") }
    }

    func run() async throws {
        let link = try profile.attach()
        let folder = try await link.synced().folder
        var refusals: [Refusal] = []
        for argument in paths {
            do {
                let path = try SyncPath(argument).remote(folder)
                _ = try await link.synced(.keep(paths: [path], isOnlineOnly: onlineOnly))
            } catch let problem as Problem where ExitStatus(problem.code) != .noAgent {
                refusals.append(Refusal(path: ByteText.text(of: argument.bytes), problem: problem))
            }
        }
        try Report.refusals(refusals, of: paths.count)
    }
}
