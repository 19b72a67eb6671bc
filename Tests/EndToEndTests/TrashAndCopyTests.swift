import Foundation
import Testing

extension EndToEnd {
    @Suite struct TrashAndCopy {
        /// A folder is copied, removed and brought back, and what is fetched in the end is what was sent.
        @Test func aFolderIsCopiedRemovedAndBroughtBack() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                let source = try house.folder("source")
                _ = try writeHardTree(120, to: source, seed: 7)
                try await device.must("put", source.path(percentEncoded: false), "/tree")
                let used = try await device.usedBytes()
                try await device.must("cp", "/tree", "/copy")
                #expect(try await device.usedBytes() == used)
                try await device.must("rm", "/tree", "/copy/src")

                let listed = try await device.must("trash")
                #expect(Set(listed.output.split(separator: "\n")) == ["/tree/", "/copy/src/"])
                let restored = try await device.must("restore", "/tree", "/copy/src")
                #expect(restored.output.isEmpty && restored.errors.isEmpty, "\(restored.story)")
                #expect(try await device.must("trash").output == "")
                for name in ["tree", "copy"] {
                    let target = house.directory.appending(path: "fetched \(name)")
                    try await device.must("get", "/\(name)", target.path(percentEncoded: false))
                    #expect(try await differences(source, target, in: house.directory) == "", "\(name)")
                }
            }
        }

        @Test func whatCannotGoBackToItsPlaceSaysWhereItStands() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                for text in ["one", "two"] {
                    try Data(text.utf8).write(to: device.home.appending(path: "out/a.txt"))
                    try await device.must("put", "a.txt", "/")
                    try await device.must("rm", "/a.txt")
                }
                let several = try await device.run("restore", "/a.txt", "/nothing")
                #expect(several.exitCode == 6, "\(several.story)")
                #expect(several.errors.contains("More than one /a.txt") && several.errors.contains("no /nothing in"))

                let long = try await device.must("trash", "-l", "--sort", "time", "--reverse")
                let ids = long.output.split(separator: "\n").map { String($0.prefix(12)) }
                #expect(ids.count == 2 && long.output.contains("3 B"), "\(long.story)")
                let both = try await device.must("restore", "--id", ids[0], ids[1])
                #expect(
                    both.errors.contains("/a.txt stands at /a (restored).txt now"), "\(both.story)")
                try await device.must("get", "/a.txt", "first")
                try await device.must("get", "/a (restored).txt", "second")
                #expect(try text(device, "first") == "one")
                #expect(try text(device, "second") == "two")

                try await device.must("mkdir", "/folder")
                try await device.must("mv", "/a.txt", "/folder")
                try await device.must("rm", "/folder/a.txt")
                try await device.must("rm", "/folder")
                let json = try await device.must("restore", "/folder/a.txt", "--json")
                #expect(json.output.contains("\"path\":\"/a.txt\""), "\(json.story)")
            }
        }

        @Test func someOfItCannotBeCopied() async throws {
            try await inHouse { house in
                let device = try await house.device("one")
                try Data("a".utf8).write(to: device.home.appending(path: "out/a"))
                try await device.must("mkdir", "-p", "/x/sub", "/y")
                try await device.must("put", "a", "/x")
                let some = try await device.run("cp", "/x", "/x/a", "/missing", "/y")
                #expect(some.exitCode == 3 && some.errors.contains("nothing at /missing"), "\(some.story)")
                #expect(try await device.must("ls", "/y").output == "x/\na\n")
                let again = try await device.run("cp", "/x", "/y")
                #expect(again.exitCode == 8 && again.errors.contains("(name_taken"), "\(again.story)")
                let inside = try await device.run("cp", "/x", "/x/sub")
                #expect(inside.exitCode == 8 && inside.errors.contains("(cycle"), "\(inside.story)")

                let mia = try await house.device("mias", of: "mia@example.org")
                try await device.must("share", "/x", "mia@example.org")
                let into = try await mia.run("cp", "shared:/x/a", "shared:/x/b")
                #expect(into.exitCode == 8 && into.errors.contains("to view only by alice"), "\(into.story)")
                let sorted = try await device.must("ls", "/x", "--sort", "size", "-r")
                #expect(sorted.output == "sub/\na\n", "\(sorted.story)")
            }
        }
    }
}

extension Device {
    fileprivate func usedBytes() async throws -> Int? {
        let status = try await must("status", "--json")
        let object = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
        return object?["usedBytes"] as? Int
    }
}

private func text(_ device: Device, _ name: String) throws -> String {
    try String(contentsOf: device.home.appending(path: "out/\(name)"), encoding: .utf8)
}
