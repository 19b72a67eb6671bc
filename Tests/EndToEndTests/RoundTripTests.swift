import Foundation
import Testing

/// All that starts real processes, one after the other: they measure memory, bytes and requests.
@Suite(.serialized) enum EndToEnd {}

extension EndToEnd {
    @Suite struct RoundTrip {
        /// A tree with hard names and one large file goes up on one device and comes down on another.
        @Test(.timeLimit(.minutes(15))) func treeAndLargeFile() async throws {
            try await inHouse { house in
                let source = try house.folder("source")
                let count = try writeHardTree(3_000, to: source, seed: 1)
                var noise = Noise(seed: 2)
                let largeSize = Products.isFull ? 4 << 30 : 300 << 20
                try noise.write(largeSize, to: source.appending(path: "large.bin"))
                let sender = try await house.device("sender")
                let receiver = try await house.device("receiver")
                try await sender.must("put", source.path(percentEncoded: false), "/")
                let target = try house.folder("target")
                try await receiver.must("get", "/source", target.path(percentEncoded: false))

                let copy = target.appending(path: "source")
                let found = try await differences(source, copy, in: house.directory)
                #expect(found == "")
                #expect(count >= 3_000)
                try await memoryIsBounded(of: [sender, receiver], house.server)
                #expect(try house.server.metric("pannier_api_request_body_max_bytes") <= 5 << 20)
                let leaked = try await Program(
                    URL(filePath: "/usr/bin/grep"),
                    ["-rlF", plainTextMarker, house.server.data.path(percentEncoded: false)], environment: [:],
                    directory: house.directory
                ).finish()
                #expect(leaked.exitCode == 1, "plain text on the server: \(leaked.output)")
            }
        }

        /// Two spellings of one name in one folder: one goes up, the other is refused by name, and the rest goes on.
        @Test func twinsAreRefusedByName() async throws {
            try await inHouse { house in
                let source = try house.folder("source")
                let root = Array(source.path(percentEncoded: false).utf8)
                for name in ["/caf\u{E9}.txt", "/cafe\u{301}.txt", "/other.txt"] {
                    try writeBytes(Array(name.utf8), to: root + Array(name.utf8), mode: 0o644)
                }
                let device = try await house.device("one")
                let put = try await device.run("put", source.path(percentEncoded: false), "/")
                #expect(put.exitCode == 3, "\(put.story)")
                #expect(put.errors.contains("name_twin"), "\(put.story)")
                #expect(put.errors.contains("caf"), "\(put.story)")
                let list = try await device.must("ls", "/source")
                #expect(list.output.split(separator: "\n").count == 2, "\(list.story)")
                #expect(list.output.contains("other.txt"))
            }
        }
    }
}

/// The agents stay under 200 MiB and the server under 150 MiB, at their peaks.
func memoryIsBounded(of devices: [Device], _ server: ServerProcess) async throws {
    for device in devices {
        let pid = try #require(device.agentPID(), "\(device.name) has no agent")
        let peak = try #require(peakMemory(of: pid))
        print("peak memory: agent of \(device.name) \(peak >> 20) MiB")
        #expect(peak <= 200 << 20)
    }
    let pid = try #require(server.pid)
    let peak = try #require(peakMemory(of: pid))
    print("peak memory: server \(peak >> 20) MiB")
    #expect(peak <= 150 << 20)
}
