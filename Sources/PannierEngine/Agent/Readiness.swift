import Foundation
import Glibc
package import PannierCore

/// What a new agent tells the one who started it: one line on a pipe, `ready` or a problem.
package enum Readiness {
    private static let ready = "ready"

    /// - Parameter problem: nil when the agent takes commands.
    package static func tell(_ problem: Problem?, on descriptor: Int32) {
        let said = problem.flatMap { try? WireJSON.encode($0) } ?? Data(ready.utf8)
        let line = [UInt8](said) + [UInt8(ascii: "\n")]
        _ = write(descriptor, line, line.count)
        close(descriptor)
    }

    /// Waits for the line. Blocks the thread for at most `seconds`.
    /// - Throws: ``Problem``: the agent's own, or that it said nothing.
    package static func hear(on descriptor: Int32, within seconds: Int32, log: String) throws(Problem) {
        let line = read(descriptor, within: seconds)
        if line == Array(ready.utf8) { return }
        if let problem = try? WireJSON.decode(Problem.self, from: Data(line)) { throw problem }
        throw Problem(
            .agentUnreachable, "The background agent did not start.",
            detail: "Nothing is lost. \(log) may say why; `pannier agent --foreground` shows it.")
    }

    private static func read(_ descriptor: Int32, within seconds: Int32) -> [UInt8] {
        var line: [UInt8] = []
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while line.count < 1 << 16, poll(&waiting, 1, seconds * 1_000) > 0 {
            var block = [UInt8](repeating: 0, count: 4_096)
            let count = Glibc.read(descriptor, &block, block.count)
            guard count > 0 else { break }
            line += block.prefix(count)
            if let end = line.firstIndex(of: UInt8(ascii: "\n")) { return Array(line[..<end]) }
        }
        return line
    }
}
