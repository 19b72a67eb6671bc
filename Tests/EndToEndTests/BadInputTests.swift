import Foundation
import Testing

extension EndToEnd {
    /// What can go wrong is said clearly, with the exit code of the manual, and leaves no trace of a half file.
    @Suite struct BadInput {
        @Test func wrongPassword() async throws {
            try await inHouse { house in
                let device = try Device(name: "one", in: house.directory)
                let login = try await device.run(
                    "login", house.server.address, "--email", "alice@example.org", "--password-stdin",
                    input: "not the password\n")
                #expect(login.exitCode == 4, "\(login.story)")
                #expect(login.errors.contains("sign_in_failed"), "\(login.story)")
                let unknown = try await device.run(
                    "login", house.server.address, "--email", "nobody@example.org", "--password-stdin",
                    input: "not the password\n")
                #expect(unknown.exitCode == 4, "\(unknown.story)")
                #expect(unknown.errors == login.errors, "an unknown address must look like a wrong password")
            }
        }

        @Test func noServer() async throws {
            try await inHouse { house in
                let device = try Device(name: "one", in: house.directory)
                let port = try Sockets.freePort()
                let login = try await device.run(
                    "login", "http://127.0.0.1:\(port)", "--email", "alice@example.org", "--password-stdin",
                    input: House.password + "\n")
                #expect(login.exitCode == 5, "\(login.story)")
                #expect(login.errors.contains("server_unreachable"), "\(login.story)")
                let plain = try await device.run(
                    "login", "http://files.example.org", "--email", "alice@example.org", "--password-stdin",
                    input: House.password + "\n")
                #expect(plain.exitCode != 0, "a password must not cross a network in the clear: \(plain.story)")
                #expect(plain.errors.contains("https"), "\(plain.story)")
            }
        }

        @Test func notSignedIn() async throws {
            try await inHouse { house in
                let device = try Device(name: "one", in: house.directory)
                let list = try await device.run("ls", "/")
                #expect(list.exitCode == 4, "\(list.story)")
                #expect(list.errors.contains("pannier login"), "\(list.story)")
            }
        }

        /// The line is cut in the middle; when it is mended the transfer goes on by itself.
        @Test(.timeLimit(.minutes(5))) func networkCutInTheMiddle() async throws {
            try await inHouse(throughProxy: true) { house in
                let file = try house.folder("source").appending(path: "file.bin")
                var noise = Noise(seed: 6)
                try noise.write(200 << 20, to: file)
                let device = try await house.device("one")
                let proxy = try #require(house.server.proxy)
                let put = try device.start(["put", file.path(percentEncoded: false), "/"])
                try await eventually(within: 60, "50 MiB sent") { proxy.bytesUp > 50 << 20 ? true : nil }
                proxy.cut()
                try await eventually(within: 60, "the transfer says that it tries again") {
                    let list = try await device.run("transfers", "--json")
                    return list.output.contains("retrying") ? true : nil
                }
                proxy.mend()
                let finished = try await put.finish(within: 120)
                #expect(finished.exitCode == 0, "\(finished.story)")
                try await comesBackEqual(file, "/file.bin", house)
            }
        }

        @Test func namesThatAreNotAllowed() async throws {
            try await inHouse { house in
                let source = try house.folder("source")
                let root = Array(source.path(percentEncoded: false).utf8) + [UInt8(ascii: "/")]
                try writeBytes([1], to: root + [0xFF, 0xFE], mode: 0o644)
                try writeBytes([2], to: root + Array("line\nbreak".utf8), mode: 0o644)
                try writeBytes([3], to: root + Array("fine".utf8), mode: 0o644)
                let device = try await house.device("one")
                let put = try await device.run("put", source.path(percentEncoded: false), "/")
                #expect(put.exitCode == 3, "\(put.story)")
                #expect(put.errors.contains("name_not_allowed"), "\(put.story)")
                #expect(!put.errors.contains("line\nbreak"), "a name must not break the lines of the report")
                let list = try await device.must("ls", "/source")
                #expect(list.output == "fine\n")
            }
        }

        /// The account was removed: said, and nothing is changed any more. (That a transfer waits for the next sign-in:
        /// ``Faults/aTokenRevokedInTheMiddle()``.)
        @Test func revokedToken() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try await device.must("mkdir", "/kept")
                let removed = try await house.server.administer(["user", "remove", "alice@example.org", "--yes"])
                #expect(removed.exitCode == 0, "\(removed.story)")
                try await eventually(within: 30, "the device is told") {
                    let made = try await device.run("mkdir", "/more")
                    return made.exitCode == 4 && made.errors.contains("pannier login") ? true : nil
                }
                // What was known last is listed, as such.
                for arguments in [["ls"], ["ls", "-l"], ["ls", "--json"]] {
                    let list = try await device.start(arguments).finish(within: 60)
                    #expect(list.exitCode == 4 && list.output.contains("kept"), "\(list.story)")
                    #expect(list.errors.contains("what was known here last"), "\(list.story)")
                }
            }
        }

        /// A database of a newer version is refused and not touched, on both sides.
        @Test func futureDatabase() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try await device.end()
                await house.server.kill()
                let databases = try databases(in: house.directory)
                #expect(databases.count == 2)
                for database in databases {
                    let raised = try await Program(
                        URL(filePath: "/usr/bin/python3"),
                        [
                            "-c",
                            "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute('PRAGMA user_version=9999'); d.commit()",
                            database,
                        ], environment: [:], directory: house.directory
                    ).finish()
                    #expect(raised.exitCode == 0, "\(raised.story)")
                }
                let before = databases.map { FileManager.default.contents(atPath: $0) }
                let list = try await device.run("ls", "/")
                #expect(list.exitCode == 9, "\(list.story)")
                #expect(list.errors.contains("mirror_too_new"), "\(list.story)")
                let server = try await house.server.administer(["serve", "--listen", "127.0.0.1:0"])
                #expect(server.exitCode == 65, "\(server.story)")
                #expect(server.errors.contains("version 9999"), "\(server.story)")
                #expect(server.errors.contains("Nothing was changed"), "\(server.story)")
                #expect(databases.map { FileManager.default.contents(atPath: $0) } == before)
            }
        }

        private func databases(in directory: URL) throws -> [String] {
            let all = FileManager.default.enumerator(atPath: directory.path(percentEncoded: false))
            let names = all?.compactMap { $0 as? String } ?? []
            return names.filter { $0.hasSuffix(".sqlite") }
                .map { directory.appending(path: $0).path(percentEncoded: false) }
        }

        private func comesBackEqual(_ file: URL, _ path: String, _ house: House) async throws {
            let other = try await house.device("other")
            let target = try house.folder("back")
            try await other.must("get", path, target.path(percentEncoded: false))
            let copy = target.appending(path: file.lastPathComponent)
            let found = try await differences(file, copy, in: house.directory)
            #expect(found == "")
        }
    }
}
