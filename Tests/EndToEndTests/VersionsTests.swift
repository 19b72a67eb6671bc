import Foundation
import Testing

extension EndToEnd {
    @Suite struct Versions {
        /// Two devices change one file at once: the later commit is current, the other one is told of, and taken back.
        @Test func whatWasReplacedUnseenComesBack() async throws {
            try await inHouse { house in
                let laptop = try await house.device("laptop")
                let desk = try await house.device("desk")
                try Data("first".utf8).write(to: laptop.home.appending(path: "out/f"))
                try await laptop.must("put", "f", "/")
                try await desk.must("ls", "/")

                // The slow one has seen the first when it begins, and ends when the second is there.
                try Data((0..<400_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
                    .write(to: desk.home.appending(path: "out/f"))
                try await desk.must("limit", "up", "16K")
                let slow = try desk.start(["put", "f", "/"])
                try await eventually("the first bytes") {
                    try await desk.transfers().contains { $0.state == "running" && $0.bytesTotal > 0 } ? true : nil
                }
                try Data("second".utf8).write(to: laptop.home.appending(path: "out/f"))
                let quick = try await laptop.must("put", "f", "/")
                #expect(!quick.errors.contains("two places"), "\(quick.story)")
                #expect(
                    try await desk.transfers().contains { $0.state == "running" }, "it was not fast enough for that")
                try await desk.must("limit", "up", "off")
                let told = try await slow.finish()
                #expect(told.exitCode == 0 && told.errors.contains("1 file was changed in two places"), "\(told.story)")

                #expect(try await laptop.must("versions").output == "/f\n")
                #expect(try await laptop.must("status").output.contains("conflicts   1 file"))
                let lines = try await laptop.must("versions", "/f").output.split(separator: "\n").map(String.init)
                try #require(lines.count == 3)
                #expect(lines[0].hasSuffix("  current") && lines[1].hasSuffix("  conflict"), "\(lines)")
                let number = try #require(lines[1].split(separator: " ").first.map(String.init))
                let said = try await laptop.must("restore", "/f", "--version", number)
                #expect(said.errors.contains("/f holds what it held on"), "\(said.story)")
                try await laptop.must("get", "/f", "back")
                let back = laptop.home.appending(path: "out/back")
                #expect(try String(contentsOf: back, encoding: .utf8) == "second")
                try await desk.must("get", "/f", "--version", number, "older")
                let older = desk.home.appending(path: "out/older")
                #expect(try String(contentsOf: older, encoding: .utf8) == "second")
                let newest = try #require(lines[0].split(separator: " ").first.map(String.init))
                try await desk.must("get", "/f", "--version", newest)
                #expect(try Data(contentsOf: desk.home.appending(path: "out/f")).count == 400_000)
                #expect(try await desk.must("versions").output == "", "the other device has heard")
                let json = try await desk.must("versions", "/f", "--json")
                #expect(json.output.contains("\"isRestored\":true") && json.output.contains("\"conflict\":\"settled\""))
            }
        }

        @Test func whatIsNoVersionIsSaid() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try Data("a".utf8).write(to: device.home.appending(path: "out/a"))
                try await device.must("put", "a", "/")
                try await device.must("mkdir", "/folder")
                let tries: [([String], Int32, String)] = [
                    (["restore", "/a", "--version", "99"], 6, "/a has no version 99"),
                    (["restore", "/a", "/folder", "--version", "1"], 2, "one file is named by its path"),
                    (["get", "/a", "--version", "99"], 6, "/a has no version 99"),
                    (["get", "/a", "/folder", "--to", ".", "--version", "1"], 2, "one file is named by its path"),
                    (["restore", "/a", "--version", "x"], 2, "“x” is no number of a version"),
                    (["versions", "/folder"], 8, "/folder is a folder"),
                    (["versions", "/nothing"], 6, "nothing at /nothing"),
                    (["versions", "--keep"], 2, "Say which file"),
                ]
                for (arguments, code, words) in tries {
                    let answer = try await device.start(arguments).finish()
                    #expect(answer.exitCode == code && answer.errors.contains(words), "\(answer.story)")
                }
                let kept = try await device.must("versions", "--keep", "/a")
                #expect(kept.errors.contains("/a stays as it is"), "\(kept.story)")
                #expect(try await device.must("versions", "--json").output == "[]\n")
            }
        }
    }
}
