import Foundation
import Glibc
import PannierCore
import Testing

extension EndToEnd {
    /// kill -9 of the agent and of the server at every named place, while both people work: they are started again, both
    /// folders become the same, nothing that was written is lost, and nobody ever sees a half file.
    @Suite struct SyncKills {
        /// They end the server; the others the agent.
        static let ofServer: Set<Failpoint> = [
            .objectWritten, .objectNamed, .packVerified, .transactionDone, .transactionDurable,
        ]
        /// Passed when a folder is paired, and not later.
        static let ofPairing: Set<Failpoint> = [.pairMarked]
        /// Which times a place is passed.
        static let times = Products.isLong ? [1, 2, 3, 6] : [1]

        @Test(.timeLimit(.minutes(30))) func theAgentAtEveryPlace() async throws {
            try await withSyncedPair { pair in
                let work = try SyncWorkload(pair)
                try await work.begin()
                var (round, reached) = (0, Set<Failpoint>())
                for time in Self.times {
                    for point in Failpoint.allCases
                    where !Self.ofServer.contains(point) && !Self.ofPairing.contains(point) {
                        round += 1
                        if try await endAgent(at: "\(point.rawValue):\(time)", round, work) { reached.insert(point) }
                    }
                }
                let missed = Set(Failpoint.allCases).subtracting(Self.ofServer).subtracting(Self.ofPairing)
                    .subtracting(reached)
                #expect(missed.isEmpty, "never passed")
                try await work.nothingIsLost()
            }
        }

        /// - Returns: whether it came to that place.
        private func endAgent(at place: String, _ round: Int, _ work: SyncWorkload) async throws -> Bool {
            let two = work.pair.two
            try await two.stopAgent()
            var armed = two
            armed.device.variables["PANNIER_FAILPOINT"] = place
            let isReached = try await work.watched {
                // In every other round it finds at its start what was changed, else it hears of it.
                if round.isMultiple(of: 2) { try change(work, round) }
                _ = try await armed.device.start(["status"]).finish(within: 30)
                if !round.isMultiple(of: 2) { try change(work, round) }
                return try await hasPassed(work.pair) { two.device.agentPID() == nil }
            }
            try await atRest(work, "\(place), round \(round)")
            return isReached
        }

        @Test(.timeLimit(.minutes(30))) func theServerAtEveryPlace() async throws {
            try await withSyncedPair { pair in
                let work = try SyncWorkload(pair)
                try await work.begin()
                let server = pair.house.server
                var round = 0
                for time in Self.times + [9] {
                    for point in Failpoint.allCases where Self.ofServer.contains(point) {
                        round += 1
                        await server.kill()
                        let isReached = try await work.watched {
                            // Some places are passed when it begins.
                            let armed = ["PANNIER_FAILPOINT": "\(point.rawValue):\(time)"]
                            var hasBegun = true
                            do { try await server.serve(armed) } catch is Missed { hasBegun = false }
                            guard hasBegun else { return true }
                            try change(work, round)
                            return try await hasPassed(pair) { server.hasEnded }
                        }
                        #expect(isReached || time > 1, "\(point) was never passed")
                        if isReached { try await server.killAndRestart() }
                        try await atRest(work, "\(point):\(time)")
                    }
                }
                try await work.nothingIsLost()
            }
        }

        /// While a folder is chosen: the command says that it failed, and another one completes it.
        @Test func whilePairing() async throws {
            try await inHouse { house in
                let pair = try await SyncedPair.open(in: house)
                for (number, side) in pair.sides.enumerated() { try side.write("\(number)", to: "of \(number)") }
                try await pair.one.stopAgent()
                var armed = pair.one
                armed.device.variables["PANNIER_FAILPOINT"] = Failpoint.pairMarked.rawValue
                let ended = try await armed.device.start(["sync", armed.root]).finish(within: 30)
                #expect(ended.exitCode != 0, "\(ended.story)")
                let marker = pair.one.path(".pannier/marker")
                #expect(FileManager.default.fileExists(atPath: marker), "the place was reached")
                try await pair.pair()
                #expect(try await pair.both().paths == ["of 0", "of 1"])
            }
        }

        @Test(.timeLimit(.minutes(30))) func atRandom() async throws {
            try await withSyncedPair { pair in
                let work = try SyncWorkload(pair)
                try await work.begin()
                let seed =
                    ProcessInfo.processInfo.environment["PANNIER_SEED"].flatMap(UInt64.init) ?? .random(in: 0...(.max))
                print("seed \(seed)")
                var noise = Noise(seed: seed)
                for round in 1...(Products.isLong ? 200 : 20) {
                    let pause = Int.random(in: 0...600, using: &noise)
                    let victim = Int.random(in: 0...2, using: &noise)
                    try await work.watched {
                        try change(work, round)
                        // What is under way at that moment is what this is about; nothing tells of it.
                        try await Task.sleep(for: .milliseconds(pause))
                        if victim == 2 {
                            try await pair.house.server.killAndRestart()
                        } else {
                            try await pair.sides[victim].killAgent()
                        }
                    }
                    try await atRest(work, "round \(round), \(victim), seed \(seed)")
                }
                try await work.nothingIsLost()
            }
        }

        private func change(_ work: SyncWorkload, _ round: Int) throws {
            for side in 0..<2 { try work.change(side, round: round) }
        }

        /// Waits until `hasEnded`, or until all is the same without that.
        private func hasPassed(_ pair: SyncedPair, _ hasEnded: @Sendable () -> Bool) async throws -> Bool {
            try await eventually(within: 60, "an end, or rest") {
                if hasEnded() { return true }
                for side in pair.sides {
                    guard case .sync(let state?)? = try? side.device.say(.syncState), state.phase == .same else {
                        return nil
                    }
                }
                guard let left = try? pair.one.tree(), let right = try? pair.two.tree(), left == right else {
                    return nil
                }
                return hasEnded()
            }
        }

        private func atRest(_ work: SyncWorkload, _ place: String) async throws {
            do {
                for side in work.pair.sides { try await side.startAgent() }
                _ = try await work.watched { try await work.pair.both() }
            } catch {
                throw Missed(what: "\(place): \(error)")
            }
        }
    }
}
