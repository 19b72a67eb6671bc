import ArgumentParser
import Dispatch
import Foundation
import PannierConsole
import PannierCore

/// Reads the command line, runs one command, and ends with one of the documented exit codes.
enum Program {
    static func main() {
        StandardStreams.secure()
        signal(SIGPIPE, SIG_IGN)
        _ = setlocale(LC_ALL, "")
        let command = parse()
        guard command is any AsyncParsableCommand else { return runNow(command) }
        // Parsed again there: a command cannot be handed from one task to another.
        Task.detached { await run() }
        dispatchMain()
    }

    private static func parse() -> any ParsableCommand {
        do {
            return try Pannier.parseAsRoot(ArgumentBytes.all)
        } catch {
            end(parsing: error)
        }
    }

    private static func run() async -> Never {
        do {
            guard var command = parse() as? any AsyncParsableCommand else { throw ExitStatus.failed }
            try await command.run()
            try Output.flush()
            exit(.ok)
        } catch {
            end(running: error)
        }
    }

    /// The full screen keeps this thread, and `explain` needs no other.
    private static func runNow(_ command: any ParsableCommand) {
        var command = command
        do {
            try command.run()
            try Output.flush()
            exit(.ok)
        } catch {
            end(running: error)
        }
    }

    private static func end(running error: any Error) -> Never {
        if !(error is StreamFailure) { flush() }
        switch error {
        case let status as ExitStatus: exit(status)
        case let code as ExitCode: Foundation.exit(code.rawValue)
        case let problem as Problem:
            Report.problem(problem)
            exit(ExitStatus(problem.code))
        case let failure as StreamFailure: failure.end()
        // What a command finds wrong with its arguments only when it runs.
        case let wrong as ValidationError:
            Report.paragraph("pannier: \(wrong.message)")
            exit(.usage)
        default:
            // Help that was asked for.
            if Pannier.exitCode(for: error).isSuccess { end(parsing: error) }
            Report.problem(Problem(.internalError, "\(error)", status: 0))
            exit(.failed)
        }
    }

    /// Help and version are no errors; everything else was typed wrongly.
    private static func end(parsing error: any Error) -> Never {
        let names = CommandNames(all: Pannier.configuration.subcommands.map { $0._commandName })
        let asked = CompletionRequest(ArgumentBytes.all)
        if asked == nil, let word = names.unknown(in: ArgumentBytes.all) { end(unknown: word, names) }
        if Pannier.exitCode(for: error).isSuccess {
            let text = Pannier.fullMessage(for: error) + "\n" + (asked?.addition ?? "")
            do { try Output.write(text) } catch { end(running: error) }
            flush()
            exit(.ok)
        }
        Report.paragraph(Pannier.fullMessage(for: error))
        exit(.usage)
    }

    private static func end(unknown word: String, _ names: CommandNames) -> Never {
        Report.line("pannier: There is no command “\(word)”.")
        let similar = names.similar(to: word).map { "`pannier \($0)`" }
        if !similar.isEmpty { Report.line("  Did you mean \(similar.joined(separator: " or "))?") }
        Report.line("  `pannier help` lists the commands.")
        exit(.usage)
    }

    /// What was printed is out, or this is the end.
    private static func flush() {
        do { try Output.flush() } catch { end(running: error) }
    }

    private static func exit(_ status: ExitStatus) -> Never {
        fflush(nil)
        Foundation.exit(status.rawValue)
    }
}
