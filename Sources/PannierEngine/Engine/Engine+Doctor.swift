import Foundation
import PannierCore
import PannierHTTP
import PannierMirror

// What `doctor` looks at.
extension Engine {
    func examine() async -> [Finding] {
        var findings = [agentFinding, accountFinding]
        findings += await serverFindings()
        findings.append(await mirrorFinding())
        findings.append(diskFinding())
        return findings
    }

    private var agentFinding: Finding {
        Finding(
            topic: "agent", verdict: .ok,
            text: "process \(status.agentProcess), version \(PannierVersion.text), socket \(mirror.paths.socket)")
    }

    private var accountFinding: Finding {
        if let refusal = board.refusal {
            return Finding(topic: "account", verdict: .failure, text: refusal.description)
        }
        guard let session else {
            return Finding(topic: "account", verdict: .warning, text: "nobody is signed in on this profile")
        }
        return Finding(
            topic: "account", verdict: .ok, text: "\(session.account.email) as “\(session.deviceName)”")
    }

    /// Reached how fast, whether the token holds, and whether the clocks agree.
    private func serverFindings() async -> [Finding] {
        guard let session else { return [] }
        let begun = ContinuousClock.now
        let asked = WallClock.now
        let request = HTTPRequest(
            .get, session.server + "/v1/account", fields: [HTTPField("Authorization", "Bearer \(session.token)")])
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await http.send(request)
        } catch {
            return [Finding(topic: "server", verdict: .failure, text: "\(session.server): \(error)")]
        }
        var findings = [
            Finding(
                topic: "server", verdict: response.isSuccess ? .ok : .failure,
                text: "\(session.server) answered with status \(response.status) in \(begun.milliseconds) ms")
        ]
        if let difference = Self.clockDifference(response["date"], asked: asked, answered: WallClock.now) {
            findings.append(difference)
        }
        findings.append(
            Finding(
                topic: "changes", verdict: board.connection == .live ? .ok : .warning,
                text: board.connection == .live ? "pushed as they happen" : "\(board.connection.rawValue)"))
        return findings
    }

    /// An HTTP date has whole seconds: half of one is added.
    private static func clockDifference(
        _ date: String?, asked: Milliseconds, answered: Milliseconds
    ) -> Finding? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let date, let told = formatter.date(from: date) else { return nil }
        let server = Milliseconds(told.timeIntervalSince1970) * 1_000 + 500
        let difference = (asked + answered) / 2 - server
        let isFar = abs(difference) > 60_000
        return Finding(
            topic: "clock", verdict: isFar ? .warning : .ok,
            text: isFar
                ? "this machine's clock differs from the server's by \(abs(difference) / 1_000) s; signed requests may be "
                    + "refused"
                : "agrees with the server's")
    }

    private func mirrorFinding() async -> Finding {
        do throws(Problem) {
            let faults = try await mirror.check()
            let summary = try await mirror.read { try MirrorSummary.read($0) }
            guard faults.isEmpty else {
                return Finding(
                    topic: "mirror", verdict: .failure,
                    text: Problem.mirrorDamaged(mirror.paths.database, faults.joined(separator: "; ")).description)
            }
            return Finding(
                topic: "mirror", verdict: .ok,
                text: "\(Format.count(summary.files)) files, \(summary.unlisted) folders still to be listed, "
                    + mirror.paths.database)
        } catch {
            return Finding(topic: "mirror", verdict: .failure, text: error.description)
        }
    }

    private func diskFinding() -> Finding {
        var status = statvfs()
        guard statvfs(mirror.paths.state, &status) == 0 else {
            return Finding(
                topic: "disk", verdict: .warning, text: "\(mirror.paths.state): \(String(cString: strerror(errno)))")
        }
        let free = Int64(status.f_bavail) * Int64(status.f_frsize)
        return Finding(
            topic: "disk", verdict: free < 1 << 28 ? .warning : .ok,
            text: "\(Format.bytes(free)) free for the mirror in \(mirror.paths.state)")
    }
}
