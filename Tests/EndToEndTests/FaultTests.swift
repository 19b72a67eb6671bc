import Foundation
import Testing

extension EndToEnd {
    /// Faults in the middle of a transfer: said in words, nothing is lost, no half file is left, and once the fault is gone
    /// the transfer comes to its end.
    @Suite struct Faults {
        private func file(_ name: String, _ size: Int, seed: UInt64, in house: House) throws -> URL {
            let file = try house.folder("source").appending(path: name)
            var noise = Noise(seed: seed)
            try noise.write(size, to: file)
            return file
        }

        private func path(_ url: URL) -> String { url.path(percentEncoded: false) }

        private func names(in folder: URL) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
        }

        private func comesBackEqual(_ file: URL, _ remote: String, _ house: House) async throws {
            let other = try await house.device("other-\(UUID().uuidString.prefix(4))")
            let target = try house.folder("back-\(UUID().uuidString.prefix(4))")
            try await other.must("get", remote, path(target))
            let found = try await differences(
                file, target.appending(path: file.lastPathComponent), in: house.directory)
            #expect(found == "")
        }

        // MARK: Disks

        @Test(.enabled(if: SmallDisk.isPossible, "needs a file system of its own"), .timeLimit(.minutes(5)))
        func theServersDiskIsFull() async throws {
            try await inHouse(serverBytes: 32 << 20) { house in
                let device = try await house.device("one")
                let kept = try file("kept.bin", 5 << 20, seed: 20, in: house)
                try await device.must("put", path(kept), "/")
                let large = try file("large.bin", 60 << 20, seed: 21, in: house)
                let put = try await device.run("put", path(large), "/", within: 120)
                #expect(put.exitCode == 7, "\(put.story)")
                #expect(put.errors.contains("storage_full"), "\(put.story)")
                let failed = try #require(try await device.transfers().last)
                #expect(failed.state == "failed" && failed.filesTotal == 1 && failed.filesDone == 0)
                #expect(failed.problem?.code == "storage_full")
                #expect(!house.server.packs().contains { $0.path().contains("/packs/tmp/") }, "a half pack was left")
                let list = try await device.must("ls", "/")
                #expect(list.output == "kept.bin\n")
                try await comesBackEqual(kept, "/kept.bin", house)
                // Room is made.
                try house.serverDisk?.grow(to: 200 << 20)
                try await device.must("retry")
                try await device.must("transfers", "--follow", within: 120)
                try await comesBackEqual(large, "/large.bin", house)
            }
        }

