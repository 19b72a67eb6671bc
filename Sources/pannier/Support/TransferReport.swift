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
                if let problem = state.problem { Report.problem(problem, at: state.title) }
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
        let skipped = state.filesSkipped > 0 ? "; \(state.skipped.words) left out" : ""
        switch state.state {
        case .done: return "\(state.title): \(files(state.filesDone))\(bytes(state, elapsed: elapsed))\(skipped)"
        case .partlyFailed, .failed:
            let isNothing = state.filesDone == 0 && state.filesFailed <= 1 && state.filesLeft == 0
            if isNothing, state.foldersFailed == 0 { return "\(state.title): not done\(skipped)" }
            return "\(state.title): \(files(state.filesDone)) done\(notDone(state))\(skipped)"
        case .cancelled: return "\(state.title): cancelled"
        case .queued, .running, .paused, .retrying: return "\(state.title): \(state.state.words)"
        }
    }

    /// What crossed the network, and what need not.
    private static func bytes(_ state: TransferState, elapsed: Double) -> String {
        let way = state.direction == .upload ? "up" : "down"
        let time = Format.duration(seconds: elapsed)
        let rate = elapsed > 0 ? " (\(Format.rate(Double(state.bytesSent) / elapsed)))" : ""
        let reused = Format.bytes(state.bytesReused)
        switch (state.bytesSent, state.bytesReused) {
        case (0, 0): return ""
        case (0, _): return "; all of it, \(reused), was there already"
        case (let sent, 0): return ", \(Format.bytes(sent)) \(way) in \(time)\(rate)"
        case (let sent, _): return ", \(Format.bytes(sent)) \(way) in \(time)\(rate); \(reused) was there already"
        }
    }

    private static func notDone(_ state: TransferState) -> String {
        var parts: [String] = []
        if state.filesFailed > 0 { parts.append("\(Format.count(state.filesFailed)) could not be done") }
        if state.foldersFailed > 0 {
            let folders = "\(Format.count(state.foldersFailed)) \(state.foldersFailed == 1 ? "folder" : "folders")"
            parts.append("\(folders) could not be read or made")
        }
        if state.filesLeft > 0 { parts.append("\(Format.count(state.filesLeft)) not yet") }
        return parts.map { ", " + $0 }.joined()
    }

    private static func files(_ count: Int64) -> String { "\(Format.count(count)) \(count == 1 ? "file" : "files")" }
}
