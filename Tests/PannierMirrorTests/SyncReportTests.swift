import Foundation
import GRDB
import PannierCore
import Testing

@testable import PannierMirror

/// What the tables of the synced folder tell people.
@Suite struct SyncReportTests {
    /// A mirror whose tree is paired, and all of it the same on both sides:
    /// `/film` with `/film/cuts` and `/film/cuts/a.mov`, and `/notes.md`.
    private final class World {
        let scratch = Scratch()
        let mirror: Mirror
        let film: Node
        let cuts: Node
        let movie: Node
        let notes: Node
        private(set) var numbers: [NodeID: Int64] = [:]

        init() async throws {
            mirror = try scratch.open()
            film = Sample.node(try NodeName("film"), kind: .folder)
            cuts = Sample.node(try NodeName("cuts"), kind: .folder, parent: film.id)
            movie = Sample.node(try NodeName("a.mov"), kind: .file, parent: cuts.id)
            notes = Sample.node(try NodeName("notes.md"), kind: .file)
            let nodes = [film, cuts, movie, notes]
            for (index, node) in nodes.enumerated() { numbers[node.id] = Int64(index + 2) }
            let numbers = numbers
            try await mirror.write { db in
                try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
                var transaction = try FeedTransaction(db)
                let changes =
                    [Change.viewOpened(view: Sample.view, root: Sample.root, shared: nil)]
                    + nodes.map { .node(view: Sample.view, node: $0, isNew: true) }
                try transaction.apply(ChangePage(changes: changes, cursor: "c", hasMore: false, epoch: 1, now: 0))
                let root = try #require(try Place.root(db))
                try SyncFolder(
                    path: LocalPath("/home/alice/Cloud"), marker: [UInt8](repeating: 7, count: 16), view: root.view,
                    root: root.node.id
                ).write(db)
                for node in nodes {
                    let number = try #require(numbers[node.id])
                    try World.insert(node, number, in: node.parent.flatMap { numbers[$0] } ?? 1, db)
                    try SyncTransaction(db).agree(node, LocalID(number))
                }
                try World.settle(db)
            }
        }

        func local(_ node: Node) -> LocalID { LocalID(numbers[node.id] ?? 0) }

        private static func insert(_ node: Node, _ number: Int64, in parent: Int64, _ db: Database) throws {
            try db.execute(
                sql: """
                    INSERT INTO sync_local
                        (number, parent, name, kind, inode, links, size, modified, changed, is_executable, sha256)
                    VALUES (?, ?, ?, ?, ?, 1, ?, 0, 0, ?, ?)
                    """,
                arguments: [
                    number, parent, node.name.bytes.blob, node.kind == .folder ? 0 : 1, number,
                    node.content?.size ?? 0, node.content?.isExecutable ?? false, node.content?.sha256.bytes.blob,
                ])
        }

        /// A plan has found nothing to do.
        static func settle(_ db: Database) throws {
            try db.execute(sql: "DELETE FROM sync_changed_nodes; DELETE FROM sync_changed_locals")
        }

        func write(_ body: @escaping @Sendable (Database, SyncTransaction) throws -> Void) async throws {
            try await mirror.write { try body($0, SyncTransaction($0)) }
        }

