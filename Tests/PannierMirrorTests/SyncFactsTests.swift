import Foundation
import GRDB
import PannierCore
import Testing

@testable import PannierMirror

/// What is known of one path on both sides, and of what was sent.
@Suite struct SyncFactsTests {
    // MARK: Sent

    /// A commit that is asked for once more is answered with the node, which may hold by then what somebody else has sent.
    @Test func aFileIsKnownByWhatWasSentOfIt() async throws {
        let world = try await PairedWorld()
        let (local, node) = (world.local(world.notes), world.notes)
        let size = try #require(node.content).size
        let digest = try #require(Fingerprint(bytes: [UInt8](repeating: 9, count: 32)))
        try await world.write { db, sync in
            try db.execute(sql: "UPDATE sync_local SET sha256 = NULL WHERE number = ?", arguments: [local.number])
            try sync.sent(local, as: node, digest: digest, read: LocalRead(size: size, modified: 0, changed: 0))
        }
        let facts = try await world.facts("notes.md")
        #expect(facts.here?.content?.digest == digest)
        #expect(facts.agreed?.content?.digest == digest)
        #expect(facts.there?.content?.sha256 == node.content?.sha256, "it is still to be fetched")
    }

    /// Somebody has moved it there in the meantime: the answer says so, and nobody here knows that yet.
    @Test func whatWasSentSaysNothingOfItsPlace() async throws {
        let world = try await PairedWorld()
        let (local, before) = (world.local(world.notes), world.notes)
        var node = before
        (node.parent, node.name, node.revision) = (world.film.id, try NodeName("moved.md"), before.revision + 2)
        let (moved, size) = (node, try #require(node.content).size)
        try await world.write { _, sync in
            try sync.sent(
                local, as: moved, digest: try #require(moved.content).sha256,
                read: LocalRead(size: size, modified: 0, changed: 0))
        }
        let agreed = try #require(try await world.facts("notes.md").agreed)
        #expect(agreed.place.name == before.name && agreed.place.parent == before.parent)
    }

    // MARK: Facts

    @Test func factsOfAllThreeTrees() async throws {
        let world = try await PairedWorld()
        let facts = try await world.facts("film/cuts/a.mov")
        #expect(facts.there?.id == world.movie.id && facts.therePath == LocalPath("film/cuts/a.mov"))
        #expect(facts.agreed?.local == world.local(world.movie))
        #expect(facts.agreedPath == LocalPath("film/cuts/a.mov"))
        #expect(facts.here?.content == facts.agreed?.content && facts.here?.path == LocalPath("film/cuts/a.mov"))
        #expect(facts.problems.isEmpty && facts.onlineOnly == nil)
        let none = try await world.facts("film/nothing")
        #expect(none.here == nil && none.there == nil && none.agreed == nil)
    }

    /// Under either name: where it is here, and where it was and is there.
    @Test func whatWasMovedHereIsFoundByBothNames() async throws {
        let world = try await PairedWorld()
        let movie = world.local(world.movie)
        try await world.write { db, _ in
            try db.execute(
                sql: "UPDATE sync_local SET parent = 1, name = ? WHERE number = ?",
                arguments: [Array("b.mov".utf8).blob, movie.number])
        }
        for path in ["b.mov", "film/cuts/a.mov"] {
            let facts = try await world.facts(path)
            #expect(facts.here?.path == LocalPath("b.mov"), "\(path)")
            #expect(facts.there?.id == world.movie.id && facts.agreedPath == LocalPath("film/cuts/a.mov"), "\(path)")
        }
    }

    /// What was fetched for nothing lies there until it is tidied away.
    @Test func onlyWhatIsToComeIsFetched() async throws {
        let world = try await PairedWorld()
        let (notes, number) = (world.notes, world.local(world.notes).number)
        try await world.write { _, sync in
            try sync.fetched(notes.id, try #require(notes.content), name: Array("incoming".utf8))
        }
        #expect(try await !world.facts("notes.md").isFetched, "it is here")
        try await world.write { db, _ in
            try db.execute(sql: "UPDATE sync_local SET sha256 = NULL WHERE number = ?", arguments: [number])
        }
        #expect(try await !world.facts("notes.md").isFetched, "it may be here")
        try await world.write { db, _ in
            try db.execute(
                sql: "UPDATE sync_local SET sha256 = ? WHERE number = ?",
                arguments: [[UInt8](repeating: 9, count: 32).blob, number])
        }
        #expect(try await world.facts("notes.md").isFetched)
        try await world.write { _, sync in _ = try sync.keep(notes.id, isOnlineOnly: true) }
        #expect(try await !world.facts("notes.md").isFetched, "it is to go")
    }

    @Test func factsTellProblemsAndChoices() async throws {
        let world = try await PairedWorld()
        let (film, movie) = (world.film.id, world.local(world.movie))
        try await world.write { db, sync in
            try sync.report(Problem(.nameTwin, "A twin."), key: "plan local \(movie.number)", path: [])
            _ = try sync.keep(film, isOnlineOnly: true)
            try db.execute(sql: "UPDATE sync_local SET missing = 1 WHERE number = ?", arguments: [movie.number])
        }
        let facts = try await world.facts("film/cuts/a.mov")
        #expect(facts.problems.map(\.title) == ["A twin."])
        #expect(try facts.onlineOnly == RemotePath(parsing: "/film"))
        #expect(facts.here?.missed == 1)
    }
}
