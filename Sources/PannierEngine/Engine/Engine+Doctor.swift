import Foundation
import PannierCore
import PannierHTTP
import PannierMirror
import PannierTransfer

// What `doctor` looks at.
extension Engine {
    func examine() async -> [Finding] {
        // First: its answer may be that the token holds no more.
        let server = await serverFindings()
        return [agentFinding, accountFinding] + server + [await mirrorFinding(), mirrorDiskFinding]
            + (await sync.findings())
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
            return Finding(
                topic: "account", verdict: .warning, text: "nobody is signed in on this profile: pannier login URL")
        }
        return Finding(
            topic: "account", verdict: .ok, text: "\(session.account.email) as “\(session.deviceName)”")
    }

    /// Whether it is reached, how fast, and whether the clocks agree. That a token holds no more is nothing wrong with the
    /// server.
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
        var findings = [Self.serverFinding(session.server, response, milliseconds: begun.milliseconds)]
        if let difference = Self.clockDifference(response["date"], asked: asked, answered: WallClock.now) {
            findings.append(difference)
        }
        if response.status == 401 { await refuse(Problem(response, server: session.server)) }
        if board.refusal == nil {
            let isTold = [.live, .polled].contains(board.connection)
            findings.append(
                Finding(topic: "changes", verdict: isTold ? .ok : .warning, text: status.connectionWords))
        }
        return findings
    }

    private static func serverFinding(_ server: String, _ response: HTTPResponse, milliseconds: Int) -> Finding {
        // 401 is about the token, and the account's line says so.
        if response.isSuccess || response.status == 401 {
            return Finding(topic: "server", verdict: .ok, text: "\(server) answers, in \(milliseconds) ms")
        }
        let problem = Problem(response, server: server)
        return Finding(
            topic: "server", verdict: problem.isTransient ? .warning : .failure, text: "\(server): \(problem)")
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

    private var mirrorDiskFinding: Finding { .disk(LocalPath(mirror.paths.state), for: "the mirror") }
}

extension Finding {
    /// How much room there is on a disk. Blocks.
    /// - Parameters:
    ///   - path: of something on it.
    ///   - purpose: what the room is for.
    static func disk(_ path: LocalPath, for purpose: String) -> Finding {
        var status = statvfs()
        guard path.withCString({ statvfs($0, &status) }) == 0 else {
            return Finding(topic: "disk", verdict: .warning, text: "\(path): \(String(cString: strerror(errno)))")
        }
        let free = Int64(status.f_bavail) * Int64(status.f_frsize)
        return Finding(
            topic: "disk", verdict: free < 1 << 28 ? .warning : .ok,
            text: "\(Format.bytes(free)) free for \(purpose) in \(path)")
    }
}
