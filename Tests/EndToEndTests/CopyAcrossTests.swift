import Foundation
import Testing

extension EndToEnd {
    /// What mia shares becomes alice's own: fetched, then sent, by an agent that is killed on the way.
    @Suite struct CopyAcross {
        /// Bytes a second while something is to be seen on the way.
        private static let slow = "1M"

        /// mia's folder on this disk, shared as /the plans.
        private func share(_ mia: Device, _ house: House) async throws -> URL {
            let source = try house.folder("the plans")
            _ = try writeHardTree(80, to: source, seed: 11)
            var noise = Noise(seed: 12)
            for name in ["a film.mov", "with space/another film.mov"] {
                try noise.write(3 << 20, to: source.appending(path: name))
            }
            try await mia.must("put", source.path(percentEncoded: false), "/")
            try await mia.must("share", "/the plans", "alice@example.org")
            return source
        }

        @Test(.timeLimit(.minutes(5))) func killedInBothStepsItIsWhole() async throws {
            try await inHouse { house in
                let mia = try await house.device("mias", of: "mia@example.org")
                let source = try await share(mia, house)
                let alice = try await house.device("alices")
                try await alice.must("limit", "down", Self.slow)
                try await alice.must("limit", "up", Self.slow)
                let begun = try await alice.must("cp", "--no-wait", "shared:/the plans", "/my plans")
                #expect(begun.errors.contains("goes on in the background"), "\(begun.story)")
                for direction in ["download", "upload"] {
                    try await eventually(within: 120, "\(direction) on its way") {
                        let state = try await alice.transfers().first
                        guard state?.direction == direction, let moved = state?.bytesMoved else { return nil as Bool? }
                        return moved > 1 << 20 ? true : nil
                    }
                    let lines = try await alice.must("transfers").output
                    let arrow = direction == "upload" ? "  up  " : "  down"
                    #expect(lines.contains(arrow) && lines.contains("shared:/the plans → /my plans"), "\(lines)")
                    #expect(!alice.staged.isEmpty)
                    kill(try #require(alice.agentPID()), SIGKILL)
                    // What belongs to no copy goes when the next agent begins.
                    try FileManager.default.createDirectory(
                        at: alice.copies.appending(path: "left behind/folder"), withIntermediateDirectories: true)
                }
                try await alice.must("limit", "up", "off")
                try await alice.must("transfers", "--follow")
                let ended = try #require(try await alice.transfers().first)
                #expect(ended.state == "done" && ended.name == "the plans", "\(ended)")
                try await alice.must("limit", "down", "off")
                #expect(alice.staged == [])

                // Hers are her own: what mia does now is not seen in it.
                let changed = house.directory.appending(path: "changed")
                try Data("changed".utf8).write(to: changed)
                try await mia.must("put", changed.path(percentEncoded: false), "/the plans/a film.mov")
                try await mia.must("rm", "/the plans/src")
                let target = house.directory.appending(path: "fetched")
                try await alice.must("get", "/my plans", target.path(percentEncoded: false))
                #expect(try await differences(source, target, in: house.directory) == "")
                let again = try await alice.run("cp", "shared:/the plans", "/my plans")
                #expect(again.exitCode == 0, "into the folder: \(again.story)")
                let taken = try await alice.run("cp", "shared:/the plans", "/my plans")
                #expect(taken.exitCode == 8 && taken.errors.contains("(name_taken"), "\(taken.story)")
            }
        }

        @Test(.timeLimit(.minutes(3))) func unsharedOnItsWayItEndsWithWords() async throws {
            try await inHouse { house in
                let mia = try await house.device("mias", of: "mia@example.org")
                _ = try await share(mia, house)
                let alice = try await house.device("alices")
                try await alice.must("limit", "down", Self.slow)
                let copy = try alice.start(["cp", "shared:/the plans", "/"])
                try await eventually(within: 60, "bytes on their way") {
                    try await alice.transfers().contains { $0.bytesMoved > 1 << 20 } ? true : nil
                }
                try await mia.must("unshare", "/the plans", "alice@example.org")
                let ended = try await copy.finish(within: 120)
                #expect(ended.exitCode == 6, "\(ended.story)")
                #expect(
                    ended.errors.contains("the plans: not copied")
                        && ended.errors.contains("“shared:/the plans” is not there any more"), "\(ended.story)")
                #expect(alice.staged == [])
                #expect(try await alice.must("ls", "/").output == "")
            }
        }

        /// Needs a disk of its own that is small: see ``SmallDisk``.
        @Test(.enabled(if: SmallDisk.isPossible), .timeLimit(.minutes(3)))
        func aDiskThatCannotHoldItIsSaidToBeFullBefore() async throws {
            try await inHouse { house in
                let mia = try await house.device("mias", of: "mia@example.org")
                var noise = Noise(seed: 3)
                let file = house.directory.appending(path: "film.mov")
                try noise.write(24 << 20, to: file)
                try await mia.must("put", file.path(percentEncoded: false), "/")
                try await mia.must("share", "/film.mov", "alice@example.org")
                let home = house.directory.appending(path: "devices/alices")
                let disk = try SmallDisk(at: home.appending(path: "state"), bytes: 16 << 20)
                defer { disk.end() }
                let alice = try await house.device("alices")
                let full = try await alice.run("cp", "shared:/film.mov", "/")
                #expect(full.exitCode == 7 && full.errors.contains("the disk is full"), "\(full.story)")
                #expect(try await alice.transfers().first?.bytesDone == 0)
                #expect(alice.staged == [])
                try await alice.end()
            }
        }
    }
}

extension Device {
    fileprivate var copies: URL { home.appending(path: "state/pannier/default/copies") }

    /// What lies on this disk between the two steps of copies.
    fileprivate var staged: [String] {
        let all = FileManager.default.enumerator(atPath: copies.path(percentEncoded: false))
        return all?.compactMap { $0 as? String } ?? []
    }
}
