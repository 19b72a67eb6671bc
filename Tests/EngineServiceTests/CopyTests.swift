import PannierCore
import PannierEngine
import Testing

/// Copies by an engine and a real server.
@Suite struct CopyTests {
    @Test func filesAndFoldersAreCopiedWithAllThatIsInThem() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.put(["a.txt": "a", "sub/b.txt": "b", "sub/deep/c.txt": "c"], as: "/from")
                try await device.makeFolders("/from/empty", "/to")
                try await device.trash("/from/sub/b.txt")
                try await device.put("single", as: "/file")
                let used = try await device.usedBytes()
                #expect(try await device.copy(["/from", "/file"], to: "/to").isEmpty)
                #expect(
                    try await device.tree("/to") == [
                        "/to/from/", "/to/from/empty/", "/to/from/sub/", "/to/from/sub/deep/",
                        "/to/from/sub/deep/c.txt", "/to/from/a.txt", "/to/file",
                    ])
                #expect(try await device.text(of: "/to/from/sub/deep/c.txt") == "c")
                #expect(try await device.node("/to/from/a.txt").id != device.node("/from/a.txt").id)
                #expect(try await device.usedBytes() == used)
                #expect(try await device.trashed().map(\.node.name.text) == ["b.txt"])
            }
        }
    }

    @Test func aNewNameIsTheTarget() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.put(["x": "x"], as: "/a")
                #expect(try await device.copy(["/a"], to: "/b").isEmpty)
                #expect(try await device.copy(["/a/x"], to: "/b/y").isEmpty)
                #expect(try await device.tree() == ["/a/", "/a/x", "/b/", "/b/x", "/b/y"])
            }
        }
    }

    @Test func whatCannotBeCopiedIsRefusedByName() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.put(["x": "x"], as: "/a")
                try await device.makeFolders("/a/sub/sub", "/b/a", "/c")
                let refusals = try await device.copy(["/a", "/nothing", "/c", "/a/x", "/b/a"], to: "/b")
                #expect(refusals.map(\.path) == ["/a", "/nothing", "/b/a"])
                #expect(refusals.map(\.problem.code) == [.nameTaken, .notFound, .nameTaken])
                #expect(try await device.tree("/b") == ["/b/a/", "/b/c/", "/b/x"])
                // Into itself, however it is called; and two of one name.
                for (source, target) in [("/a", "/a"), ("/a", "/a/sub"), ("/a", "/a/sub/new"), ("/", "/b")] {
                    let codes = try await device.copy([source], to: target).map(\.problem.code)
                    #expect(codes == [.cycle], "\(source) to \(target)")
                }
                let twice = try await device.copy(["/b/a", "/a", "/a/x"], to: "/c")
                #expect(twice.map(\.path) == ["/a"] && twice.first?.problem.code == .nameTaken)
                await #expect(throws: Problem.self) { try await device.copy(["/a", "/b"], to: "/nowhere") }
                await #expect(throws: Problem.self) { try await device.copy(["/a"], to: "/a/x") }
            }
        }
    }

    @Test func moreThanARequestHolds() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                var files: [String: String] = [:]
                for number in 0..<1_100 { files["many/\(number)"] = "\(number)" }
                for number in 0..<520 { files["folders/\(number)/x"] = "x" }
                try await device.put(files, as: "/from")
                let key = CommandKey.random()
                #expect(try await device.copy(["/from"], to: "/to", key: key).isEmpty)
                let expected = try await device.tree("/from").map { $0.replacing("/from/", with: "/to/") }
                #expect(expected.count == 1_100 + 520 * 2 + 2)
                #expect(try await device.tree("/to") == expected)
                #expect(try await device.text(of: "/to/many/1099") == "1099")
                // Sent again, it is answered as before, and nothing is copied again.
                #expect(try await device.copy(["/from"], to: "/to", key: key).isEmpty)
                #expect(try await device.tree().count == 2 * expected.count + 2)
            }
        }
    }

    /// All else is copied, and the paths say what was not.
    @Test func whatWouldLieTooDeepIsNamed() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                let deep = (1...Limits.depth - 2).map { "\($0)" }.joined(separator: "/")
                try await device.makeFolders("/" + deep)
                try await device.put(["a/b/x": "x", "a/y": "y", "z": "z"], as: "/from")
                let refusals = try await device.copy(["/from"], to: "/" + deep)
                #expect(refusals.map(\.path).sorted() == ["/from/a/b", "/from/a/y"])
                #expect(refusals.allSatisfy { $0.problem.code == .tooDeep })
                #expect(try await device.tree("/" + deep + "/from").count == 2)
            }
        }
    }
}

extension EngineDevice {
    fileprivate func usedBytes() async throws -> Int64? {
        guard case .status(let status) = try await link.send(.freshStatus) else { return nil }
        return status.account?.usedBytes
    }
}
