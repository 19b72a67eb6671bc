import ArgumentParser
import Foundation
import PannierCore
import PannierEngine

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Say what would be done next about the synced folder.",
        discussion: "And which deletions wait for your word. Nothing is changed.")

    @Option(help: ArgumentHelp("Print so many steps at most; all are counted.", valueName: "count"))
    var limit = 100
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func validate() throws {
        guard (1...Limits.pageRows).contains(limit) else {
            throw ValidationError("`--limit` is from 1 to \(Limits.pageRows).")
        }
    }

    func run() async throws {
        let link = try profile.attach()
        let plan = try await link.syncPlan(limit: limit)
        if output.json { return try JSON.print(JSON.Plan(plan)) }
        let state = try await link.synced()
        let lines = PlanLines.text(plan, state.phase, transfersGoOn: state.transferProblem == nil)
        for line in lines { try Output.line(SafeText(line)) }
    }
}

/// A plan, line by line.
enum PlanLines {
    /// - Parameter transfersGoOn: nothing is known that keeps those of the folder from it.
    static func text(_ plan: SyncPlan, _ phase: SyncState.Phase = .same, transfersGoOn: Bool = true) -> [String] {
        let goesOn = transfersGoOn && ![.paused, .offline, .stopped].contains(phase)
        var lines = plan.steps.flatMap { step($0, goesOn: goesOn) }
        let rest = plan.total - plan.steps.count
        if rest > 0 || plan.hasMore { lines.append(more(rest, plan)) }
        lines += held(plan.heldHere, "on this disk") + held(plan.heldThere, "on the server")
        if lines.isEmpty, !plan.isIncomplete {
            return [nothing(phase)]
        }
        if plan.isIncomplete {
            lines.append(
                "Something is not where it was, and is looked for: what may follow from that is not told here.")
        }
        if phase == .paused {
            lines.append("The synced folder is paused: nothing is done before `pannier resume --sync`.")
        }
        return lines
    }

    /// What was changed a moment ago, and what a program goes on writing, is not looked at before it is at rest.
    private static func nothing(_ phase: SyncState.Phase) -> String {
        switch phase {
        case .same, .stopped: "Nothing is to be done: both sides are the same, as far as is known."
        case .waiting: "Nothing can be done: both sides are the same but for what `pannier status` lists."
        case .paused: "Nothing is to be done, as far as was known when the synced folder was paused."
        case .offline: "Nothing is to be done, as far as was known when the server was last reachable."
        case .starting, .working:
            "Nothing is to be done yet: what was changed just now, or is being written, is looked at when it is at rest."
        }
    }

    static let width = PlannedStep.Kind.allCases.map(\.words.count).max() ?? 0

    private static func step(_ step: PlannedStep, goesOn: Bool) -> [String] {
        let kind = step.kind.words
        let space = String(repeating: " ", count: width - kind.count)
        let line = "\(kind)\(space)  \(step.path)\(step.detail.map { ": \($0)" } ?? "")"
        let indent = String(repeating: " ", count: width + 2)
        return [step.isUnderWay ? "\(line) (\(goesOn ? "under way" : "queued"))" : line]
            + (step.problem.map { ["\(indent)waits: \($0.title)"] } ?? [])
    }

    private static func more(_ rest: Int, _ plan: SyncPlan) -> String {
        let count = rest > 0 ? "and \(Format.count(Int64(rest))) more" : ""
        return [count, plan.hasMore ? "others follow when these are done" : ""].filter { !$0.isEmpty }
            .joined(separator: "; ")
    }

    static func held(_ held: HeldPaths, _ side: String) -> [String] {
        guard held.count > 0 else { return [] }
        let one = held.count == 1
        let title =
            "\(Format.count(Int64(held.count))) \(one ? "deletion" : "deletions") \(side) \(one ? "waits" : "wait")"
        let rest = held.rest(after: held.first.count)
        return ["\(title) for your word (pannier approve):"] + held.first.map { "  \($0.words)" }
            + (rest > 0 ? ["  and \(Format.count(Int64(rest))) more"] : [])
    }
}

struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say why a file or folder is as it is.",
        discussion: "What was observed, what follows from it, and what came of it.")

    @Argument(
        help: ArgumentHelp("In the synced folder, or in My Files.", valueName: "path"),
        completion: .custom(RemoteCompletion.paths), transform: PathArgument.init)
    var path: PathArgument
    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let link = try profile.attach()
        let below = try SyncPath(path).below(try await link.synced().folder)
        guard case .why(let sentences) = try await link.send(.why(path: below)) else { throw Problem.otherVersion }
        if output.json { return try JSON.print(sentences) }
        for sentence in sentences { try Output.line(SafeText(sentence)) }
    }
}
