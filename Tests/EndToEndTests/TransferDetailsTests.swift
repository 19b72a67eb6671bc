import Foundation
import PannierCore
import Testing

extension EndToEnd {
    /// What screens ask of transfers, of a real agent and a real server.
    @Suite struct TransferDetails {
        private func path(_ url: URL) -> String { url.path(percentEncoded: false) }
        private func local(_ url: URL) -> LocalPath { LocalPath(path(url)) }
        private func remote(_ text: String) throws -> RemotePath { try RemotePath(parsing: text) }

        private func states(_ device: Device) throws -> [TransferState] {
            guard case .transfers(let states) = try device.say(.transfers) else { return [] }
            return states
        }

        private func map(_ device: Device, _ transfer: TransferID, cells: Int = 100) throws -> ChunkMap {
            guard case .chunkMap(let map) = try device.say(.chunkMap(transfer: transfer, cells: cells)) else {
                throw Missed(what: "a map")
            }
            return map
        }

        private func write(_ size: Int, seed: UInt64, to file: URL) throws {
            var noise = Noise(seed: seed)
            try noise.write(size, to: file)
        }

        /// Limits hold, for what runs and for the next agent; the map follows a transfer through a pause.
        @Test(.timeLimit(.minutes(6))) func limitsAndMaps() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let file = try house.folder("source").appending(path: "big.bin")
                try write(8_000_000, seed: 1, to: file)
                let said = try await device.must("limit", "2M")
                #expect(said.output == "up    2.0 MB/s\ndown  2.0 MB/s\n")
                for word in ["0", "15999"] {
                    let refused = try await device.run("limit", "up", word)
                    #expect(refused.exitCode == 1 && refused.errors.contains("16 KB a second"), "\(refused.story)")
                }
                var begun = ContinuousClock.now
                try await device.must("put", path(file), "/")
                #expect(ContinuousClock.now - begun >= .seconds(3))
                let done = try #require(try states(device).first)
                #expect(Set(try map(device, done.id).cells) == [.sure])
                #expect(done.bytesExamined == 8_000_000 && done.file == nil)
                begun = .now
                try await device.must("get", "/big.bin", path(try house.folder("there")))
                #expect(ContinuousClock.now - begun >= .seconds(3))
                let fetched = try Data(contentsOf: house.folder("there").appending(path: "big.bin"))
                #expect(fetched == (try Data(contentsOf: file)))

