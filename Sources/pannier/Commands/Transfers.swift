import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

struct WaitOptions: ParsableArguments {
    @Flag(name: [.customLong("no-wait"), .customLong("detach")], help: "Return at once; the transfer goes on.")
    var isDetached = false
}

struct Put: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Upload files and folders.",
        usage: """
            pannier put <local> ... [<remote>] [--no-wait] [--json]
            pannier put <local> ... --to <remote> [--no-wait] [--json]
            """,
        discussion: """
            Into REMOTE when that is a folder; else one source gets REMOTE as its name. With one argument: into My Files. \
            With several, the last one is REMOTE, unless `--to` names it.
            """)

    @Argument(help: ArgumentHelp("What to upload, then where to.", valueName: "path"), transform: PathArgument.init)
    var paths: [PathArgument]
    @Option(help: ArgumentHelp("Where to.", valueName: "remote"), transform: PathArgument.init)
    var to: PathArgument?
    @OptionGroup var wait: WaitOptions
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let isTargetLast = to == nil && paths.count > 1
        let sources = (isTargetLast ? paths.dropLast() : paths[...]).map(\.local)
        let target = try (to ?? (isTargetLast ? paths.last : nil))?.remote ?? .myFiles
        try await Transferring(profile, wait, output).run(.put(sources: sources, target: target))
    }
}

struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Download files and folders.",
        usage: """
            pannier get <remote> ... [<local>] [--no-wait] [--json]
            pannier get <remote> ... --to <local> [--no-wait] [--json]
            """,
        discussion: """
            Into LOCAL when that is a folder; else one source gets LOCAL as its name. With one argument: into the current \
            folder. With several, the last one is LOCAL, unless `--to` names it.
            """)

    @Argument(help: ArgumentHelp("What to download, then where to.", valueName: "path"), transform: PathArgument.init)
    var paths: [PathArgument]
    @Option(help: ArgumentHelp("Where to.", valueName: "local"), transform: PathArgument.init)
    var to: PathArgument?
    @OptionGroup var wait: WaitOptions
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let isTargetLast = to == nil && paths.count > 1
        let sources = try (isTargetLast ? paths.dropLast() : paths[...]).map { path throws(Problem) in try path.remote }
        let target = try (to ?? (isTargetLast ? paths.last : nil) ?? PathArgument(".")).local
        try await Transferring(profile, wait, output).run(.get(sources: sources, target: target))
    }
}

/// Begins transfers and, unless told otherwise, waits for their ends.
private struct Transferring {
    private let profile: ProfileOptions
    private let wait: WaitOptions
    private let output: JSONOptions

    init(_ profile: ProfileOptions, _ wait: WaitOptions, _ output: JSONOptions) {
        self.profile = profile
        self.wait = wait
        self.output = output
    }

    func run(_ command: EngineCommand) async throws {
        let start = ContinuousClock.now
        let link = try profile.attach()
        guard case .started(let ids, let refused) = try await link.send(command) else { throw Problem.otherVersion }
        for refusal in refused { Report.problem(refusal.problem, at: refusal.path) }
        let codes = refused.map(\.problem.code)
        if ids.isEmpty || wait.isDetached {
            if output.json { try JSON.print(ids.map(\.description)) }
            for id in ids { Report.line("Transfer \(ShortID.text(id)) goes on in the background.") }
            if let status = ExitStatus(failures: codes, isAnythingDone: !ids.isEmpty) { throw status }
            return
        }
        let bar = ProgressBar()
        let names = ids.map(ShortID.text).joined(separator: " ")
        let interruption = Interruption.says(
            "\nThe transfer goes on in the background. `pannier transfers` shows it, `pannier cancel \(names)` ends it."
        )
        defer { interruption.cancel() }
        let states = try await TransferWatch(link: link, ids: Set(ids)).run(bar.show)
        bar.clear()
        if output.json { try JSON.print(states.map(JSON.Transfer.init)) }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        try await TransferReport.ended(states, refused: refused, link, elapsed: elapsed)
    }
}

struct Transfers: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show transfers.",
        discussion: "With `--follow` until all are over; the exit code says how they ended.")

    @Flag(help: "Go on until all are over, and start the agent again should it die.")
    var follow = false
    @Flag(help: "Forget those that are over.")
    var clear = false
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let link = try profile.attach()
        if clear { Report.line(TransferCount.text(try await link.control(.clear, nil).count) + " forgotten.") }
        if follow { return try await follow(link) }
        guard case .transfers(let states) = try await link.send(.transfers) else { throw Problem.otherVersion }
        if output.json { return try JSON.print(states.map(JSON.Transfer.init)) }
        for state in states { try Output.line(TransferLine.text(state)) }
    }

    private func follow(_ link: AttachedLink) async throws {
        let start = ContinuousClock.now
        let printer = FollowPrinter(isJSON: output.json)
        let states = try await TransferWatch(link: link, ids: nil).run(printer.show)
        printer.end()
        try await TransferReport.ended(states, link, elapsed: (ContinuousClock.now - start) / .seconds(1))
    }
}

