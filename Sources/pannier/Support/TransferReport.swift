import Foundation
import PannierCore
import PannierEngine

/// How transfers ended: in words, file by file where that went wrong, and as an exit code.
enum TransferReport {
    /// - Throws: ``ExitStatus`` unless all went well.
    static func ended(_ states: [TransferState], _ link: AttachedLink, elapsed: Double) async throws {
        var codes: [Problem.Code] = []
        for state in states {
            let failures = try await failures(of: state, link)
            codes += failures
            Report.line(summary(state, elapsed: elapsed))
            if let problem = state.problem, failures.isEmpty {
                Report.problem(problem, at: state.name)
                codes.append(problem.code)
            }
        }
        if let status = status(states, codes) { throw status }
    }

    /// Prints each file that could not be done.
    private static func failures(of state: TransferState, _ link: AttachedLink) async throws -> [Problem.Code] {
        guard state.filesFailed > 0 || state.state == .failed || state.state == .partlyFailed else { return [] }
        var codes: [Problem.Code] = []
        var last: Int64 = 0
        while true {
            let command = EngineCommand.failures(transfer: state.id, after: last, limit: 500)
            guard case .failures(let page) = try await link.send(command) else { throw Problem.otherVersion }
            for failure in page {
                Report.line("pannier: \(failure.path): \(failure.problem) (\(failure.problem.code.rawValue))")
                codes.append(failure.problem.code)
            }
            guard let end = page.last else { return codes }
            last = end.row
        }
    }

    static func summary(_ state: TransferState, elapsed: Double) -> String {
        let count = "\(Format.count(state.filesDone)) \(state.filesDone == 1 ? "file" : "files")"
        let rate = elapsed > 0 ? " (\(Format.rate(Double(state.bytesDone) / elapsed)))" : ""
        let reused = state.bytesReused > 0 ? "; \(Format.bytes(state.bytesReused)) was there already" : ""
        let way = state.direction == .upload ? "up" : "down"
        let time = Format.duration(seconds: elapsed)
        switch state.state {
        case .done: return "\(state.name): \(count), \(Format.bytes(state.bytesDone)) \(way) in \(time)\(rate)\(reused)"
        case .partlyFailed, .failed:
            return "\(state.name): \(count) done, \(Format.count(state.filesFailed)) could not be done"
        case .cancelled: return "\(state.name): cancelled"
        case .queued, .running, .paused, .retrying: return "\(state.name): \(state.state.rawValue)"
        }
    }

    /// Nil: all went well.
    static func status(_ states: [TransferState], _ codes: [Problem.Code]) -> ExitStatus? {
        guard states.contains(where: { $0.state != .done }) else { return nil }
        let isAnythingDone = states.contains { $0.state == .done || $0.filesDone > 0 }
        if isAnythingDone || Set(codes).count > 1 { return .partlyFailed }
        return codes.first.map(ExitStatus.init) ?? .failed
    }
}
