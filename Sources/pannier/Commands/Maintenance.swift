import ArgumentParser
import Foundation
import Logging
import PannierCore
import PannierEngine

struct AgentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Start or stop the background agent.",
        discussion: "Every command starts it when it needs it. It keeps the mirror and carries transfers out.")

    @Flag(help: "Stay in the foreground and log to standard error.")
    var foreground = false
    @Flag(help: "Stop it; transfers go on when it starts again.")
    var stop = false
    @Flag(
        help: """
            Put the local database aside, damaged or not, and list everything anew. Unfinished transfers are dropped; the \
            sign-in is kept.
            """)
    var rebuild = false
    @Option(help: .hidden)
    var readyDescriptor: Int32?
    @OptionGroup var profile: ProfileOptions

    func validate() throws {
        if [foreground, stop, rebuild].count(where: { $0 }) > 1 {
            throw ValidationError("`--foreground`, `--stop` and `--rebuild` exclude each other.")
        }
    }

    func run() async throws {
        let paths = try profile.paths
        if foreground { return try await stay(paths) }
        if stop {
            let wasRunning = try await AgentStopper(paths: paths).stop()
            return try Output.line(wasRunning ? "The agent has ended." : "No agent was running.")
        }
        if rebuild, let aside = try await AgentStopper(paths: paths).rebuild() {
            try Output.line("The old database lies in \(aside) until you sign out.")
            try Output.line(
                "If there was a synced folder, it is not kept the same any more: `pannier sync` with that folder makes it and "
                    + "My Files one again. Nothing was deleted; which files were to be online only is forgotten.")
        }
        let status = try await profile.attach(isNew: true).status(.status)
        try Output.line("The agent runs (process \(status.agentProcess)).")
    }

    private func stay(_ paths: ClientPaths) async throws {
        let ready = readyDescriptor
        let log = Logger(label: "agent") { _ in AgentLog(path: ready == nil ? nil : paths.log) }
        // It was started as /proc/self/exe, and would be `exe` to ps and top.
        ProcessName.set("pannier")
        try await PannierEngine.Agent(paths: paths, log: log).run { problem in
            if let ready { Readiness.tell(problem, on: ready) }
        }
    }
}

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check agent, sign-in, server, clock, mirror and disk.",
        discussion: "Ends with 1 when something is wrong.")

    @OptionGroup var profile: ProfileOptions
    @OptionGroup var output: JSONOptions

    func run() async throws {
        let findings = try await findings()
        if output.json {
            try JSON.print(findings.map(JSON.Check.init))
        } else {
            for finding in findings { try Output.line(SafeText(Self.line(finding))) }
        }
        if findings.contains(where: { $0.verdict == .failure }) { throw ExitStatus.failed }
    }

    private func findings() async throws -> [Finding] {
        guard try profile.isUsed else {
            let text = "nobody has signed in on the profile \(try profile.chosen.name) yet: pannier login URL"
            return [Finding(topic: "account", verdict: .warning, text: text)]
        }
        do {
            guard case .findings(let findings) = try await profile.attach().send(.doctor) else {
                throw Problem.otherVersion
            }
            return findings
        } catch let problem as Problem where ExitStatus(problem.code) == .noAgent {
            // Whatever keeps the agent from answering is what was looked for.
            return [Finding(topic: "agent", verdict: .failure, text: problem.description)]
        }
    }

    private static func line(_ finding: Finding) -> String {
        let mark =
            switch finding.verdict {
            case .ok: "ok      "
            case .warning: "warning "
            case .failure: "FAILURE "
            }
        return mark + finding.topic + String(repeating: " ", count: max(1, 9 - finding.topic.count)) + finding.text
    }
}

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what a code means, and what to do.", discussion: "Without a code: all of them.")

    @Argument(
        help: ArgumentHelp("A code as it stands behind a message.", valueName: "code"),
        completion: .list(Problem.Code.allCases.map(\.rawValue)))
    var code: String?

    func run() throws {
        guard let code else {
            return try Output.write(Problem.Code.allCases.map { $0.rawValue + "\n" }.joined())
        }
        guard let known = Problem.Code(rawValue: code) else {
            throw ValidationError("There is no code “\(code)”. `pannier explain` lists them.")
        }
        try Output.write("\(known.rawValue)\n\n\(known.explanation.meaning)\n\(known.explanation.advice)\n")
    }
}
