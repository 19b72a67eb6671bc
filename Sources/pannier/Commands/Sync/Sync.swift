import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Make a folder of this disk and My Files one.",
        discussion: """
            What is in either comes into the other; at first nothing is deleted on any side. Without an argument: how it \
            stands.
            """)

    @Argument(
        help: ArgumentHelp("The folder of this disk; made if it is missing.", valueName: "folder"),
        completion: .directory, transform: PathArgument.init)
    var folder: PathArgument?
    @Flag(help: "No longer. What is on both sides stays there.")
    var stop = false
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func validate() throws {
        if stop, folder != nil { throw ValidationError("`--stop` takes no folder: there is but one.") }
    }

    func run() async throws {
        let link = try profile.attach()
        if stop { return try await unpair(link) }
        guard let folder else { return try await SyncReport(isJSON: output.json).show(link.synced(), link) }
        let state = try await link.synced(.sync(folder: folder.local.trimmed))
        if output.json { return try JSON.print(JSON.Sync(state)) }
        try Output.line(SafeText("\(state.folder) and My Files are one from now on."))
        // Where both streams go into one file, this stands before the hint.
        try Output.flush()
        Report.line("`pannier status` says how far it is, and `pannier wait --synced` waits for it.")
    }

    private func unpair(_ link: AttachedLink) async throws {
        let state = try await link.synced()
        _ = try await link.syncState(.unsync)
        if output.json { return try JSON.print(JSON.Sync(state)) }
        try Output.line(SafeText("\(state.folder) and My Files go their own ways. Nothing was deleted."))
    }
}

struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait", abstract: "Wait until the synced folder and My Files are the same.",
        discussion: """
            Ends with 0 when that was found by looking at both sides, else with what keeps them from it: a server that is \
            not reachable, for one.
            """)

    @Flag(help: "What to wait for; there is nothing else yet.")
    var synced = false
    @Argument(
        help: ArgumentHelp(
            "Only for this, and what is in it: in the synced folder, or in My Files.", valueName: "path"),
        completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var path: PathArgument?
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func validate() throws {
        if !synced { throw ValidationError("Say what to wait for: `pannier wait --synced`.") }
    }

    func run() async throws {
        let link = try profile.attach()
        let folder = try await link.synced().folder
        let below = try path.map { path throws(Problem) in try SyncPath(path).below(folder) }
        let watch = SyncWatch(link: link, path: below)
        let state = try await watch.during { try await link.synced(.waitSynced(path: below)) }
        try SyncReport(isJSON: output.json).end(state, isWhole: below?.bytes.isEmpty ?? true)
    }
}

struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Read every file of the synced folder anew, and compare.",
        discussion: "Ends with 0 when both sides are the same then, with 1 when they are not.")

    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let link = try profile.attach()
        let state = try await SyncWatch(link: link).during { try await link.synced(.verifySync) }
        try SyncReport(isJSON: output.json).end(state, isWhole: true)
        if !state.isVerified { throw ExitStatus.failed }
    }
}

/// Prints how it stands with the synced folder.
struct SyncReport {
    let isJSON: Bool

    func show(_ state: SyncState, _ link: some EngineLink) async throws {
        if isJSON { return try JSON.print(JSON.Sync(state)) }
        let problems = try await link.syncProblems(limit: SyncLines.problemsShown, leftOut: false)
        for line in SyncLines.text(state, problems: problems) { try Output.line(SafeText(line)) }
    }

    /// What came of waiting.
    /// - Parameter isWhole: all of the folder was waited for.
    func end(_ state: SyncState, isWhole: Bool) throws {
        if isJSON { return try JSON.print(JSON.Sync(state)) }
        for line in Self.ended(state, isWhole: isWhole) { try Output.line(SafeText(line)) }
    }

    static func ended(_ state: SyncState, isWhole: Bool) -> [String] {
        guard isWhole else { return ["It is the same on both sides."] }
        guard state.isVerified, let time = state.verifiedAt else {
            return ["\(state.folder): \(SyncLines.phase(state))."]
        }
        let files = "\(Format.count(state.files)) \(state.files == 1 ? "file" : "files")"
        return ["\(files) the same on both sides at \(Format.clock(time))."] + names(state)
    }

    /// Whoever waits for files takes for there what a name keeps from it. Links and devices nobody expects there.
    private static func names(_ state: SyncState) -> [String] {
        let left = state.leftOut.filter { $0.reason == .name && $0.count > 0 }
        return left.map { "But for \($0.reason.words($0.count)), left out: pannier problems --left-out" }
    }
}
