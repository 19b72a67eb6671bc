import PannierCore
import PannierEngine
import Testing

/// Changes of what somebody looked at, by an engine and a real server.
@Suite struct MeantSourcesTests {
    @Test func whatTookThePlaceMeanwhileIsNotTouched() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/plan", "/target")
                let seen = try await device.node("/plan").id
                try await device.move("/plan", to: "/old plan")
                try await device.makeFolders("/plan")
                let place = try RemotePath(parsing: "/plan")
                let target = try RemotePath(parsing: "/target")
                let commands: [EngineCommand] = [
                    .trash(paths: [place], expected: [seen]),
                    .move(sources: [place], target: target, as: .folder, expected: [seen]),
                    .copy(sources: [place], target: target, as: .folder, expected: [seen]),
                ]
                for command in commands {
                    let refusals = try await device.refusals(command)
                    #expect(refusals.map(\.problem.code) == [.notFound])
                    #expect(refusals.first?.problem.title == "Something else stands at /plan by now.")
                }
                await #expect(throws: Problem.self) {
                    _ = try await device.link.send(
                        .share(path: place, emails: ["tom@example.org"], role: .viewer, expected: seen))
                }
                #expect(try await device.tree() == ["/old plan/", "/plan/", "/target/"])
                let now = try await device.node("/plan").id
                #expect(try await device.refusals(.trash(paths: [place], expected: [now])).isEmpty)
            }
        }
    }

    @Test func aFolderThatHasGoneIsNoNewNameAndANameIsNoFolderToGoInto() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/film", "/archive")
                let film = [try RemotePath(parsing: "/film")]
                for gone in ["/gone", "/gone/"] {
                    await #expect(throws: Problem.self) {
                        _ = try await device.link.send(
                            .move(sources: film, target: try RemotePath(parsing: gone), as: .folder))
                    }
                }
                await #expect(throws: Problem.self) {
                    _ = try await device.link.send(
                        .move(sources: film, target: try RemotePath(parsing: "/archive"), as: .name))
                }
                #expect(try await device.tree() == ["/archive/", "/film/"])
                let into = EngineCommand.move(
                    sources: film, target: try RemotePath(parsing: "/archive/"), as: .name)
                #expect(try await device.refusals(into).isEmpty)
                #expect(try await device.tree("/archive") == ["/archive/film/"])
            }
        }
    }
}
