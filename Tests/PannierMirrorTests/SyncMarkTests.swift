import Foundation
import GRDB
import PannierCore
import Testing

@testable import PannierMirror

/// The marks of rows in the synced folder, and the choices that they show.
@Suite struct SyncMarkTests {
    @Test func allIsVerifiedWhenNothingDiffers() async throws {
        let world = try await PairedWorld()
        #expect(try await world.marks() == ["film": .verified, "notes.md": .verified])
        #expect(try await world.marks("/film/cuts") == ["a.mov": .verified])
        try await world.write { db, _ in try SyncFolder.forget(db) }
        #expect(try await world.marks() == [:])
    }

    @Test func aChangeMarksEveryFolderAboveIt() async throws {
        let world = try await PairedWorld()
        let movie = world.local(world.movie)
        try await world.write { db, _ in
            try db.execute(sql: "UPDATE sync_local SET sha256 = NULL WHERE number = ?", arguments: [movie.number])
        }
        #expect(try await world.marks("/film/cuts") == ["a.mov": .waiting])
        #expect(try await world.marks("/film") == ["cuts": .waiting])
        #expect(try await world.marks() == ["film": .waiting, "notes.md": .verified])
    }

    /// Something new here has no node yet; something gone there has none any more.
    @Test func whatOneSideDoesNotKnowMarksItsFolders() async throws {
        let world = try await PairedWorld()
        let cuts = world.local(world.cuts)
        try await world.write { db, _ in
            try db.execute(
                sql: """
                    INSERT INTO sync_local (parent, name, kind, inode, links, size, modified, changed, is_executable)
                    VALUES (?, x'78', 1, 99, 1, 5, 0, 0, 0)
                    """, arguments: [cuts.number])
        }
        #expect(try await world.marks() == ["film": .waiting, "notes.md": .verified])
        let movie = world.movie.id
        try await world.write { db, _ in
            try PairedWorld.settle(db)
            try db.execute(sql: "DELETE FROM nodes WHERE id = ?", arguments: [movie.blob])
        }
        #expect(try await world.marks() == ["film": .waiting, "notes.md": .verified])
        #expect(try await world.marks("/film") == ["cuts": .waiting])
    }

    @Test func whereTooMuchDiffersFoldersAreNotTakenForTheSame() async throws {
        let world = try await PairedWorld()
        try await world.write { db, _ in
            try db.execute(
                sql: """
                    WITH RECURSIVE number (n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM number LIMIT 10000)
                    INSERT INTO sync_changed_locals (local) SELECT n FROM number
                    """)
        }
        #expect(try await world.marks() == ["film": .waiting, "notes.md": .verified])
    }

    @Test func problemsAndWhatIsInMyFilesAlone() async throws {
        let world = try await PairedWorld()
        let (film, notes) = (world.film.id, world.local(world.notes))
        try await world.write { _, sync in
            try sync.failed(notes, Problem(.localFileUnreadable, "It cannot be read."))
            #expect(try sync.keep(film, isOnlineOnly: true) == nil)
        }
        // It has still to leave this disk.
        #expect(try await world.marks() == ["film": .waiting, "notes.md": .problem])
        let all = [world.film.id, world.cuts.id, world.movie.id]
        try await world.write { db, sync in
            for node in all { try sync.forget(node) }
            try PairedWorld.settle(db)
        }
        #expect(try await world.marks() == ["film": .onlineOnly, "notes.md": .problem])
        #expect(try await world.marks("/film/cuts") == ["a.mov": .onlineOnly])
    }

    /// Its bytes here are nobody's any more: it is not the same, and does not count as such.
    @Test func whatIsIgnoredHereIsNoCheckMark() async throws {
        let world = try await PairedWorld()
        let (notes, cuts, movie) = (world.local(world.notes), world.local(world.cuts), world.local(world.movie))
        try await world.write { db, sync in
            #expect(try sync.figures().files == 2)
            try db.execute(sql: "UPDATE sync_local SET kind = 2 WHERE number = ?", arguments: [notes.number])
            try PairedWorld.settle(db)
            #expect(try sync.figures().files == 1)
        }
        #expect(try await world.marks() == ["film": .verified, "notes.md": .ignored])
        try await world.write { db, sync in
            try db.execute(sql: "UPDATE sync_local SET kind = 2 WHERE number = ?", arguments: [cuts.number])
            try db.execute(sql: "DELETE FROM sync_local WHERE number = ?", arguments: [movie.number])
            try PairedWorld.settle(db)
            #expect(try sync.figures().files == 0)
        }
        #expect(try await world.marks("/film") == ["cuts": .ignored])
        #expect(try await world.marks("/film/cuts") == ["a.mov": .ignored])
        let facts = try await world.facts("film/cuts/a.mov")
        #expect(facts.leftOut == LocalPath("film/cuts") && facts.here == nil && facts.agreed != nil)
    }

    @Test func aChoiceCoversWhatIsBelowIt() async throws {
        let world = try await PairedWorld()
        let (film, cuts, movie) = (world.film.id, world.cuts.id, world.movie.id)
        try await world.write { db, sync in
            func chosen() throws -> Int? { try Int.fetchOne(db, sql: "SELECT count(*) FROM sync_online_only") }
            #expect(try sync.keep(movie, isOnlineOnly: true) == nil)
            #expect(try sync.keep(film, isOnlineOnly: true) == nil)
            #expect(try chosen() == 1 && sync.isOnlineOnly(film))
            #expect(try sync.keep(film, isOnlineOnly: true) == nil)
            #expect(try chosen() == 1)
            // What lies in it cannot be here without it.
            #expect(try sync.keep(cuts, isOnlineOnly: false) == RemotePath(parsing: "/film"))
            #expect(try sync.keep(cuts, isOnlineOnly: true) == nil)
            #expect(try chosen() == 1)
            #expect(try sync.keep(film, isOnlineOnly: false) == nil)
            #expect(try chosen() == 0)
            let changed = try Set(
                GRDB.Row.fetchAll(db, sql: "SELECT node FROM sync_changed_nodes").map { try $0.bytes(0) })
            #expect(changed == [film.bytes, movie.bytes])
        }
    }
}