        /// Of the rows of a folder, by name.
        func marks(_ path: String = "/") async throws -> [String: SyncMark] {
            let path = try RemotePath(parsing: path)
            let rows = try await mirror.read { db in
                let place = try #require(try Place.find(path, in: db))
                return try ListingRows(of: .folder(place)).page(after: nil, limit: 100, in: db).rows
            }
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in row.sync.map { (row.node.name.text, $0) } })
        }

        func facts(_ path: String) async throws -> SyncFacts {
            try await mirror.read { try SyncTransaction($0).facts(at: LocalPath(path)) }
        }
    }

    // MARK: Sent

    /// A commit that is asked for once more is answered with the node, which may hold by then what somebody else has sent.
    @Test func aFileIsKnownByWhatWasSentOfIt() async throws {
        let world = try await World()
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
        let world = try await World()
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

    // MARK: Marks

    @Test func allIsVerifiedWhenNothingDiffers() async throws {
        let world = try await World()
        #expect(try await world.marks() == ["film": .verified, "notes.md": .verified])
        #expect(try await world.marks("/film/cuts") == ["a.mov": .verified])
        try await world.write { db, _ in try SyncFolder.forget(db) }
        #expect(try await world.marks() == [:])
    }

    @Test func aChangeMarksEveryFolderAboveIt() async throws {
        let world = try await World()
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
        let world = try await World()
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
            try World.settle(db)
            try db.execute(sql: "DELETE FROM nodes WHERE id = ?", arguments: [movie.blob])
        }
        #expect(try await world.marks() == ["film": .waiting, "notes.md": .verified])
        #expect(try await world.marks("/film") == ["cuts": .waiting])
    }

    @Test func whereTooMuchDiffersFoldersAreNotTakenForTheSame() async throws {
        let world = try await World()
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
        let world = try await World()
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
            try World.settle(db)
        }
        #expect(try await world.marks() == ["film": .onlineOnly, "notes.md": .problem])
        #expect(try await world.marks("/film/cuts") == ["a.mov": .onlineOnly])
    }

    /// Its bytes here are nobody's any more: it is not the same, and does not count as such.
    @Test func whatIsIgnoredHereIsNoCheckMark() async throws {
        let world = try await World()
        let (notes, cuts, movie) = (world.local(world.notes), world.local(world.cuts), world.local(world.movie))
        try await world.write { db, sync in
            #expect(try sync.figures().files == 2)
            try db.execute(sql: "UPDATE sync_local SET kind = 2 WHERE number = ?", arguments: [notes.number])
            try World.settle(db)
            #expect(try sync.figures().files == 1)
        }
        #expect(try await world.marks() == ["film": .verified, "notes.md": .ignored])
        try await world.write { db, sync in
            try db.execute(sql: "UPDATE sync_local SET kind = 2 WHERE number = ?", arguments: [cuts.number])
            try db.execute(sql: "DELETE FROM sync_local WHERE number = ?", arguments: [movie.number])
            try World.settle(db)
            #expect(try sync.figures().files == 0)
        }
        #expect(try await world.marks("/film") == ["cuts": .ignored])
        #expect(try await world.marks("/film/cuts") == ["a.mov": .ignored])
        let facts = try await world.facts("film/cuts/a.mov")
        #expect(facts.leftOut == LocalPath("film/cuts") && facts.here == nil && facts.agreed != nil)
    }

    // MARK: Choices

    @Test func aChoiceCoversWhatIsBelowIt() async throws {
        let world = try await World()
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

    // MARK: Facts

    @Test func factsOfAllThreeTrees() async throws {
        let world = try await World()
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
        let world = try await World()
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

    @Test func factsTellProblemsAndChoices() async throws {
        let world = try await World()
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

    // MARK: Lists

    @Test func problemsByPages() async throws {
        let world = try await World()
        try await world.write { _, sync in
            for number in 0..<5 {
                try sync.report(Problem(.notSynchronised, "\(number)"), key: "local \(number)", path: [UInt8(number)])
            }
        }
        let page = try await world.mirror.read { try SyncTransaction($0).problems(after: nil, limit: 3) }
        #expect(page.problems.map(\.problem.title) == ["0", "1", "2"] && page.total == 5 && page.next == "local 2")
        let rest = try await world.mirror.read { try SyncTransaction($0).problems(after: page.next, limit: 3) }
        #expect(rest.problems.map(\.key) == ["local 3", "local 4"] && rest.next == nil)
        #expect(rest.problems.first?.path == LocalPath(bytes: [3]))
    }

    /// It is listed and counted by itself, and nobody has to do anything about it.
    @Test func whatIsLeftOutIsNoProblem() async throws {
        let world = try await World()
        try await world.write { _, sync in
            let problem = Problem(.notSynchronised, "A link.")
            for number in 0..<3 {
                try sync.report(problem, key: "local \(number)", path: [UInt8(number)], leftOut: .link)
            }
            try sync.report(problem, key: "local 3", path: [3], leftOut: .mount)
            #expect(try sync.firstProblem(below: []) == nil && !sync.hasProblems)
            try sync.note(Problem(.notSynchronised, "United."), "united", path: [])
            #expect(try sync.firstProblem(below: []) == nil && !sync.hasProblems)
            try sync.report(Problem(.nameTwin, "A twin."), key: "local 4", path: [4])
            #expect(try sync.firstProblem(below: [])?.code == .nameTwin && sync.hasProblems)
            let figures = try sync.figures()
            #expect(figures.problems == 1 && figures.notes == 1)
            #expect(figures.leftOut == [LeftOutCount(.link, 3), LeftOutCount(.mount, 1)])
        }
        let pages = try await world.mirror.read { database in
            let sync = SyncTransaction(database)
            return [
                try sync.problems(after: nil, limit: 10), try sync.problems(after: "local 1", limit: 1, leftOut: true),
                try sync.problems(after: nil, limit: 10, leftOut: false),
            ]
        }
        #expect(pages[0].total == 6 && pages[0].notes == 1)
        #expect(pages[0].problems.compactMap(\.leftOut) == [.link, .link, .link, .mount])
        #expect(pages[1].problems.map(\.key) == ["local 2"] && pages[1].next == "local 2")
        #expect(pages[1].total == 4 && pages[1].notes == 0)
        #expect(pages[2].problems.map(\.problem.title) == ["A twin.", "United."])
        #expect(pages[2].total == 2 && pages[2].notes == 1 && pages[2].next == nil)
    }

    /// What was left out needs somebody once it is told as a problem, though its words are the same.
    @Test func whatIsLeftOutNoMoreIsAProblem() async throws {
        let world = try await World()
        try await world.write { _, sync in
            let problem = Problem(.notSynchronised, "A link.")
            try sync.report(problem, key: "local 3", path: [3], leftOut: .link)
            try sync.report(problem, key: "local 3", path: [3])
            #expect(try sync.hasProblems && sync.figures().leftOut.isEmpty)
        }
    }

    /// What is said again and again costs nothing.
    @Test func whatIsKnownAlreadyIsNotWritten() async throws {
        let world = try await World()
        try await world.write { db, sync in
            let problem = Problem(.localFileUnreadable, "No.")
            try sync.report(problem, key: "local 3", path: [3])
            let (before, changes) = (db.totalChangesCount, try sync.problemChanges)
            try sync.report(problem, key: "local 3", path: [3])
            #expect(try db.totalChangesCount == before && sync.problemChanges == changes)
            try sync.report(Problem(.localFileUnreadable, "Neither."), key: "local 3", path: [3])
            #expect(try sync.problemChanges == changes + 1)
            #expect(try sync.problems(after: nil, limit: 3).problems.map(\.problem.title) == ["Neither."])
        }
    }

    /// Whoever knows all up to a change asks for what came later.
    @Test func whatHasChangedSinceIsFound() async throws {
        let world = try await World()
        let (twin, other) = (Problem(.nameTwin, "A twin."), Problem(.nameTwin, "Another."))
        try await world.write { _, sync in
            for number in 0..<4 { try sync.report(twin, key: "local \(number)", path: [UInt8(number)]) }
            let known = try sync.problems(after: nil, limit: 10)
            #expect(try known.changes == sync.problemChanges && sync.figures().problemChanges == known.changes)
            func since(_ change: Int64) throws -> [String] {
                try sync.problems(after: nil, limit: 10, since: change).problems.map(\.key)
            }
            #expect(try since(known.changes) == [] && since(known.changes - 2) == ["local 2", "local 3"])
            try sync.report(other, key: "local 1", path: [1])
            try sync.report(twin, key: "local 0", path: [0], leftOut: .link)
            try sync.report(twin, key: "folder 9", path: [9])
            #expect(try since(known.changes) == ["folder 9", "local 0", "local 1"])
            let page = try sync.problems(after: nil, limit: 1, since: known.changes)
            #expect(page.total == 5 && page.next == "folder 9" && page.changes == known.changes + 3)
            // What is solved shows by what there is in all.
            try sync.solve(key: "local 3")
            let last = try sync.problems(after: nil, limit: 10, since: page.changes)
            #expect(last.problems.isEmpty && last.total == 4 && last.changes == page.changes + 1)
            // What was not there is not solved.
            try sync.solve(key: "local 3")
            #expect(try sync.problemChanges == last.changes)
        }
    }

    @Test func whatWaitsForNobodyIsCountedApart() async throws {
        let world = try await World()
        try await world.write { _, sync in
            try sync.report(Problem(.notSynchronised, "A pipe."), key: "local 3", path: [3])
            try sync.note(Problem(.notSynchronised, "United."), "united", path: [])
        }
        let figures = try await world.mirror.read { try SyncTransaction($0).figures() }
        #expect(figures.problems == 1 && figures.notes == 1)
        let page = try await world.mirror.read { try SyncTransaction($0).problems(after: nil, limit: 3) }
        #expect(page.total == 2 && page.notes == 1 && page.problems.map(\.isNote) == [false, true])
    }

    /// Whoever writes may have been meant for the folder that was there before.
    @Test func whatIsOfAnotherFolderIsNotWritten() async throws {
        let world = try await World()
        let (own, other) = ([UInt8](repeating: 7, count: 16), [UInt8](repeating: 8, count: 16))
        for (marker, isWritten) in [(other, false), (own, true)] {
            try await world.write { db, _ in
                try SyncFolder.verified(at: 5, marker, db)
                try SyncFolder.pause(true, marker, db)
                let folder = try SyncFolder.read(db)
                #expect(folder?.verifiedAt == (isWritten ? 5 : nil) && folder?.isPaused == isWritten)
            }
        }
    }

    @Test func filesAreCounted() async throws {
        let world = try await World()
        #expect(try await world.mirror.read { try SyncTransaction($0).fileCount } == 2)
    }

    @Test func consentIsKeptBySideUntilItIsForgottenOrPast() async throws {
        let world = try await World()
        let (film, notes, hour) = (world.film.id, world.notes.id, Nanoseconds(3_600_000_000_000))
        try await world.write { _, sync in
            try sync.consent(to: DeletionSet(here: [film], there: [film]), at: 100 * hour)
            try sync.consent(to: DeletionSet(there: [notes]), at: 110 * hour)
            try sync.forgetConsent(to: DeletionSet(here: [film, notes]))
            #expect(try sync.consented() == DeletionSet(there: [film, notes]))
            try sync.forgetPastDeletions(125 * hour)
            #expect(try sync.consented() == DeletionSet(there: [notes]))
        }
    }
}
