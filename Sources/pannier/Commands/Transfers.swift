import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

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
        for state in states { try Output.line(SafeText(TransferLine.text(state))) }
    }

    private func follow(_ link: AttachedLink) async throws {
        let printer = FollowPrinter(isJSON: output.json)
        let states = try await TransferWatch(link: link, ids: nil).run(printer.show)
        printer.end()
        try await TransferReport.ended(states, link)
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
            if isJSON {
                try JSON.print(JSON.Transfer(state))
            } else {
                try Output.line(SafeText(TransferLine.text(state)))
            }
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