/// Prints what changes: a bar on a terminal, else a line when a state changes and every few seconds; NDJSON as it comes.
private final class FollowPrinter {
    private let isJSON: Bool
    private let bar: ProgressBar
    private var printed: [TransferID: TransferState] = [:]
    private var times: [TransferID: ContinuousClock.Instant] = [:]

    init(isJSON: Bool) {
        self.isJSON = isJSON
        // A line of its own on the terminal says so already.
        bar = ProgressBar(
            isOn: !isJSON && Report.isTerminal(STDERR_FILENO), tellsWaits: isJSON || !Report.isTerminal(STDOUT_FILENO))
    }

    func show(_ states: [TransferState]) throws {
        for state in states where isNews(state) {
            printed[state.id] = state
            times[state.id] = .now
            bar.clear()
            // A pipe's reader wants the line now, not when a buffer is full.
            if isJSON { try JSON.print(JSON.Transfer(state)) } else { try Output.line(TransferLine.text(state)) }
            try Output.flush()
        }
        bar.show(states.filter { !$0.state.isOver })
    }

    func end() { bar.clear() }

    private func isNews(_ state: TransferState) -> Bool {
        guard let before = printed[state.id], let time = times[state.id] else { return true }
        if before.state != state.state { return true }
        if isJSON { return state != before }
        return ContinuousClock.now - time > .seconds(5) && TransferLine.text(state) != TransferLine.text(before)
    }
}

struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pause transfers.",
        discussion: "All if none is named. They stay paused, also when the agent starts anew.")
    @OptionGroup var which: TransferOptions
    func run() async throws { try await which.send(.pause, "pause", "paused") }
}

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let paused transfers go on.", discussion: "All if none is named.")
    @OptionGroup var which: TransferOptions
    func run() async throws { try await which.send(.resume, "resume", "resumed") }
}

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try again what failed.", discussion: "Of all transfers if none is named.")
    @OptionGroup var which: TransferOptions
    func run() async throws { try await which.send(.retry, "retry", "tried again") }
}

struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "End transfers.", discussion: "What is already complete stays.")
    @OptionGroup var which: TransferOptions
    @Flag(help: "All of them.")
    var all = false

    func validate() throws {
        if which.ids.isEmpty != all { throw ValidationError("Name the transfers to end, or say `--all`.") }
    }

    func run() async throws { try await which.send(.cancel, "cancel", "cancelled") }
}

/// Which transfers a command is about: all, when none is named.
struct TransferOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("The first digits of a transfer, as `transfers` shows them.", valueName: "id"),
        transform: ShortID.parse)
    var ids: [String] = []
    @OptionGroup var profile: ProfileOptions

    /// Says how many it changed, and which of those that were named it did not fit.
    /// - Parameters:
    ///   - verb: what is done to a transfer.
    ///   - done: what was done to it.
    func send(_ control: TransferControl, _ verb: String, _ done: String) async throws {
        let link = try profile.attach()
        guard case .transfers(let states) = try await link.send(.transfers) else { throw Problem.otherVersion }
        let chosen = try ids.isEmpty ? nil : ids.map { try ShortID.find($0, in: states) }
        let changed = try await link.control(control, chosen)
        for id in chosen ?? [] where !changed.contains(id) {
            guard let state = states.first(where: { $0.id == id }) else { continue }
            Report.line("\(ShortID.text(id)) (\(state.name)) is \(state.state.words): nothing to \(verb).")
        }
        if !changed.isEmpty {
            Report.line("\(TransferCount.text(changed.count)) \(done).")
        } else if chosen == nil {
            Report.line("Nothing to \(verb).")
        }
    }
}

/// How many transfers.
enum TransferCount {
    static func text(_ count: Int) -> String { count == 1 ? "1 transfer" : "\(Format.count(Int64(count))) transfers" }
}

extension EngineLink {
    /// - Returns: transfers that it changed.
    fileprivate func control(_ control: TransferControl, _ ids: [TransferID]?) async throws -> [TransferID] {
        guard case .changed(let changed) = try await send(.control(control, transfers: ids)) else {
            throw Problem.otherVersion
        }
        return changed
    }
}
