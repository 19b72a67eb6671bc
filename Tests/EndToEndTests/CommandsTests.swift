import Foundation
import Testing

extension EndToEnd {
    /// What commands say and how they end, as somebody meets it who types.
    @Suite struct Commands {
        // MARK: Paths

        /// A slash at the end means a folder, here and there.
        @Test func aSlashMeansAFolder() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let source = try house.folder("source")
                let file = source.appending(path: "a.txt").path(percentEncoded: false)
                try Data("a\n".utf8).write(to: URL(filePath: file))
                try await device.must("put", file)
                try await device.must("mkdir", "/there/")
                for arguments in [
                    ["put", file, "/new/"], ["put", file, "/a.txt/"], ["put", file + "/", "/"], ["ls", "/a.txt/"],
                    ["mv", "/a.txt", "/new/"], ["get", "/a.txt", "new/"], ["get", "/a.txt/"], ["rm", "/a.txt/"],
                    ["share", "/a.txt/", "mia@example.org"],
                ] {
                    let ran = try await device.start(arguments).finish(within: 60)
                    #expect(ran.exitCode == 8 && ran.errors.contains("(not_a_folder"), "\(ran.story)")
                }
                try await device.must("mv", "/there/", "/moved/")
                try await device.must("put", source.path(percentEncoded: false), "/copied/")
                try await device.must("get", "/copied", "fetched/")
                let list = try await device.must("ls")
                #expect(list.output == "copied/\nmoved/\na.txt\n")
                #expect(try text(device, "fetched/a.txt") == "a\n")
            }
        }

        /// Bytes that are no text: a file on the disk is named by them, on the server there is no such name.
        @Test func bytesThatAreNoText() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let folder = device.home.appending(path: "out").path(percentEncoded: false)
                try writeBytes([0x31], to: Array(folder.utf8) + [0x2F, 0xFF], mode: 0o644)
                try writeBytes([0x32], to: Array(folder.utf8) + [0x2F, 0xFE], mode: 0o644)
                let put = try await device.shell("put \"$(printf '\\376')\" /second")
                #expect(put.exitCode == 0, "\(put.story)")
                let unnamed = try await device.shell("put \"$(printf '\\376')\" / 2>&1")
                #expect(
                    unnamed.output.contains("name_not_allowed") && unnamed.output.contains("/\\xFE cannot"),
                    "\(unnamed.story)")
                let get = try await device.shell("get /second \"$(printf '\\375')\"; cat \"$(printf '\\375')\"")
                #expect(get.output == "2", "\(get.story)")
                for command in ["mkdir", "rm", "ls", "get"] {
                    let ran = try await device.shell("\(command) \"$(printf '/x\\377y')\"")
                    #expect(ran.exitCode == 8 && ran.errors.contains("name_not_allowed"), "\(ran.story)")
                }
                #expect(try await device.must("ls").output == "second\n")
            }
        }

        // MARK: Several things

        /// What cannot go is named, the rest goes, and the exit status says so.
        @Test func oneOfSeveral() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let out = device.home.appending(path: "out")
                for name in ["a", "b"] { try Data(name.utf8).write(to: out.appending(path: name)) }
                let put = try await device.run("put", "a", "missing", "b", "/")
                #expect(put.exitCode == 3, "\(put.story)")
                #expect(
                    put.errors.contains("/missing: No such file") && put.errors.contains("a and 1 more: 2 files"),
                    "\(put.story)")
                #expect(try await device.must("ls").output == "a\nb\n")
                let none = try await device.run("put", "missing", "/")
                #expect(none.exitCode == 1, "\(none.story)")

                let target = try house.folder("target").path(percentEncoded: false)
                let get = try await device.run("get", "/a", "/missing", "/b", target)
                #expect(get.exitCode == 3 && get.errors.contains("nothing at /missing"), "\(get.story)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: target).sorted() == ["a", "b"])

                try Data("other".utf8).write(to: URL(filePath: target + "/a"))
                let again = try await device.run("get", "/a", "/b", target)
                #expect(again.exitCode == 3, "\(again.story)")
                #expect(
                    again.errors.contains("a and 1 more: 1 file done, 1 could not be done")
                        && again.errors.contains("local_exists"), "\(again.story)")
                #expect(try String(contentsOfFile: target + "/a", encoding: .utf8) == "other")
                let alone = try await device.run("get", "/a", target)
                #expect(alone.exitCode == 8, "\(alone.story)")
            }
        }

        /// `put a.txt b.txt` is refused before anything goes; said clearly, both ways work.
        @Test func theLastOfSeveralLocalFilesIsNoTarget() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let out = device.home.appending(path: "out")
                for name in ["a.txt", "b.txt"] { try Data(name.utf8).write(to: out.appending(path: name)) }
                let refused = try await device.run("put", "a.txt", "b.txt")
                #expect(refused.exitCode == 2, "\(refused.story)")
                #expect(refused.errors.contains("put a.txt /b.txt") && refused.errors.contains("b.txt /`"))
                #expect(try await device.must("ls").output == "")
                try await device.must("put", "a.txt", "b.txt", "/")
                #expect(try await device.must("ls").output == "a.txt\nb.txt\n")
                let again = try await device.run("put", "a.txt", "b.txt")
                #expect(again.exitCode == 2, "\(again.story)")
                try await device.must("put", "a.txt", "/b.txt")
                try await device.must("get", "/b.txt", "c.txt")
                #expect(try text(device, "c.txt") == "a.txt")
                // A folder of that name on the server is a target, whatever lies here.
                try FileManager.default.createDirectory(
                    at: out.appending(path: "docs"), withIntermediateDirectories: true)
                let folder = try await device.run("put", "a.txt", "docs")
                #expect(folder.exitCode == 2, "\(folder.story)")
                try await device.must("mkdir", "/docs")
                try await device.must("put", "a.txt", "docs")
                #expect(try await device.must("ls", "/docs").output == "a.txt\n")
            }
        }

        /// What is not so is said, and where.
        @Test func placesThatDoNotFitAreNamed() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try Data("a".utf8).write(to: device.home.appending(path: "out/a.txt"))
                let put = try await device.must("put", "a.txt")
                #expect(put.errors.contains("a.txt: 1 file put"), "\(put.story)")
                try await device.must("mkdir", "/m2")
                let copy = try await device.must("put", "a.txt", "/m2")
                #expect(copy.errors.contains("no bytes had to be sent, the server had them"), "\(copy.story)")
                let get = try await device.run("get", "/a.txt", "nofolder/b.txt")
                #expect(get.exitCode == 8 && get.errors.contains("nofolder does not exist"), "\(get.story)")
                let moved = try await device.run("mv", "/m2/a.txt", "/m2")
                #expect(moved.exitCode == 8 && moved.errors.contains("/m2/a.txt is there already"), "\(moved.story)")
                // With a folder that cannot be made, what lies in it is only counted.
                try await device.must("mkdir", "-p", "/tree/sub")
                for name in ["1", "2"] { try await device.must("put", "a.txt", "/tree/sub/\(name)") }
                try FileManager.default.createDirectory(
                    at: device.home.appending(path: "out/tree"), withIntermediateDirectories: true)
                try Data("in the way".utf8).write(to: device.home.appending(path: "out/tree/sub"))
                let tree = try await device.run("get", "/tree", ".")
                #expect(tree.exitCode != 0 && tree.errors.contains("2 more lie in folders"), "\(tree.story)")
                #expect(!tree.errors.contains("/sub/1"), "\(tree.story)")
            }
        }

        /// What is not known here is asked for once, not once for each path.
        @Test func manyPathsAskOnce() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let folders = (0..<40).map { "/folder-\($0)" }
                let made = try await device.start(["mkdir"] + folders + ["/folder-7/inside"]).finish()
                #expect(made.exitCode == 0, "\(made.story)")
                #expect(try await device.must("ls", "/folder-7").output == "inside/\n")
                let looks = { try house.server.metric("pannier_api_requests_total{route=\"POST /v1/changes\"}") }
                let before = try looks()
                let gone = try await device.start(["rm"] + folders.map { "\($0)-gone" }).finish()
                #expect(gone.exitCode == 6, "\(gone.story)")
                // One for all the paths, one at the end, and perhaps a few that push or the clock asks for.
                let asked = try looks() - before
                #expect(asked < 10, "\(asked) looks at the feed for 40 paths")
            }
        }

        /// A folder where a file is: one line, not one for each file below.
        @Test func aFolderDoesNotReplaceAFile() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let out = device.home.appending(path: "out")
                try FileManager.default.createDirectory(
                    at: out.appending(path: "d"), withIntermediateDirectories: true)
                for name in ["d/x", "d/y", "file"] { try Data(name.utf8).write(to: out.appending(path: name)) }
                try await device.must("put", "d")
                let get = try await device.run("get", "/d", "file")
                #expect(get.exitCode == 8 && get.errors.split(separator: "\n").count == 3, "\(get.story)")
                try await device.must("put", "file", "/e")
                let put = try await device.run("put", "d", "/e")
                #expect(put.exitCode == 8 && put.errors.contains("/e is a file"), "\(put.story)")
            }
        }

        // MARK: Sharing

        @Test func whoMayDoWhat() async throws {
            try await inHouse { house in
                let alice = try await house.device("alice")
                let mia = try await house.device("mia", of: "mia@example.org")
                try await alice.must("mkdir", "-p", "/dir/sub")
                let shared = try await alice.must("share", "/dir", "mia@example.org")
                #expect(!shared.errors.contains("everything"))
                #expect(shared.errors.contains("If there is no account with an address yet"), "\(shared.story)")
                let typo = try await alice.run("share", "/dir", "tom@example.org", "bad@@x")
                #expect(typo.exitCode != 0 && typo.errors.contains("shared with nobody"), "\(typo.story)")

                let inherited = try await alice.must("shares", "/dir/sub")
                #expect(inherited.output.contains("mia@example.org") && inherited.output.contains("through /dir"))
                let json = try await alice.must("shares", "/dir/sub", "--json")
                #expect(json.output.contains(#""path":"/dir""#))
                let unshare = try await alice.run("unshare", "/dir/sub", "mia@example.org")
                #expect(unshare.exitCode == 6 && unshare.errors.contains("unshare /dir mia"), "\(unshare.story)")
                let nobody = try await alice.must("shares", "/")
                #expect(nobody.output.isEmpty && nobody.errors.contains("shared with nobody"))
                #expect(try await alice.must("shares", "/", "--json").output == "[]\n")
                let all = try await alice.must("share", "/", "mia@example.org")
                #expect(all.errors.contains("everything you have"), "\(all.story)")
                try await alice.must("unshare", "/", "mia@example.org")

                try await eventually(within: 20, "the share is there") {
                    try await mia.run("ls", "shared:/dir").exitCode == 0 ? true : nil
                }
                try Data("x".utf8).write(to: mia.home.appending(path: "out/x"))
                for arguments in [
                    ["put", "x", "shared:/dir"], ["put", "x", "shared:/dir/sub/"], ["mkdir", "shared:/dir/new"],
                    ["mv", "shared:/dir/sub", "/"], ["mv", "shared:/dir", "/"], ["rm", "shared:/dir/sub"],
                    ["share", "shared:/dir", "x@example.org"],
                ] {
                    let ran = try await mia.start(arguments).finish(within: 60)
                    #expect(ran.exitCode == 8 && ran.errors.contains("(view_only"), "\(ran.story)")
                }
                for arguments in [["put", "x", "shared:/"], ["mkdir", "shared:/new"], ["rm", "shared:/"]] {
                    let ran = try await mia.start(arguments).finish(within: 60)
                    #expect(ran.exitCode == 8 && ran.errors.contains("Shared With Me is"), "\(ran.story)")
                }
                try await mia.must("get", "shared:/dir", "copy")
            }
        }

        /// Two people share under one name: each is named. Whoever does not want a share gives it up.
        @Test func sharesOfOneNameAndTheirEnd() async throws {
            try await inHouse { house in
                try await house.server.addUser("tom@example.org")
                let tom = try await house.device("tom", of: "tom@example.org")
                for (name, email) in [("alice", "alice@example.org"), ("mia", "mia@example.org")] {
                    let device = try await house.device(name, of: email)
                    try await device.must("mkdir", "/sub")
                    try await device.must("share", "/sub", "tom@example.org")
                }
                try await eventually(within: 20, "both shares") {
                    try await tom.run("ls", "shared:/").output.split(separator: "\n").count == 2 ? true : nil
                }
                let long = try await tom.must("ls", "-l", "shared:/")
                #expect(long.output.contains("from alice@example.org, you may view"), "\(long.story)")
                let which = try await tom.run("ls", "shared:/sub")
                #expect(which.exitCode == 6, "\(which.story)")
                for email in ["alice", "mia"] {
                    #expect(which.errors.contains("shared:/sub (\(email)@example.org)"), "\(which.story)")
                }

                try await tom.must("unshare", "shared:/sub (mia@example.org)")
                #expect(try await tom.must("ls", "shared:/").output == "sub/\n")
                let inside = try await tom.run("unshare", "shared:/sub/x")
                #expect(inside.exitCode == 1 && inside.errors.contains("ls shared:/"), "\(inside.story)")
                let own = try await tom.run("unshare", "/")
                #expect(own.exitCode == 2, "\(own.story)")
                try await tom.must("unshare", "shared:/sub")
                #expect(try await tom.must("ls", "shared:/").output == "")
            }
        }

        // MARK: The account

        /// The figures are those of now; signing out forgets all of the mirror.
        @Test func figuresAndTheEnd() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                var noise = Noise(seed: 9)
                let file = try house.folder("source").appending(path: "file.bin")
                try noise.write(3 << 20, to: file)
                #expect(try await used(device) == 0)
                try await device.must("put", file.path(percentEncoded: false))
                #expect(try await used(device) > 3 << 20)
                // Kept for when the server cannot be asked.
                try await device.must("agent", "--stop")
                await house.server.kill()
                #expect(try await used(device) > 3 << 20)
                try await house.server.serve()

                try await device.must("agent", "--rebuild")
                let state = device.home.appending(path: "state/pannier/default").path(percentEncoded: false)
                let mirrors = { try FileManager.default.contentsOfDirectory(atPath: state).filter(isMirror) }
                #expect(try mirrors().contains { $0.hasPrefix("mirror.sqlite.") })
                try await device.must("agent", "--stop")
                await house.server.kill()
                try await device.must("put", "--no-wait", file.path(percentEncoded: false), "/again")
                try await house.server.serve()
                let logout = try await device.must("logout")
                #expect(logout.output == "Signed out. 1 transfer cancelled.\n", "\(logout.story)")
                #expect(try Set(mirrors()).isSubset(of: ["mirror.sqlite", "mirror.sqlite-wal", "mirror.sqlite-shm"]))
            }
        }

        /// The process died after the session was forgotten and before the mirror was: the next account is not refused.
        @Test func aSignOutThatDiedHalfWay() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try await device.must("mkdir", "/of-alice")
                let file = try house.folder("source").appending(path: "a")
                try Data("a".utf8).write(to: file)
                try await device.must("agent", "--stop")
                await house.server.kill()
                try await device.must("put", "--no-wait", file.path(percentEncoded: false), "/")
                try await device.must("agent", "--stop")
                try await house.server.serve()
                try FileManager.default.removeItem(
                    at: device.home.appending(path: "state/pannier/default/session.json"))
                _ = try await house.device("one", of: "mia@example.org")
                #expect(try await device.must("ls").output == "")
                #expect(try await device.transfers().isEmpty)
                let other = try await device.run(
                    "login", house.server.address, "--email", "alice@example.org", "--password-stdin",
                    input: House.password + "\n")
                #expect(other.exitCode == 1 && other.errors.contains("another account"), "\(other.story)")
            }
        }

        private func isMirror(_ name: String) -> Bool { name.hasPrefix("mirror.sqlite") }

        private func used(_ device: Device) async throws -> Int64 {
            struct Status: Decodable { var usedBytes: Int64 }
            let status = try await device.must("status", "--json")
            return try JSONDecoder().decode(Status.self, from: Data(status.output.utf8)).usedBytes
        }

        /// Somebody who waits without a terminal is told why, and when it goes on.
        @Test(.timeLimit(.minutes(5))) func waitingIsSaid() async throws {
            try await inHouse(throughProxy: true) { house in
                let device = try await house.device("one")
                let proxy = try #require(house.server.proxy)
                let file = try house.folder("source").appending(path: "film.bin")
                var noise = Noise(seed: 10)
                try noise.write(64 << 20, to: file)
                let put = try device.start(["put", file.path(percentEncoded: false)])
                try await eventually("8 MiB sent") { proxy.bytesUp > 8 << 20 ? true : nil }
                proxy.cut()
                try await eventually("it says that it waits") {
                    put.errorText.contains("film.bin waits, and goes on by itself: ") ? true : nil
                }
                // Behind it, another one waits for its turn.
                let small = device.home.appending(path: "out/small.txt")
                try Data("s".utf8).write(to: small)
                let next = try device.start(["put", "small.txt"])
                try await eventually("the next one says that it waits") {
                    next.errorText.contains("small.txt waits for its turn: uploads go one at a time.") ? true : nil
                }
                let paused = try await device.must("pause")
                #expect(paused.errors == "2 transfers paused.\n")
                try await eventually("it says that it is paused") {
                    put.errorText.contains("film.bin is paused: `pannier resume ") ? true : nil
                }
                try await device.must("resume")
                proxy.mend()
                let finished = try await put.finish(within: 120)
                #expect(finished.exitCode == 0, "\(finished.story)")
                #expect(finished.errors.contains("film.bin goes on.\n"), "\(finished.story)")
                // What was sent before the pause is no “the server had it”.
                #expect(!finished.errors.contains("the server had"), "\(finished.story)")
                #expect(try await next.finish(within: 60).exitCode == 0)
            }
        }

        private func text(_ device: Device, _ path: String) throws -> String {
            try String(contentsOf: device.home.appending(path: "out/" + path), encoding: .utf8)
        }
    }
}

extension Device {
    /// Runs the program in a shell, which can write arguments that are no text.
    func shell(_ line: String) async throws -> Finished {
        try await Program(
            URL(filePath: "/bin/sh"), ["-c", "\"$0\" \(line)", Products.client.path(percentEncoded: false)],
            environment: environment, directory: home.appending(path: "out")
        ).finish(within: 60)
    }
}
