import Foundation
import PannierCore
import PannierEngine

/// How transfers ended: in words, file by file where that went wrong, and as an exit code.
enum TransferReport {
    /// - Parameters:
    ///   - refused: sources for which no transfer could begin; they have been told.
    ///   - hasDoneMore: something that was asked for needed no transfer, and is done.
    /// - Throws: ``ExitStatus`` unless all went well.
    static func ended(
        _ states: [TransferState], refused: [Refusal] = [], hasDoneMore: Bool = false, _ link: some EngineLink
    ) async throws {
        var failures = refused.map(\.problem.code)
        for state in states {
            let codes = try await listFailures(of: state, link)
            Report.line(TransferSummary.text(state))
            if let problem = cause(of: state, failures: codes) { Report.problem(problem, at: state.title) }
            failures += codes + codesBeyond(codes, of: state)
        }
        if let status = status(states, failures) {
            throw hasDoneMore ? ExitStatus.partlyFailed : status
        }
    }

    /// What is to be said of a transfer as a whole besides its files.
    /// - Parameter failures: of its files.
    static func cause(of state: TransferState, failures: [Problem.Code]) -> Problem? {
        state.state != .done && (failures.isEmpty || state.isStopped || state.isUnsentCopy) ? state.problem : nil
    }

    /// What it means for the exit code that a transfer ended so, besides its files.
    private static func codesBeyond(_ failures: [Problem.Code], of state: TransferState) -> [Problem.Code] {
        guard state.state != .done, failures.isEmpty || state.isStopped else { return [] }
        return [state.problem?.code ?? (state.state == .cancelled ? .cancelled : .partlyFailed)]
    }

    /// “All others are complete” is not so where a transfer was stopped: then that is what scripts are told.
    static func status(_ states: [TransferState], _ failures: [Problem.Code]) -> ExitStatus? {
        let stops = states.filter(\.isStopped).compactMap(\.problem?.code)
        if !stops.isEmpty { return ExitStatus(failures: stops, isAnythingDone: false) }
        return ExitStatus(failures: failures, isAnythingDone: states.contains { $0.state == .done || $0.filesDone > 0 })
    }

    /// Prints each file that could not be done, and what was left out.
    /// - Returns: why they could not be done.
    private static func listFailures(
        of state: TransferState, _ link: some EngineLink
    ) async throws -> [Problem.Code] {
        guard state.filesFailed + state.filesSkipped > 0 || state.state == .failed || state.state == .partlyFailed
        else { return [] }
        var codes: [Problem.Code] = []
        // Where a folder could not be made, that is said, and not once more for each file in it.
        var homeless: Int64 = 0
        var last: Int64 = 0
        while true {
            let command = EngineCommand.failures(transfer: state.id, after: last, limit: 500)
            guard case .failures(let page) = try await link.send(command) else { throw Problem.otherVersion }
            for failure in page {
                if failure.problem.isOfItsFolder {
                    homeless += 1
                } else {
                    Report.brief(failure.problem, at: failure.path)
                }
                if failure.problem.code != .notTransferable { codes.append(failure.problem.code) }
            }
            guard let end = page.last else { break }
            last = end.row
        }
        if homeless > 0 { Report.line(TransferSummary.homeless(homeless)) }
        return codes
    }
}
