import Foundation
import PannierCore
import PannierEngine

/// How transfers ended: in words, file by file where that went wrong, and as an exit code.
enum TransferReport {
    /// - Parameter refused: sources for which no transfer could begin; they have been told.
    /// - Throws: ``ExitStatus`` unless all went well.
    static func ended(
        _ states: [TransferState], refused: [Refusal] = [], _ link: AttachedLink, elapsed: Double
    ) async throws {
        var failures = refused.map(\.problem.code)
        for state in states {
            var codes = try await listFailures(of: state, link)
            Report.line(summary(state, elapsed: elapsed))
            if state.state != .done, codes.isEmpty {
                if let problem = state.problem { Report.problem(problem, at: state.name) }
                codes = [state.problem?.code ?? (state.state == .cancelled ? .cancelled : .partlyFailed)]
            }
            failures += codes
        }
        if let status = ExitStatus(failures: failures, isAnythingDone: states.contains(where: hasDone)) { throw status }
    }

    private static func hasDone(_ state: TransferState) -> Bool { state.state == .done || state.filesDone > 0 }

    /// Prints each file that could not be done, and what was left out.
    /// - Returns: why they could not be done.
    private static func listFailures(of state: TransferState, _ link: AttachedLink) async throws -> [Problem.Code] {
        guard state.filesFailed + state.filesSkipped > 0 || state.state == .failed || state.state == .partlyFailed
        else { return [] }
        var codes: [Problem.Code] = []
        var last: Int64 = 0
        while true {
            let command = EngineCommand.failures(transfer: state.id, after: last, limit: 500)
            guard case .failures(let page) = try await link.send(command) else { throw Problem.otherVersion }
            for failure in page {
                Report.brief(failure.problem, at: failure.path)
                if failure.problem.code != .notTransferable { codes.append(failure.problem.code) }
            }
            guard let end = page.last else { return codes }
            last = end.row
        }
    }

    static func summary(_ state: TransferState, elapsed: Double) -> String {
        let way = state.direction == .upload ? "up" : "down"
        let skipped = state.filesSkipped > 0 ? "; \(Format.count(state.filesSkipped)) left out" : ""
        switch state.state {
        case .done:
            let rate = elapsed > 0 ? " (\(Format.rate(Double(state.bytesDone) / elapsed)))" : ""
            let reused = state.bytesReused > 0 ? "; \(Format.bytes(state.bytesReused)) was there already" : ""
            return "\(state.name): \(files(state.filesDone)), \(Format.bytes(state.bytesDone)) \(way) in "
                + "\(Format.duration(seconds: elapsed))\(rate)\(reused)\(skipped)"
        case .partlyFailed, .failed:
            if state.filesDone == 0, state.filesFailed <= 1 { return "\(state.name): not done\(skipped)" }
            return "\(state.name): \(files(state.filesDone)) done, \(Format.count(state.filesFailed)) could not be done"
                + skipped
        case .cancelled: return "\(state.name): cancelled"
        case .queued, .running, .paused, .retrying: return "\(state.name): \(state.state.words)"
        }
    }

    private static func files(_ count: Int64) -> String { "\(Format.count(count)) \(count == 1 ? "file" : "files")" }
}
