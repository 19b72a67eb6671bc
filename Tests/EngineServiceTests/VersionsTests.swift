import PannierCore
import PannierEngine
import PannierMirror
import Testing

/// What files have held, by an engine and a real server.
@Suite struct VersionsTests {
    /// A file `/f` that holds “one”; “two” was replaced by somebody who had not seen it, and so is a conflict.
    private func conflict(_ device: EngineDevice) async throws -> (FileVersion, FileVersion) {
        try await device.put("one", as: "/f")
        try await device.put("two", as: "/f")
        #expect(try await device.conflicts() == [], "whoever sent the second had seen the first")
        try await device.putUnseen("one", as: "f")
        let versions = try await device.versions("/f").versions
        try #require(versions.count == 3)
        #expect(versions.map(\.conflict) == [nil, .open, nil])
        #expect(versions.map(\.isCurrent) == [true, false, false])
        #expect(versions.allSatisfy { $0.device == "test" && $0.createdBy == "alice@example.org" })
        return (versions[0], versions[1])
    }

    @Test func whatWasReplacedUnseenIsTakenBack() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                let (current, lost) = try await conflict(device)
                #expect(try await device.conflicts() == ["/f"])
                let command = EngineCommand.restoreVersion(
                    path: try RemotePath(parsing: "/f"), version: lost.id, current: current.id,
                    expected: try await device.node("/f").id, key: .random())
                // The first answer may have been lost on its way.
                for _ in 0..<2 { _ = try await device.link.send(command) }
                #expect(try await device.text(of: "/f") == "two")
                #expect(try await device.conflicts() == [])
                let versions = try await device.versions("/f").versions
                #expect(versions.map(\.isRestored) == [true, false, false, false])
                #expect(versions.map(\.conflict) == [nil, nil, .settled, nil])
                // And back again.
                let back = EngineCommand.restoreVersion(path: try RemotePath(parsing: "/f"), version: current.id)
                _ = try await device.link.send(back)
                #expect(try await device.text(of: "/f") == "one")
            }
        }
    }

    @Test func whatWasReplacedCanBeLookedInto() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                let (current, lost) = try await conflict(device)
                let path = try RemotePath(parsing: "/f")
                for (version, text) in [(lost, "two"), (current, "one")] {
                    let command = EngineCommand.previewVersion(version, path: path, offset: 1, length: 10)
                    guard case .part(let part) = try await device.link.send(command) else {
                        throw Missed(what: "a part")
                    }
                    #expect(String(decoding: part.bytes, as: UTF8.self) == text.dropFirst())
                    #expect(part.version == version.id && part.size == 3)
                }
                var stranger = lost
                stranger.id = .random()
                let problem = await #expect(throws: Problem.self) {
                    try await device.link.send(.previewVersion(stranger, path: path, offset: 0, length: 1))
                }
                #expect(problem?.code == .notFound)
            }
        }
    }

    @Test func whatIsCurrentIsKept() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                let (current, _) = try await conflict(device)
                _ = try await device.link.send(.keepCurrent(path: try RemotePath(parsing: "/f")))
                #expect(try await device.conflicts() == [])
                #expect(try await device.node("/f").content?.version == current.id)
                #expect(try await device.text(of: "/f") == "one")
            }
        }
    }

    /// Who decides has seen what there is to decide about.
    @Test func aDecisionAboutSomethingElseIsRefused() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                let (_, old) = try await conflict(device)
                let path = try RemotePath(parsing: "/f")
                let commands: [(EngineCommand, Problem.Code)] = [
                    (.keepCurrent(path: path, version: old.id), .changedSince),
                    (.restoreVersion(path: path, version: old.id, current: old.id), .changedSince),
                    (.restoreVersion(path: path, version: old.id, expected: .random()), .notFound),
                    (.restoreVersion(path: path, version: .random()), .notFound),
                    (.versions(path: .myFiles, after: nil, limit: 1), .notFile),
                    (.keepCurrent(path: .sharedWithMe), .viewOnly),
                ]
                for (command, code) in commands {
                    let problem = await #expect(throws: Problem.self, "\(command)") {
                        try await device.link.send(command)
                    }
                    #expect(problem?.code == code, "\(command)")
                }
                #expect(try await device.conflicts() == ["/f"])
            }
        }
    }

    @Test func manyAreToldByPages() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                for number in 0..<5 { try await device.put("\(number)", as: "/f") }
                let first = try await device.versions("/f", limit: 3)
                let last = try #require(first.after)
                let rest = try await device.versions("/f", after: last, limit: 3)
                let numbers = (first.versions + rest.versions).map(\.revision)
                #expect(first.versions.count == 3 && rest.after == nil && numbers.count == 5)
                #expect(numbers == numbers.sorted(by: >))
            }
        }
    }

    /// Both people of one account's two devices.
    @Test func theOtherDeviceHears() async throws {
        try await EngineHouse.with { house in
            try await house.device { one in
                _ = try await conflict(one)
                try await house.device { other in
                    _ = try await other.link.send(.refresh)
                    #expect(try await other.conflicts() == ["/f"])
                    _ = try await one.link.send(.keepCurrent(path: try RemotePath(parsing: "/f")))
                    _ = try await other.link.send(.refresh)
                    #expect(try await other.conflicts() == [])
                }
            }
        }
    }

    @Test func whatOthersShareToViewHasNone() async throws {
        try await EngineHouse.with { house in
            try await house.device { alice in
                _ = try await conflict(alice)
                let path = try RemotePath(parsing: "/f")
                _ = try await alice.link.send(.share(path: path, emails: ["bob@example.org"], role: .viewer))
                try await house.device("bob@example.org") { bob in
                    _ = try await bob.link.send(.refresh)
                    let shared = try RemotePath(parsing: "shared:/f")
                    #expect(try await bob.node("shared:/f").content?.conflicts == 0)
                    let problem = await #expect(throws: Problem.self) {
                        try await bob.link.send(.versions(path: shared, after: nil, limit: 1))
                    }
                    #expect(problem?.code == .viewOnly)
                    #expect(try await bob.conflicts() == [])
                }
            }
        }
    }
}
