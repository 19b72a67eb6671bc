import Foundation
import Glibc
import PannierCore
import Testing

extension EndToEnd {
    /// The power goes at every named place of the work on this disk: nothing is lost that was written or acknowledged, and no
    /// file under its final name is empty or half.
    @Suite(.enabled(if: PowerDisk.isPossible, "needs root, loop devices and xfsprogs")) struct SyncPowerCuts {
        static let places = Failpoint.allCases.filter {
            !SyncKills.ofServer.contains($0) && !SyncKills.ofPairing.contains($0)
        }

        /// What lies on the disk that loses power.
        enum Share: String, CaseIterable, Sendable { case folder, folderAndMirror }

        struct Case: Sendable, CustomTestStringConvertible {
            let kind: PowerDisk.Kind
            let share: Share
            var testDescription: String { "\(kind.rawValue), \(share.rawValue)" }
            /// All of them take minutes.
            static let all: [Case] =
                Products.isLong
                ? PowerDisk.Kind.allCases.flatMap { kind in Share.allCases.map { Case(kind: kind, share: $0) } }
                : [Case(kind: .ext4, share: .folder), Case(kind: .xfs, share: .folderAndMirror)]
        }

        @Test(.timeLimit(.minutes(60)), arguments: Case.all) func everyPlace(_ which: Case) async throws {
            try await inHouse { house in
                let state = house.directory.appending(path: "devices/two/state")
                let folder = which.share == .folder ? try house.folder("disk") : state
                let disk = try PowerDisk(which.kind, in: house.directory.appending(path: "image"), at: folder)
                defer { disk.end() }
                let synced = folder.appending(path: "synced")
                try FileManager.default.createDirectory(at: synced, withIntermediateDirectories: true)
                let pair = try await SyncedPair.open(in: house, second: synced)
                try await pair.pair()
                let work = try SyncWorkload(pair, durableSide: 1)
                try await work.begin()
                for (round, place) in Self.places.enumerated() {
                    let isReached = try await cut(at: place, round + 1, work, disk)
                    #expect(isReached, "\(place) was never passed")
                    work.everyFileIsWhole(in: pair.two.root)
                    do {
                        try await pair.two.startAgent()
                        _ = try await work.watched { try await pair.both() }
                    } catch {
                        throw Missed(what: "\(place), round \(round + 1): \(error)")
                    }
                }
                try await work.nothingIsLost()
            }
        }

        /// - Returns: whether the agent came to that place. Else the power is cut when it has done everything.
        private func cut(
            at place: Failpoint, _ round: Int, _ work: SyncWorkload, _ disk: PowerDisk
        ) async throws -> Bool {
            let (one, two) = (work.pair.one, work.pair.two)
            try await two.stopAgent()
            var armed = two.device
            armed.variables["PANNIER_FAILPOINT"] = "\(place.rawValue):1:stop"
            for side in 0..<2 { try work.change(side, round: round) }
            try await one.must("wait", "--synced")
            let agent = try armed.start(["agent", "--foreground"])
            let isReached = try await eventually(within: 60, "\(place), or rest") { () -> Bool? in
                if agent.isStopped { return true }
                guard let left = try? one.tree(), let right = try? two.tree(), left == right else { return nil }
                return agent.isStopped
            }
            try disk.cut()
            agent.signal(SIGKILL)
            _ = try await agent.finish(within: 30)
            try disk.restart()
            return isReached
        }

        /// The same of the server's disk: what it has acknowledged is there.
        @Test(.timeLimit(.minutes(30)), arguments: PowerDisk.Kind.allCases)
        func theServersDisk(_ kind: PowerDisk.Kind) async throws {
            try await inHouse(serverPower: kind) { house in
                let (server, disk) = (house.server, try #require(house.serverPower))
                let pair = try await SyncedPair.open(in: house)
                try await pair.pair()
                let work = try SyncWorkload(pair)
                try await work.begin()
                for (round, place) in Failpoint.allCases.filter(SyncKills.ofServer.contains).enumerated() {
                    await server.kill()
                    // Some places are passed when it begins: then it never says that it has.
                    do { try await server.serve(["PANNIER_FAILPOINT": "\(place.rawValue):1:stop"]) } catch is Missed {}
                    for side in 0..<2 { try work.change(side, round: round + 1) }
                    try await eventually(within: 60, "the server at \(place)") { server.isStopped ? true : nil }
                    try disk.cut()
                    await server.kill()
                    try disk.restart()
                    try await server.serve()
                    // A device that was told nothing while the server stood asks a minute later.
                    _ = try await work.watched { try await pair.both(within: 180) }
                }
                try await work.nothingIsLost()
            }
        }
    }
}
