import ArgumentParser
import Dispatch
import Foundation
import PannierCore

/// Reads the command line, runs one command, and ends with one of the documented exit codes.
enum Program {
    static func main() {
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
            return try Pannier.parseAsRoot()
        } catch {
            end(parsing: error)
        }
    }

    private static func run() async -> Never {
        do {
            guard var command = parse() as? any AsyncParsableCommand else { exit(.failed) }
            try await command.run()
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
            exit(.ok)
        } catch {
            end(running: error)
        }
    }

    private static func end(running error: any Error) -> Never {
        switch error {
        case let status as ExitStatus: exit(status)
        case let code as ExitCode: Foundation.exit(code.rawValue)
        case let problem as Problem:
            Report.problem(problem)
            exit(ExitStatus(problem.code))
        default:
            // Help that was asked for, and what a command finds wrong with its own arguments.
            if [.success, .validationFailure].contains(Pannier.exitCode(for: error)) { end(parsing: error) }
            Report.problem(Problem(.internalError, "\(error)", status: 0))
            exit(.failed)
        }
    }

    /// Help and version are no errors; everything else was typed wrongly.
    private static func end(parsing error: any Error) -> Never {
        if Pannier.exitCode(for: error).isSuccess {
            print(Pannier.fullMessage(for: error))
            exit(.ok)
        }
        Report.paragraph(Pannier.fullMessage(for: error))
        exit(.usage)
    }

    private static func exit(_ status: ExitStatus) -> Never {
        fflush(nil)
        Foundation.exit(status.rawValue)
    }
}