                // Kept by the profile, and lifted for what runs.
                try await device.end()
                #expect(try await device.must("limit", "up", "100K").output == "up    100 KB/s\n")
                #expect(try await device.must("limit", "--json").output.contains(#""download":2000000"#))
                let other = file.deletingLastPathComponent().appending(path: "other.bin")
                try write(30_000_000, seed: 2, to: other)
                try await device.must("put", "--no-wait", path(other), "/")
                let running = try await eventually(within: 30, "a chunk on its way") { () -> TransferState? in
                    let state = try states(device).last
                    guard let state, try map(device, state.id).cells.contains(.moving) else { return nil }
                    return state
                }
                #expect(running.file == "other.bin" && running.note != nil && running.bytesExamined > 0)
                let chunk = try device.say(.chunk(transfer: running.id, cell: 0, cells: 100))
                guard case .chunk(let first) = chunk else { throw Missed(what: "a chunk") }
                #expect(first.file == "other.bin" && first.offset == 0 && first.fingerprint != nil)
                try await device.must("limit", "up", "20M")
                try await eventually(within: 60, "some of it") {
                    try map(device, running.id).cells.first == .sure ? true : nil
                }
                try await device.must("pause")
                let paused = try map(device, running.id)
                try await device.end()
                try await device.must("status")
                #expect(try map(device, running.id) == paused)
                try await device.must("limit", "off")
                try await device.must("resume")
                try await device.must("transfers", "--follow")
                #expect(Set(try map(device, running.id).cells) == [.sure])
                // Sent again it is there, every piece of it.
                try await device.must("put", path(other), "/again.bin")
                let again = try #require(try states(device).last)
                #expect(Set(try map(device, again.id).cells) == [.there])
            }
        }

        /// What is put first runs at once, and the other goes on after it.
        @Test(.timeLimit(.minutes(4))) func reordering() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let folder = try house.folder("source")
                try await device.must("limit", "up", "1M")
                for (number, size) in [(1, 20_000_000), (2, 1_000_000), (3, 1_000_000)] {
                    let file = folder.appending(path: "\(number).bin")
                    try write(size, seed: UInt64(number), to: file)
                    try await device.must("put", "--no-wait", path(file), "/")
                }
                @Sendable func names(_ state: TransferState.State? = nil) throws -> [String] {
                    try states(device).filter { state == nil || $0.state == state }.map(\.name)
                }
                try await eventually(within: 20, "the first") { try names(.running) == ["1.bin"] ? true : nil }
                let third = try #require(try states(device).last).id
                let moved = try await device.must("reorder", String(third.description.prefix(8)), "first")
                #expect(moved.errors.contains("1 transfer moved."), "\(moved.story)")
                #expect(try names() == ["3.bin", "1.bin", "2.bin"])
                try await eventually(within: 20, "the third") {
                    try names(.running) == ["3.bin"] || names(.done) == ["3.bin"] ? true : nil
                }
                try await device.must("limit", "off")
                try await device.must("transfers", "--follow")
                #expect(try names(.done) == ["3.bin", "1.bin", "2.bin"])
                let over = try await device.must("reorder", String(third.description.prefix(8)), "last")
                #expect(over.errors.contains("is done: nothing to move"), "\(over.story)")
                #expect(try await device.must("ls", "/").output == "1.bin\n2.bin\n3.bin\n")
            }
        }

        @Test(.timeLimit(.minutes(4))) func previewsAndEstimates() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let folder = try house.folder("source/film")
                let file = folder.appending(path: "act.bin")
                try write(20_000_000, seed: 5, to: file)
                let bytes = try Data(contentsOf: file)
                let parent = folder.deletingLastPathComponent()
                func estimate(_ sources: [URL]) throws -> Estimate {
                    try device.hear(after: .estimate(sources: sources.map(local), number: 9)) { event in
                        guard case .estimate(let estimate) = event, estimate.isOver else { return nil }
                        return estimate
                    }
                }
                try await device.must("status")
                let before = try estimate([folder])
                #expect(before.number == 9 && before.files == 1 && before.problem == nil)
                #expect(before.bytes == 20_000_000 && before.examined == 20_000_000 && before.there == 0)
                try await device.must("put", path(folder), "/")
                #expect(try estimate([folder]).there == 20_000_000)
                try write(1_000_000, seed: 6, to: parent.appending(path: "new.bin"))
                let both = try estimate([parent])
                #expect(both.files == 2 && both.examined == 21_000_000 && both.there == 20_000_000)

                try await device.must("share", "/film", "mia@example.org")
                let guest = try await house.device("two", of: "mia@example.org")
                func part(_ device: Device, _ path: String, _ offset: Int64, _ length: Int) throws -> FilePart {
                    let answer = try device.say(.preview(path: remote(path), offset: offset, length: length))
                    guard case .part(let part) = answer else { throw Missed(what: "a part") }
                    return part
                }
                for (device, path) in [(device, "/film/act.bin"), (guest, "shared:/film/act.bin")] {
                    for offset in [0, 12_345_678, 19_999_000] {
                        let piece = try part(device, path, Int64(offset), 100_000)
                        #expect(piece.bytes == bytes[offset..<min(bytes.count, offset + 100_000)])
                        #expect(piece.size == 20_000_000 && piece.offset == Int64(offset))
                    }
                    #expect(try part(device, path, 20_000_000, 10).bytes.isEmpty)
                }
                for (path, code) in [("/film", Problem.Code.notFile), ("/gone", .notFound)] {
                    let error = #expect(throws: Problem.self) { try part(device, path, 0, 1) }
                    #expect(error?.code == code)
                }
            }
        }
    }
}
