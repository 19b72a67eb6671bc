import PannierCore
import PannierEngine
import PannierMirror
import Testing

/// What goes into the trash, and comes out again, by an engine and a real server.
@Suite struct TrashTests {
    @Test func onlyWhatWasPutThereIsListedAndWhereItWas() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/a/b/c", "/a/d", "/e")
                try await device.trash("/a/b/c")
                try await device.trash("/a/b", "/e")
                try await device.move("/a", to: "/renamed")
                let rows = try await device.trashed()
                #expect(rows.map(\.origin?.description) == ["/renamed/b", "/renamed/b/c", "/e"])
                #expect(rows.allSatisfy { $0.node.trashedAt != nil && $0.owner == nil })
                let byTime = try await device.rows(Listing(.trash, order: RowOrder(.time)))
                #expect(byTime.last?.origin?.description == "/renamed/b/c")
                let some = try await device.rows(Listing(.trash, filter: RowFilter(letters: "C")))
                #expect(some.map(\.node.name.text) == ["c"])
            }
        }
    }

    /// Who shows the trash is told of the folder out of which something went.
    @Test func theFolderOutOfWhichItWentIsTold() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/a/b")
                let folder = try await device.node("/a").id
                try await device.put("x", as: "/a/file")
                _ = try await device.link.send(.subscribe)
                try await device.trash("/a/file")
                for await case .foldersChanged(let folders) in device.link.events {
                    if folders?.contains(folder) ?? true { break }
                }
                #expect(try await device.trashed().map(\.node.name.text) == ["file"])
            }
        }
    }

    @Test func thingsGoBackToWhereTheyWere() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.put("text", as: "/file.txt")
                try await device.makeFolders("/a/b")
                let (file, b) = (try await device.node("/file.txt").id, try await device.node("/a/b").id)
                let before = try await device.tree()
                try await device.trash("/a/b", "/file.txt")
                let key = CommandKey.random()
                let answer = try await device.restore([file, b, file], key: key)
                #expect(answer.restored == [file: "/file.txt", b: "/a/b"] && answer.refused.isEmpty)
                #expect(try await device.tree() == before)
                #expect(try await device.trashed().isEmpty)
                #expect(try await device.text(of: "/file.txt") == "text")
                // Sent again, it is answered as before; asked anew, what stands there stands there.
                #expect(try await device.restore([file, b], key: key).restored == answer.restored)
                #expect(try await device.restore([file, b]).restored == answer.restored)
            }
        }
    }

    @Test func aNameThatIsTakenGetsAnother() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                var nodes: [NodeID] = []
                for round in 0..<3 {
                    try await device.put("\(round)", as: "/film.tar.gz")
                    try await device.makeFolders("/v1.2")
                    nodes += [try await device.node("/film.tar.gz").id, try await device.node("/v1.2").id]
                    try await device.trash("/film.tar.gz", "/v1.2")
                }
                try await device.put("new", as: "/film.tar.gz")
                let answer = try await device.restore(nodes)
                #expect(answer.refused.isEmpty)
                #expect(
                    nodes.map { answer.restored[$0] } == [
                        "/film.tar (restored).gz", "/v1.2", "/film.tar (restored 2).gz", "/v1.2 (restored)",
                        "/film.tar (restored 3).gz", "/v1.2 (restored 2)",
                    ])
                #expect(try await device.text(of: "/film.tar (restored 2).gz") == "1")
                #expect(try await device.text(of: "/film.tar.gz") == "new")
            }
        }
    }

    /// The mirror knows of no twin: the service does, and is asked again.
    @Test func anotherSpellingOfTheNameIsInTheWay() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/cafe\u{301}")
                let node = try await device.node("/cafe\u{301}").id
                try await device.trash("/cafe\u{301}")
                try await device.makeFolders("/caf\u{E9}")
                let answer = try await device.restore([node])
                #expect(answer.restored == [node: "/cafe\u{301} (restored)"] && answer.refused.isEmpty)
            }
        }
    }

    @Test func whereTheFolderIsInTheTrashTooItGoesToTheTop() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/a/b/c", "/c")
                let (b, c) = (try await device.node("/a/b").id, try await device.node("/a/b/c").id)
                try await device.trash("/a/b/c")
                try await device.trash("/a/b")
                let alone = try await device.restore([c])
                #expect(alone.restored == [c: "/c (restored)"])
                #expect(try await device.restore([b]).restored == [b: "/a/b"])
            }
        }
    }

    /// What comes back together lies in each other again, in whatever order it is named.
    @Test func foldersAndWhatLayInThemComeBackTogether() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/a/b/c/d")
                let (b, c, d) = (
                    try await device.node("/a/b").id, try await device.node("/a/b/c").id,
                    try await device.node("/a/b/c/d").id
                )
                try await device.trash("/a/b/c/d")
                try await device.trash("/a/b/c")
                try await device.trash("/a/b")
                try await device.makeFolders("/a/b")
                let answer = try await device.restore([d, c, b])
                #expect(
                    answer.restored == [b: "/a/b (restored)", c: "/a/b (restored)/c", d: "/a/b (restored)/c/d"])
                #expect(
                    try await device.tree() == [
                        "/a/", "/a/b/", "/a/b (restored)/", "/a/b (restored)/c/", "/a/b (restored)/c/d/",
                    ])
            }
        }
    }

    @Test func whatIsUnknownIsRefusedAndTheRestGoes() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/a")
                let a = try await device.node("/a").id
                try await device.trash("/a")
                let stranger = NodeID.random()
                let answer = try await device.restore([stranger, a])
                #expect(answer.restored == [a: "/a"])
                #expect(answer.refused.map(\.path) == [stranger.description])
                #expect(answer.refused.first?.problem.code == .notFound)
            }
        }
    }

    @Test func moreThanABatchAtOnce() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                let count = Limits.batchItems + 30
                let paths = try (0..<count).map { try RemotePath(parsing: "/many/\($0)") }
                #expect(
                    try await device.refusals(
                        .makeFolders(paths: [RemotePath(parsing: "/many")] + paths, parents: true)
                    ).isEmpty)
                #expect(try await device.refusals(.trash(paths: paths)).isEmpty)
                let rows = try await device.rows(Listing(.trash), limit: 1_000)
                #expect(rows.count == count)
                let answer = try await device.restore(rows.map(\.node.id))
                #expect(answer.restored.count == count && answer.refused.isEmpty)
                #expect(try await device.tree("/many").count == count)
            }
        }
    }
}
