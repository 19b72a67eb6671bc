import Foundation
import Testing

extension EndToEnd {
    @Suite struct Sharing {
        /// A share stands in the other's Shared With Me by itself, can be fetched, follows changes, and ends.
        @Test func shareAppearsAndEnds() async throws {
            try await inHouse { house in
                let folder = try house.folder("film")
                try Data("act one\n".utf8).write(to: folder.appending(path: "script.txt"))
                let alice = try await house.device("alice")
                let mia = try await house.device("mia", of: "mia@example.org")
                try await alice.must("put", folder.path(percentEncoded: false), "/")
                try await alice.must("share", "/film", "mia@example.org")

                try await shows(mia, "shared:/", "film/")
                try await shows(mia, "shared:/film", "script.txt")
                let target = try house.folder("target")
                try await mia.must("get", "shared:/film", target.path(percentEncoded: false))
                let found = try await differences(folder, target.appending(path: "film"), in: house.directory)
                #expect(found == "")

                let second = try house.folder("more").appending(path: "second act.txt")
                try Data("act two\n".utf8).write(to: second)
                try await alice.must("put", second.path(percentEncoded: false), "/film")
                try await shows(mia, "shared:/film", "second act.txt")

                let write = try await mia.run("put", second.path(percentEncoded: false), "shared:/film")
                #expect(write.exitCode != 0, "a viewer could write: \(write.story)")

                try await alice.must("unshare", "/film", "mia@example.org")
                try await eventually(within: 20, "the share is gone") {
                    try await mia.run("ls", "shared:/").output.contains("film") ? nil : true
                }
            }
        }

        private func shows(_ device: Device, _ path: String, _ name: String) async throws {
            try await eventually(within: 20, "\(name) in \(path) of \(device.name)") {
                try await device.run("ls", path).output.split(separator: "\n").contains(Substring(name)) ? true : nil
            }
        }
    }
}
