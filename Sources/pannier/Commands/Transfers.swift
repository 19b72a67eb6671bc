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
        abstract: "Upload files and folders.", usage: "pannier put <local> ... [<remote>]",
        discussion: """
            Into REMOTE when that is a folder; else one source gets REMOTE as its name. With one argument: into My Files. \
            With several, the last one is REMOTE, unless `--to` names it.
            """)

    @Argument(help: "What to upload, then where to.")
    var paths: [String]
    @Option(help: ArgumentHelp("Where to.", valueName: "remote"))
    var to: String?
    @OptionGroup var wait: WaitOptions
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let isTargetLast = to == nil && paths.count > 1
        let sources = (isTargetLast ? paths.dropLast() : paths[...]).map { LocalArguments.path($0) }
        let target = try RemotePath(argument: to ?? (isTargetLast ? paths[paths.count - 1] : "/"))
        try await Transferring(profile, wait, output).run(.put(sources: sources, target: target))
    }
}

struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Download files and folders.", usage: "pannier get <remote> ... [<local>]",
        discussion: """
            Into LOCAL when that is a folder; else one source gets LOCAL as its name. With one argument: into the current \
            folder. With several, the last one is LOCAL, unless `--to` names it.
            """)

    @Argument(help: "What to download, then where to.")
    var paths: [String]
    @Option(help: ArgumentHelp("Where to.", valueName: "local"))
    var to: String?
    @OptionGroup var wait: WaitOptions
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let isTargetLast = to == nil && paths.count > 1
        let sources = try (isTargetLast ? paths.dropLast() : paths[...]).map { text throws(Problem) in
            try RemotePath(argument: text)
        }
        let target = LocalArguments.path(to ?? (isTargetLast ? paths[paths.count - 1] : "."))
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
        guard case .started(let ids) = try await link.send(command) else { throw Problem.otherVersion }
        if wait.isDetached {
            if output.json { return try JSON.print(ids.map(\.description)) }
            for id in ids { Report.line("Transfer \(ShortID.text(id)) goes on in the background.") }
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
        try await TransferReport.ended(states, link, elapsed: (ContinuousClock.now - start) / .seconds(1))
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
        if clear { _ = try await link.send(.control(.clear, transfers: nil)) }
        if follow { return try await follow(link) }
        guard case .transfers(let states) = try await link.send(.transfers) else { throw Problem.otherVersion }
        if output.json { return try JSON.print(states.map(JSON.Transfer.init)) }
        for state in states { Report.output(TransferLine.text(state)) }
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
        bar = ProgressBar(isOn: !isJSON && Report.isTerminal(STDERR_FILENO))
    }

    func show(_ states: [TransferState]) throws {
        for state in states where isNews(state) {
            printed[state.id] = state
            times[state.id] = .now
            bar.clear()
            // A pipe's reader wants the line now, not when a buffer is full.
            if isJSON { try JSON.print(JSON.Transfer(state)) } else { Report.output(TransferLine.text(state)) }
            fflush(nil)
        }
        bar.show(states.filter { !$0.state.isOver })
    }

    func end() { bar.clear() }

    private func isNews(_ state: TransferState) -> Bool {
        guard let before = printed[state.id], let time = times[state.id] else { return true }
        if before.state != state.state { return true }
        return state != before && (isJSON || ContinuousClock.now - time > .seconds(5))
    }
}

struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Pause transfers.", discussion: "They stay paused, also when the agent starts anew.")
    @OptionGroup var which: TransferOptions
    func run() async throws { try await which.send(.pause) }
}

struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let paused transfers go on.")
    @OptionGroup var which: TransferOptions
    func run() async throws { try await which.send(.resume) }
}

struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Try again what failed.")
    @OptionGroup var which: TransferOptions
    func run() async throws { try await which.send(.retry) }
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

    func run() async throws { try await which.send(.cancel) }
}

/// Which transfers a command is about: all, when none is named.
struct TransferOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The first digits of a transfer, as `transfers` shows them.", valueName: "id"))
    var ids: [String] = []
    @OptionGroup var profile: ProfileOptions

    func send(_ control: TransferControl) async throws {
        let link = try profile.attach()
        guard case .transfers(let states) = try await link.send(.transfers) else { throw Problem.otherVersion }
        let chosen = try ids.isEmpty ? nil : ids.map { try ShortID.find($0, in: states) }
        _ = try await link.send(.control(control, transfers: chosen))
    }
}
