import Foundation
import Testing

extension EndToEnd {
    @Suite struct Economy {
        /// One byte more in the middle of a large file: little is sent.
        @Test(.timeLimit(.minutes(15))) func insertion() async throws {
            try await inHouse(throughProxy: true) { house in
                let size = Products.isFull ? 1 << 30 : 100 << 20
                let seeds = Products.isFull ? 20 : 5
                let folder = try house.folder("source")
                let file = folder.appending(path: "file.bin")
                var noise = Noise(seed: 4)
                try noise.write(size, to: file)
                let device = try await house.device("one")
                try await device.must("put", file.path(percentEncoded: false), "/")
                let proxy = try #require(house.server.proxy)
                var sent: [Int64] = []
                for seed in 0..<seeds {
                    let place = size / 2 + Int.random(in: -(8 << 20)...(8 << 20), using: &noise)
                    let changed = folder.appending(path: "changed \(seed).bin")
                    try insertByte(at: place, of: file, into: changed)
                    let before = proxy.bytesUp
                    try await device.must("put", changed.path(percentEncoded: false), "/")
                    sent.append(proxy.bytesUp - before)
                    try FileManager.default.removeItem(at: changed)
                }
                sent.sort()
                let mebibytes = sent.map { Double($0) / 1_048_576 }
                print("1 byte inserted into \(size >> 20) MiB, \(seeds) seeds, MiB sent: \(mebibytes)")
                #expect(sent[seeds / 2] <= 3 << 20)
                // One edit in 5,000 takes longer to meet the old cuts again: one such is let pass, a second is not chance.
                #expect(sent[seeds - 2] <= 9 << 20)
                #expect(sent[seeds - 1] <= 18 << 20)
            }
        }

        /// The other device fetches as little of it as was sent.
        @Test(.timeLimit(.minutes(15))) func editOfASyncedFile() async throws {
            try await withSyncedPair(throughProxy: true) { pair in
                let size = Products.isFull ? 1 << 30 : 64 << 20
                var noise = Noise(seed: 6)
                try noise.write(size, to: pair.one.folder.appending(path: "film"))
                try await pair.both(within: 600)
                let proxy = try #require(pair.house.server.proxy)
                let before = (up: proxy.bytesUp, down: proxy.bytesDown)
                let file = try FileHandle(forUpdating: pair.one.folder.appending(path: "film"))
                try file.seek(toOffset: UInt64(size / 2))
                try file.write(contentsOf: [0x42])
                try file.close()
                try await pair.both(within: 600)
                let (up, down) = (proxy.bytesUp - before.up, proxy.bytesDown - before.down)
                print("1 byte changed in \(size >> 20) MiB: \(up >> 10) KiB up, \(down >> 10) KiB down")
                #expect(down <= up + (1 << 20))
                #expect(down <= 9 << 20)
            }
        }

        /// Ten thousand small files take few requests and few objects.
        @Test(.timeLimit(.minutes(15))) func smallFiles() async throws {
            try await inHouse { house in
                let count = 10_000
                let folder = try house.folder("small")
                var noise = Noise(seed: 5)
                for number in 0..<count {
                    // Log-normal around 4 KiB.
                    let normal = (0..<12).reduce(0.0) { sum, _ in sum + Double.random(in: 0...1, using: &noise) } - 6
                    let size = min(Int(4_096 * exp(normal)), 1 << 20)
                    let path = folder.appending(path: "file-\(number)").path(percentEncoded: false)
                    try writeBytes(noise.bytes(size), to: Array(path.utf8), mode: 0o644)
                }
                let device = try await house.device("one")
                let requests = try house.server.metric("pannier_api_requests_total")
                let before = try house.server.metric("pannier_store_puts_total")
                try await device.must("put", folder.path(percentEncoded: false), "/")
                let used = try house.server.metric("pannier_api_requests_total") - requests
                let objects = try house.server.metric("pannier_store_puts_total") - before
                print("\(count) small files up: \(used) API requests, \(objects) objects")
                #expect(used <= 100)
                #expect(objects <= 40)
                let other = try await house.device("two")
                let target = try house.folder("target")
                try await other.must("get", "/small", target.path(percentEncoded: false))
                let found = try await differences(folder, target.appending(path: "small"), in: house.directory)
                #expect(found == "")
                try await memoryIsBounded(of: [device, other], house.server)
            }
        }

        /// The same files, named one by one, some of them elsewhere: as few requests and objects as for a folder, and
        /// it goes on after the agent was killed.
        @Test(.timeLimit(.minutes(15))) func namedFiles() async throws {
            try await inHouse { house in
                let count = 2_000
                let (folder, elsewhere) = (try house.folder("named"), try house.folder("elsewhere"))
                var noise = Noise(seed: 6)
                var sources: [String] = []
                for number in 0..<count {
                    let place = number % 10 == 0 ? elsewhere : folder
                    let path = place.appending(path: "file-\(number)").path(percentEncoded: false)
                    try writeBytes(noise.bytes(4_096), to: Array(path.utf8), mode: 0o644)
                    sources.append(path)
                }
                let device = try await house.device("one")
                try await device.must("mkdir", "/photos")
                let requests = try house.server.metric("pannier_api_requests_total")
                let before = try house.server.metric("pannier_store_puts_total")
                let missing = folder.appending(path: "missing").path(percentEncoded: false)
                let put = try await device.start(
                    ["put"] + sources + [missing, "--to", "/photos", "--no-wait", "--json"]
                ).finish(within: 300)
                // The one that is not there is refused by name, and nothing else is.
                #expect(put.exitCode != 0 && put.errors.contains("missing"), "\(put.story)")
                #expect(put.output.split(separator: "\"").count == 3, "not one transfer: \(put.output)")
                let agent = try #require(device.agentPID())
                kill(agent, SIGKILL)
                try await device.must("transfers", "--follow")
                let listed = try await device.must("transfers")
                #expect(listed.output.contains("file-0 and 1,999 more → /photos"), "\(listed.output)")
                let used = try house.server.metric("pannier_api_requests_total") - requests
                let objects = try house.server.metric("pannier_store_puts_total") - before
                print("\(count) named files up: \(used) API requests, \(objects) objects")
                #expect(used <= 60)
                #expect(objects <= 8)
                let other = try await house.device("two")
                let target = try house.folder("target")
                let wanted = (0..<count).map { "/photos/file-\($0)" }
                let got = try await other.start(["get"] + wanted + [target.path(percentEncoded: false)]).finish(
                    within: 600)
                #expect(got.exitCode == 0, "\(got.story)")
                for path in sources {
                    let name = URL(filePath: path).lastPathComponent
                    let copy = target.appending(path: name).path(percentEncoded: false)
                    #expect(FileManager.default.contentsEqual(atPath: path, andPath: copy), "\(name)")
                }
            }
        }

        private func insertByte(at place: Int, of file: URL, into target: URL) throws {
            try Data().write(to: target)
            let input = try FileHandle(forReadingFrom: file)
            let output = try FileHandle(forWritingTo: target)
            var position = 0
            while let block = try input.read(upToCount: 1 << 20), !block.isEmpty {
                if position <= place, place < position + block.count {
                    try output.write(contentsOf: block.prefix(place - position))
                    try output.write(contentsOf: [0x42])
                    try output.write(contentsOf: block.dropFirst(place - position))
                } else {
                    try output.write(contentsOf: block)
                }
                position += block.count
            }
            try output.close()
        }
    }
}
