import ChildPrograms
import Foundation
import Glibc
import Measuring

/// Two of Syncthing on this machine, which know of each other and of nobody else. As it comes, but for that, and without a
/// process that watches over the one that works.
final class SyncthingPair: FolderPair {
    let name = "syncthing"
    let rest = 10_000
    let here: String
    let there: String
    private var children: [ChildProgram] = []

    private static let program = "/usr/bin/syncthing"

    /// Nil: it is not installed.
    init?(_ ground: Ground) throws {
        guard access(Self.program, X_OK) == 0 else { return nil }
        here = try ground.makeFolder("syncthing/folder 0")
        there = try ground.makeFolder("syncthing/folder 1")
        let homes = try (0..<2).map { try ground.makeFolder("syncthing/home \($0)") }
        let environments = homes.map {
            ["HOME": $0, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "STNODEFAULTFOLDER": "1", "STMONITORED": "1"]
        }
        let ids = try (0..<2).map { side in
            try Device.run(Self.program, ["generate", "--home", homes[side]], environments[side], ground)
            return try Device.run(
                Self.program, ["serve", "--home", homes[side], "--device-id"], environments[side], ground
            )
            .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let ports = try (0..<4).map { _ in try Self.freePort() }
        for side in 0..<2 {
            let text = Self.configuration(
                folder: [here, there][side], ids: ids, ports: Array(ports[0..<2]), side: side, web: ports[2 + side])
            try text.write(toFile: homes[side] + "/config.xml", atomically: true, encoding: .utf8)
            children.append(
                try ChildProgram(
                    Self.program, ["serve", "--home", homes[side], "--no-browser", "--no-restart"],
                    environment: environments[side], output: ground.path("syncthing/log \(side)"),
                    errors: ground.path("syncthing/log \(side)")))
        }
        try Ground.write([1], to: here + "/first")
        try wait("the first file by syncthing", within: 120) { access(self.there + "/first", F_OK) == 0 }
    }

    var processes: [(name: String, id: pid_t)] { zip(["first", "second"], children.map(\.pid)).map { ($0, $1) } }

    /// It does not say so of both.
    func agree() throws {}

    func close() {
        for child in children where child.isRunning {
            child.signal(SIGTERM)
            _ = child.endBlocking()
        }
    }

    private static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { Glibc.close(socket) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &place) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard status else { throw BenchmarkFailure("no free port: \(String(cString: strerror(errno)))") }
        return UInt16(bigEndian: place.sin_port)
    }

    private static func configuration(
        folder: String, ids: [String], ports: [UInt16], side: Int, web: UInt16
    ) -> String {
        """
        <configuration version="35">
            <folder id="bench" label="bench" path="\(folder)" type="sendreceive" rescanIntervalS="3600"
                fsWatcherEnabled="true" fsWatcherDelayS="10">
                <device id="\(ids[0])"/><device id="\(ids[1])"/>
            </folder>
            <device id="\(ids[0])" name="one"><address>tcp://127.0.0.1:\(ports[0])</address></device>
            <device id="\(ids[1])" name="two"><address>tcp://127.0.0.1:\(ports[1])</address></device>
            <gui enabled="true" tls="false"><address>127.0.0.1:\(web)</address><apikey>bench</apikey></gui>
            <options>
                <listenAddress>tcp://127.0.0.1:\(ports[side])</listenAddress>
                <globalAnnounceEnabled>false</globalAnnounceEnabled>
                <localAnnounceEnabled>false</localAnnounceEnabled>
                <relaysEnabled>false</relaysEnabled>
                <natEnabled>false</natEnabled>
                <urAccepted>-1</urAccepted>
                <crashReportingEnabled>false</crashReportingEnabled>
                <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
                <startBrowser>false</startBrowser>
            </options>
        </configuration>
        """
    }
}