        /// Refused before the first byte, when it is known that there is no room.
        @Test(.enabled(if: SmallDisk.isPossible, "needs a file system of its own"), .timeLimit(.minutes(5)))
        func thisDiskHasNoRoom() async throws {
            try await inHouse { house in
                let disk = try SmallDisk(at: house.directory.appending(path: "small"), bytes: 16 << 20)
                defer { disk.end() }
                let large = try file("large.bin", 40 << 20, seed: 22, in: house)
                let device = try await house.device("one")
                try await device.must("put", path(large), "/")
                let get = try await device.run("get", "/large.bin", path(disk.folder), within: 120)
                #expect(get.exitCode == 7, "\(get.story)")
                #expect(get.errors.contains("local_disk_full"), "\(get.story)")
                #expect(try names(in: disk.folder) == [])
                try disk.grow(to: 100 << 20)
                try await device.must("retry")
                try await device.must("transfers", "--follow", within: 120)
                #expect(
                    try await differences(large, disk.folder.appending(path: "large.bin"), in: house.directory) == "")
            }
        }

        /// The disk takes some files and then no more: statfs(2) says nothing of that before.
        @Test(.enabled(if: SmallDisk.isPossible, "needs a file system of its own"), .timeLimit(.minutes(5)))
        func thisDiskIsFullInTheMiddle() async throws {
            try await inHouse { house in
                let disk = try SmallDisk(at: house.directory.appending(path: "small"), bytes: 64 << 20, files: 300)
                defer { disk.end() }
                let folder = try house.folder("many")
                var noise = Noise(seed: 23)
                for number in 0..<1_500 {
                    try writeBytes(noise.bytes(2_000), to: Array("\(path(folder))/\(number)".utf8), mode: 0o644)
                }
                let device = try await house.device("one")
                try await device.must("put", path(folder), "/")
                let get = try await device.run("get", "/many", path(disk.folder), within: 120)
                #expect(get.exitCode == 7 || get.exitCode == 3, "\(get.story)")
                #expect(get.errors.contains("local_disk_full"), "\(get.story)")
                let copy = disk.folder.appending(path: "many")
                let left = try names(in: copy)
                #expect(left.count < 300)
                for name in left {
                    #expect(Int(name) != nil, "a trace of a half file: \(name)")
                    let isSame = FileManager.default.contentsEqual(
                        atPath: path(copy.appending(path: name)), andPath: path(folder.appending(path: name)))
                    #expect(isSame, "\(name) is not whole")
                }
                try disk.grow(to: 64 << 20)
                try await device.must("retry")
                try await device.must("transfers", "--follow", within: 120)
                let found = try await differences(folder, copy, in: house.directory)
                let states = try await device.transfers()
                #expect(found == "", "\(states)")
            }
        }

        // MARK: The store

        @Test(.timeLimit(.minutes(5)), arguments: [("PUT", 403), ("PUT", 500), ("GET", 403), ("GET", 500)])
        func theStoreRefuses(_ method: String, _ status: Int) async throws {
            try await inHouse(throughProxy: true) { house in
                let proxy = try #require(house.server.proxy)
                let device = try await house.device("one")
                let source = try file("file.bin", 12 << 20, seed: 24, in: house)
                let target = try house.folder("target")
                if method == "GET" { try await device.must("put", path(source), "/") }
                proxy.refuse("\(method) /store/", with: status)
                let arguments = method == "PUT" ? ["put", path(source), "/"] : ["get", "/file.bin", path(target)]
                let refused = try await device.start(arguments).finish(within: 120)
                #expect(refused.exitCode == 1, "\(refused.story)")
                #expect(refused.errors.contains("file.bin"), "\(refused.story)")
                #expect(refused.errors.contains("store_refused"), "\(refused.story)")
                #expect(try names(in: target) == [])
                if method == "PUT" { #expect(try await device.must("ls", "/").output == "") }
                let failed = try #require(try await device.transfers().last)
                #expect(failed.state == "failed" && failed.filesFailed == 1 && failed.filesTotal == 1)
                proxy.refuse(nil)
                try await device.must("retry")
                try await device.must("transfers", "--follow", within: 120)
                if method == "PUT" {
                    try await comesBackEqual(source, "/file.bin", house)
                } else {
                    let found = try await differences(source, target.appending(path: "file.bin"), in: house.directory)
                    #expect(found == "")
                }
            }
        }

        /// A pack that was altered or cut on the server's disk: the read fails loudly and names the file, all others come,
        /// and what is whole again is fetched by a retry.
        @Test(.timeLimit(.minutes(5)), arguments: ["altered", "truncated", "missing"])
        func damagedPack(_ how: String) async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let precious = try file("precious.bin", 3 << 20, seed: 25, in: house)
                let other = try file("other.bin", 3 << 20, seed: 26, in: house)
                try await device.must("mkdir", "/both")
                try await device.must("put", path(precious), "/both")
                let packs = house.server.packs()
                let whole = try packs.map { try Data(contentsOf: $0) }
                try await device.must("put", path(other), "/both")
                for (pack, bytes) in zip(packs, whole) { try damage(pack, bytes, how) }

                let target = try house.folder("target")
                let get = try await device.run("get", "/both", path(target), within: 120)
                #expect(get.exitCode == 3, "\(get.story)")
                #expect(get.errors.contains("precious.bin"), "\(get.story)")
                #expect(get.errors.contains("pack_damaged"), "\(get.story)")
                let copy = target.appending(path: "both")
                #expect(try names(in: copy) == ["other.bin"])
                #expect(try await differences(other, copy.appending(path: "other.bin"), in: house.directory) == "")

                for (pack, bytes) in zip(packs, whole) { try bytes.write(to: pack) }
                try await device.must("retry")
                try await device.must("transfers", "--follow", within: 120)
                #expect(try names(in: copy) == ["other.bin", "precious.bin"])
                #expect(
                    try await differences(precious, copy.appending(path: "precious.bin"), in: house.directory) == "")
            }
        }

        private func damage(_ pack: URL, _ whole: Data, _ how: String) throws {
            switch how {
            case "altered":
                var bytes = whole
                bytes[bytes.count / 3] ^= 0x10
                try bytes.write(to: pack)
            case "truncated": try whole.prefix(whole.count / 3).write(to: pack)
            default: try FileManager.default.removeItem(at: pack)
            }
        }

        // MARK: Servers and tokens

        /// The upload waits until somebody signs in again, says so, and then goes on where it was.
        @Test(.timeLimit(.minutes(5))) func aTokenRevokedInTheMiddle() async throws {
            try await inHouse(throughProxy: true) { house in
                let size = 200 << 20
                let source = try file("file.bin", size, seed: 27, in: house)
                let device = try await house.device("one")
                let proxy = try #require(house.server.proxy)
                let put = try device.start(["put", path(source), "/"])
                try await eventually(within: 60, "40 MiB sent") { proxy.bytesUp > 40 << 20 ? true : nil }
                try house.server.revoke(try device.token())
                let refused = try await put.finish(within: 60)
                #expect(refused.exitCode == 4, "\(refused.story)")
                #expect(refused.errors.contains("token_invalid"), "\(refused.story)")
                #expect(refused.errors.contains("pannier login"), "\(refused.story)")
                let waiting = try await eventually(within: 10, "the transfer says that it waits") {
                    try await device.transfers().last { $0.state == "queued" && $0.problem != nil }
                }
                #expect(waiting.problem?.code == "token_invalid" && waiting.filesFailed == 0, "\(waiting)")
                let login = try await device.run(
                    "login", house.server.address, "--email", "alice@example.org", "--password-stdin",
                    input: House.password + "\n")
                #expect(login.exitCode == 0, "\(login.story)")
                try await device.must("transfers", "--follow", within: 120)
                #expect(proxy.bytesUp < Int64(size + 64 << 20), "what had arrived was sent again")
                try await comesBackEqual(source, "/file.bin", house)
            }
        }

        /// The server goes away and returns on the same port; meanwhile the transfer says in a few words why it waits.
        @Test(.timeLimit(.minutes(5))) func aServerThatGoesAndReturns() async throws {
            try await inHouse(throughProxy: true) { house in
                let source = try file("file.bin", 200 << 20, seed: 28, in: house)
                let device = try await house.device("one")
                let proxy = try #require(house.server.proxy)
                let put = try device.start(["put", path(source), "/"])
                try await eventually(within: 60, "40 MiB sent") { proxy.bytesUp > 40 << 20 ? true : nil }
                await house.server.kill()
                let waiting = try await eventually(within: 60, "the transfer says that it tries again") {
                    try await device.transfers().first { $0.state == "retrying" }
                }
                #expect(waiting.problem?.code == "server_unreachable")
                #expect(waiting.problem?.title == "The server cannot be reached.")
                try await house.server.serve()
                let finished = try await put.finish(within: 120)
                #expect(finished.exitCode == 0, "\(finished.story)")
                #expect(!house.server.packs().contains { $0.path().contains("/packs/tmp/") })
                try await comesBackEqual(source, "/file.bin", house)
            }
        }

        // MARK: Retries

        /// A retry takes up what failed. What was made since belongs to no transfer, and what came through is left alone.
        @Test func aRetrySendsNothingElse() async throws {
            try await inHouse { house in
                let folder = try house.folder("folder")
                let root = Array("\(path(folder))/".utf8)
                try writeBytes([1], to: root + Array("good".utf8), mode: 0o644)
                try writeBytes([2], to: root + Array("bad\nname".utf8), mode: 0o644)
                symlink("good", path(folder.appending(path: "link")))
                let device = try await house.device("one")
                let put = try await device.run("put", path(folder), "/")
                #expect(put.exitCode == 3, "\(put.story)")
                let first = try #require(try await device.transfers().last)
                #expect(first.filesTotal == 2 && first.filesDone == 1 && first.filesFailed == 1)
                try writeBytes([3], to: root + Array("new".utf8), mode: 0o644)
                try await device.must("retry")
                let again = try await device.run("transfers", "--follow")
                #expect(again.exitCode == 0 || again.exitCode == 3, "\(again.story)")
                let second = try await eventually(within: 30, "the retry ends") {
                    try await device.transfers().last { $0.state == "partlyFailed" }
                }
                #expect(second.filesTotal == 2 && second.filesDone == 1 && second.filesFailed == 1)
                #expect(try await device.must("ls", "/folder").output == "good\n")
            }
        }
    }
}
