import Foundation
import GRDB
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// Transfers, as the queue keeps them.
@Suite struct TransferStoreTests {
    @Test func transfersComeBackAsTheyWere() async throws {
        for goal in [try Queue.upload(), try Queue.download()] {
            let queue = try await Queue(goal, local: LocalPath(bytes: [0x2F, 0xFF]))
            let stored = try await queue.stored()
            #expect(stored.goal == goal)
            #expect(stored.local.bytes == [0x2F, 0xFF])
            #expect(stored.state == .waiting)
            #expect(stored.name == "top")
            #expect(!stored.isScanned)
            try await queue.store.wait(stored.number, Problem(.cancelled, "So."))
            #expect(try await queue.stored().problem?.title == "So.")
            #expect(try await queue.store.setState(stored.number, from: .waiting, to: .paused))
            #expect(try await queue.stored().state == .paused)
            #expect(try await queue.stored().problem == nil)
            #expect(try await queue.store.remove(stored.number, in: .paused))
            #expect(try await queue.store.all().isEmpty)
        }
    }

    /// A queue that an older version left goes on: its transfers have one source each.
    @Test func transfersOfAnOlderVersionHaveOneSource() async throws {
        let database = try DatabaseQueue()
        let migrator = MirrorSchema.migrator
        try migrator.migrate(database, upTo: "transfers 3")
        try await database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO transfers (id, direction, state, local, remote, name, namespace, folder, target_name)
                    VALUES (?, 'upload', 'waiting', ?, ?, 'film', ?, ?, ?)
                    """,
                arguments: [
                    Data(TransferID.random().bytes), Data("/home/a/film".utf8),
                    String(decoding: try WireJSON.encode(try RemotePath(parsing: "/film")), as: UTF8.self),
                    Data(NamespaceID.random().bytes), Data(NodeID.random().bytes), Data("film".utf8),
                ])
        }
        try migrator.migrate(database)
        let store = TransferStore(database)
        let transfer = try #require(try await store.all().first)
        #expect(transfer.sources == 1 && transfer.name == "film")
        #expect(try await store.waiting(.upload, limit: 9).map(\.id) == [transfer.id])
        #expect(try await store.waiting(.download, limit: 9).isEmpty)
        let sources = try await store.uploadSources(transfer, from: 0, limit: 9)
        #expect(sources == [UploadSource(prefix: [], local: LocalPath("/home/a/film"), baseRevision: nil)])
    }

    /// Whoever decides on a list that was read before does not undo what came about meanwhile.
    @Test func aDecisionHoldsOnlyForTheStateThatWasSeen() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        #expect(try await store.end(number) == .done)
        #expect(try await !store.setState(number, from: .waiting, to: .cancelled))
        #expect(try await !store.retry(queue.transfer))
        #expect(try await !store.remove(number, in: .waiting))
        #expect(try await queue.stored().state == .done)
    }

    @Test func theEndFollowsFromTheItems() async throws {
        for (good, bad, state) in [
            (1, 0, StoredTransfer.State.done), (1, 1, .partlyFailed), (0, 1, .failed), (0, 0, .done),
        ] {
            let queue = try await Queue(try Queue.upload())
            let (store, number) = (queue.store, queue.transfer.number)
            _ = try await store.addScanned(number, (0..<good + bad).map { Queue.file("\($0)", 1) })
            for (place, item) in try await store.uploadItems(number, after: 0, limit: 9).enumerated() {
                if place < good {
                    _ = try await store.committed(number, [Queue.ready(item, .random())], reused: 0)
                } else {
                    try await store.fail(number, [ItemFailure(row: item.row, problem: Problem(.nameTaken, "Taken."))])
                }
            }
            #expect(try await store.end(number) == state)
            let stored = try await queue.stored()
            #expect(stored.state == state)
            #expect(stored.problem?.code == (state == .failed ? .nameTaken : nil))
        }
    }

    @Test func aPauseIsStrongerThanAFailure() async throws {
        let queue = try await Queue(try Queue.upload())
        #expect(try await queue.store.setState(queue.transfer.number, from: .waiting, to: .paused))
        try await queue.store.fail(queue.transfer.number, Problem(.quotaExceeded, "Full."))
        #expect(try await queue.stored().state == .paused)
    }

    /// A transfer of the version before goes on; nothing is known of how long it ran.
    @Test func aQueueOfTheVersionBeforeIsTakenOver() async throws {
        let database = try DatabaseQueue()
        let migrator = MirrorSchema.migrator
        try migrator.migrate(database, upTo: "transfers 5")
        let columns = try await database.read { try $0.columns(in: "transfers").map(\.name) }
        #expect(!columns.contains("ran_milliseconds") && !columns.contains("bytes_acknowledged"))
        try await database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO transfers
                        (id, direction, state, local, remote, name, namespace, folder, target_name, bytes_done)
                    VALUES (randomblob(16), 'upload', 'paused', CAST('/x' AS BLOB), '{"names":["x"],"space":"myFiles"}', 'x',
                        randomblob(16), randomblob(16), CAST('x' AS BLOB), 7)
                    """)
        }
        try migrator.migrate(database)
        let taken = try #require(try await TransferStore(database).all().first)
        #expect(taken.state == .paused && taken.counts.bytesDone == 7)
        #expect(taken.ran == 0 && taken.acknowledged == 0)
    }

    @Test func timeInWhichItRanAddsUp() async throws {
        let queue = try await Queue(try Queue.upload())
        for ran in [1_500, 2_000] as [Milliseconds] {
            try await queue.store.record(queue.transfer.number, moved: 1, ran: ran, partial: PartialProgress())
        }
        #expect(try await queue.stored().ran == 3_500)
        #expect(TransferState(try await queue.stored()).ranMilliseconds == 3_500)
    }
}
