import GRDB
import PannierCore
import Testing

@testable import PannierMirror

/// What the tables of the synced folder tell people.
@Suite struct SyncReportTests {
    @Test func problemsByPages() async throws {
        let world = try await PairedWorld()
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

    /// Counted are things, not sides; and what has come to its place is the same, planned for again or not.
    @Test func whatMayDifferIsCountedOnce() async throws {
        let world = try await PairedWorld()
        let notes = world.local(world.notes).number
        try await world.write { db, sync in
            try db.execute(
                sql: """
                    INSERT INTO sync_changed_nodes SELECT node FROM sync_agreed;
                    INSERT INTO sync_changed_locals SELECT number FROM sync_local WHERE number > 1
                    """)
            #expect(try sync.figures().differing == 0)
            try db.execute(sql: "UPDATE sync_local SET sha256 = zeroblob(32) WHERE number = ?", arguments: [notes])
            #expect(try sync.figures().differing == 1)
            try db.execute(sql: "DELETE FROM sync_changed_nodes")
            #expect(try sync.figures().differing == 1)
            try db.execute(sql: "UPDATE nodes SET name = x'61' WHERE name = CAST('film' AS BLOB)")
            #expect(try sync.figures().differing == 2)
        }
    }

    /// It is listed and counted by itself, and nobody has to do anything about it.
    @Test func whatIsLeftOutIsNoProblem() async throws {
        let world = try await PairedWorld()
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
        let world = try await PairedWorld()
        try await world.write { _, sync in
            let problem = Problem(.notSynchronised, "A link.")
            try sync.report(problem, key: "local 3", path: [3], leftOut: .link)
            try sync.report(problem, key: "local 3", path: [3])
            #expect(try sync.hasProblems && sync.figures().leftOut.isEmpty)
        }
    }

    /// What is said again and again costs nothing.
    @Test func whatIsKnownAlreadyIsNotWritten() async throws {
        let world = try await PairedWorld()
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
        let world = try await PairedWorld()
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
        let world = try await PairedWorld()
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
        let world = try await PairedWorld()
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
        let world = try await PairedWorld()
        #expect(try await world.mirror.read { try SyncTransaction($0).fileCount } == 2)
    }

    @Test func consentIsKeptBySideUntilItIsForgottenOrPast() async throws {
        let world = try await PairedWorld()
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
