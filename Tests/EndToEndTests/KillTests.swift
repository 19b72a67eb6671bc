import Foundation
import Testing

extension EndToEnd {
    /// kill -9 in the middle of a transfer, of either side, three times each: it ends without help, the three kills
    /// together cost little, memory stays bounded, and the file is the same.
    @Suite struct Kills {
        enum Side: String, CaseIterable, CustomTestStringConvertible {
            case agent, server
            var testDescription: String { rawValue }
        }

        /// A kill may cost what was under way, and no more.
        static let allowance: Int64 = 64 << 20

        @Test(.timeLimit(.minutes(15)), arguments: Side.allCases) func upload(_ side: Side) async throws {
            try await inHouse(throughProxy: true) { house in
                let (file, size) = try largeFile(in: house)
                let device = try await house.device("sender")
                try await device.must("put", "--no-wait", file.path(percentEncoded: false), "/")
                let proxy = try #require(house.server.proxy)
                try await killThreeTimes(side, device, house, size: size) { proxy.bytesUp }
                let sent = proxy.bytesUp
                print("upload, kill \(side.rawValue): sent \(sent >> 20) MiB of \(size >> 20)")
                #expect(sent <= size + 3 * Self.allowance + size / 50)
                try await comesBackEqual(file, house)
                try await memoryIsBounded(of: [device], house.server)
            }
        }

        @Test(.timeLimit(.minutes(15)), arguments: Side.allCases) func download(_ side: Side) async throws {
            try await inHouse(throughProxy: true) { house in
                let (file, size) = try largeFile(in: house)
                let sender = try await house.device("sender")
                try await sender.must("put", file.path(percentEncoded: false), "/")
                let device = try await house.device("receiver")
                let target = try house.folder("target")
                let proxy = try #require(house.server.proxy)
                let before = proxy.bytesDown
                try await device.must("get", "--no-wait", "/large.bin", target.path(percentEncoded: false))
                try await killThreeTimes(side, device, house, size: size) { proxy.bytesDown - before }
                let received = proxy.bytesDown - before
                print("download, kill \(side.rawValue): received \(received >> 20) MiB of \(size >> 20)")
                #expect(received <= size + 3 * Self.allowance + size / 50)
                let same = try await differences(file, target.appending(path: "large.bin"), in: house.directory)
                #expect(same == "")
                let names = try FileManager.default.contentsOfDirectory(atPath: target.path(percentEncoded: false))
                #expect(names == ["large.bin"])
                try await memoryIsBounded(of: [device], house.server)
            }
        }

        private func largeFile(in house: House) throws -> (URL, Int64) {
            let size = Products.isFull ? 2 << 30 : 400 << 20
            let file = try house.folder("source").appending(path: "large.bin")
            var noise = Noise(seed: 3)
            try noise.write(size, to: file)
            return (file, Int64(size))
        }

        /// Kills at a quarter, a half and three quarters, with `transfers --follow` attached, which starts a dead agent
        /// again; returns when that has seen the end.
        private func killThreeTimes(
            _ side: Side, _ device: Device, _ house: House, size: Int64, moved: @Sendable () -> Int64
        ) async throws {
            let follow = try device.start(["transfers", "--follow"])
            for quarter in 1...3 {
                let mark = size / 4 * Int64(quarter)
                try await eventually(within: 300, "\(mark >> 20) MiB moved") { moved() >= mark ? true : nil }
                // Those that are killed count, too.
                try await memoryIsBounded(of: [device], house.server)
                switch side {
                case .agent: kill(try #require(device.agentPID(), "no agent at quarter \(quarter)"), SIGKILL)
                case .server: try await house.server.killAndRestart()
                }
            }
            let ended = try await follow.finish(within: 600)
            #expect(ended.exitCode == 0, "\(ended.story)")
        }

        private func comesBackEqual(_ file: URL, _ house: House) async throws {
            let other = try await house.device("other")
            let target = try house.folder("back")
            try await other.must("get", "/large.bin", target.path(percentEncoded: false))
            let found = try await differences(file, target.appending(path: "large.bin"), in: house.directory)
            #expect(found == "")
        }
    }
}
