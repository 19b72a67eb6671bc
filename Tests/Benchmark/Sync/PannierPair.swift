import ChildPrograms
import Foundation
import GRDB
import Glibc
import Measuring
import PannierCore

/// A server, and one person's two devices.
final class PannierPair: FolderPair {
    let name = "pannier"
    let rest = 2_000
    let devices: [Device]
    private let ground: Ground
    private let programs: String
    private let server: ChildProgram
    private let address: String

    private static let password = "correct horse battery"
    private static let email = "alice@example.org"

    /// - Parameter programs: the folder where `pannier` and `pannier-server` lie.
    init(_ ground: Ground, programs: String) throws {
        (self.ground, self.programs) = (ground, programs)
        let environment = try Device.environment(ground, "server")
        let (output, log) = (ground.path("server-output"), ground.path("server-log"))
        let server = try ChildProgram(
            programs + "/pannier-server", ["serve", "--data", ground.path("data"), "--listen", "127.0.0.1:0"],
            environment: environment, output: output, errors: log)
        self.server = server
        try wait("the server's address", within: 30) {
            guard server.isRunning else { throw BenchmarkFailure("pannier-server: \(Files.text(of: log))") }
            return Self.address(in: Files.text(of: output)) != nil
        }
        address = Self.address(in: Files.text(of: output)) ?? ""
        try Device.run(
            programs + "/pannier-server",
            ["user", "add", Self.email, "--password-stdin", "--data", ground.path("data")], environment, ground,
            input: Self.password)
        devices = try ["one", "two"].map { try Device($0, ground, programs) }
        for device in devices {
            try device.pannier(
                ["login", address, "--email", Self.email, "--password-stdin", "--device", device.name],
                input: Self.password)
            try device.pannier(["sync", device.folder])
        }
        try agree()
    }

    private static func address(in text: String) -> String? {
        guard let start = text.range(of: "http://"), text[start.lowerBound...].contains("\n") else { return nil }
        return String(text[start.lowerBound...].prefix { !$0.isWhitespace })
    }

    var here: String { devices[0].folder }
    var there: String { devices[1].folder }
    var processes: [(name: String, id: pid_t)] {
        [("first agent", devices[0].agent), ("second agent", devices[1].agent), ("server", server.pid)]
    }

    func agree() throws { for device in devices { try device.pannier(["wait", "--synced"]) } }

    /// Says yes to every deletion that waits for a word, until nothing is left on the other device.
    func approveAll() throws {
        try wait("all deletions", within: 600, pause: 100_000) {
            for device in devices {
                // It is refused when more has come to wait meanwhile.
                let state = try device.state()
                if state.heldThere > 0 { _ = try? device.pannier(["approve", "--there", "\(state.heldThere)"]) }
                if state.heldHere > 0 { _ = try? device.pannier(["approve", "--here", "\(state.heldHere)"]) }
            }
            return access(there + "/dropped", F_OK) != 0
        }
    }

    // MARK: What the server says

    /// What it has done since it began.
    struct Work {
        var requests = 0
        var objects = 0
        var bytes = 0
        var reads = 0
        /// Rows of the journal: one for each operation on a node.
        var journal = 0

        static func - (left: Work, right: Work) -> Work {
            Work(
                requests: left.requests - right.requests, objects: left.objects - right.objects,
                bytes: left.bytes - right.bytes, reads: left.reads - right.reads, journal: left.journal - right.journal)
        }
    }

    func work() throws -> Work {
        guard let page = Metrics.page(of: address) else { throw BenchmarkFailure("the server gives no metrics") }
        var work = Work()
        work.requests = page.sum("pannier_api_requests_total")
        work.objects = page.sum("pannier_store_puts_total")
        work.bytes = page.sum("pannier_store_put_bytes_total")
        work.reads = page.sum("pannier_store_gets_total")
        var configuration = Configuration()
        configuration.readonly = true
        let database = try DatabaseQueue(
            path: ground.path("data/pannier.sqlite"), configuration: configuration)
        work.journal = try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM journal") ?? 0 }
        return work
    }

    func close() {
        for device in devices { device.stop() }
        server.signal(SIGTERM)
        _ = server.endBlocking()
    }
}
