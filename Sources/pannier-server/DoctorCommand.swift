import ArgumentParser
import Logging
import PannierCore
import PannierServer

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look whether a server's folder is in order.",
        discussion: """
            Looks at the keys, the lock, the database (version, quick check), the object store (writes, reads and removes \
            an object) and the free disk. Works with and without a running server. Exits with 1 when something is bad.
            """)

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var folder: DataOption

    func run() async throws {
        try await Outcome.report {
            let answer = try await Offline.performAnywhere(.doctor, in: folder.data, logger: .server())
            if case .problem(let problem) = answer { throw problem }
            guard case .findings(let findings) = answer else { return }
            if json {
                try Outcome.say(String(decoding: try WireJSON.encode(findings), as: UTF8.self))
            } else {
                for finding in findings {
                    try Outcome.say("\(Self.mark(finding.state)) \(finding.name): \(finding.detail)")
                }
            }
            if findings.contains(where: { $0.state == .bad }) { throw Outcome.failed }
        }
    }

    private static func mark(_ state: ServerFinding.State) -> String {
        switch state {
        case .good: "ok     "
        case .warning: "warning"
        case .bad: "bad    "
        }
    }
}
