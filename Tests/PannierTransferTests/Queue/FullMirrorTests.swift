import GRDB
import PannierCore
import PannierMirror
import Synchronization
import Testing

@testable import PannierTransfer

/// A disk that is full under the mirror stops nothing for good.
@Suite(.timeLimit(.minutes(5))) struct FullMirrorTests {
    private let bench: ManagerBench

    init() throws { bench = try ManagerBench() }

    /// A full disk under the mirror: what could not be written down is done again when there is room.
    @Test func aMirrorThatCannotBeWrittenStopsNothingForGood() async throws {
        let double = try ServiceDouble()
        try await bench.manager.signedIn(try double.client(), bench.account)
        try await bench.database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER full BEFORE UPDATE ON transfers BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """)
        }
        let id = try await bench.put()
        #expect(await bench.told { $0.problem?.code == .localWriteFailed }?.id == id)
        try await bench.database.write { try $0.execute(sql: "DROP TRIGGER full") }
        // Nobody does anything.
        #expect(await bench.told { $0.state == .done }?.id == id)
        #expect(double.seen.committed.count == 1)
        await bench.manager.stop()
    }

    /// SQLite's own word for a full disk: what it says, that all goes on by itself, is so.
    @Test(arguments: [true, false]) func aFullMirrorIsWaitedFor(_ canBeWrittenDown: Bool) async throws {
        let double = try ServiceDouble()
        let full = Atomic(true)
        let when = canBeWrittenDown ? "transfer_items" : "transfers"
        try await bench.database.write { database in
            // A function that fails as a full disk does.
            database.add(
                function: DatabaseFunction("disk_is_full", argumentCount: 0) { _ in
                    if full.load(ordering: .relaxed) { throw DatabaseError(resultCode: .SQLITE_FULL) }
                    return 0
                })
            for verb in ["INSERT ON", "UPDATE ON"] where when == "transfer_items" || verb == "UPDATE ON" {
                try database.execute(
                    sql: """
                        CREATE TRIGGER full_\(verb.prefix(6)) BEFORE \(verb) \(when)
                        BEGIN SELECT disk_is_full(); END
                        """)
            }
        }
        try await bench.manager.signedIn(try double.client(), bench.account)
        let id = try await bench.put()
        let waiting = await bench.told { $0.problem?.code == .localDiskFull }
        #expect(waiting?.id == id && waiting?.state == .retrying)
        #expect(waiting?.problem?.detail?.contains("goes on by itself") == true)
        #expect(try await bench.store.all().map(\.state) == [.waiting])
        full.store(false, ordering: .relaxed)
        #expect(await bench.told { $0.state == .done }?.id == id)
        #expect(double.seen.committed.count == 1)
        await bench.manager.stop()
    }
}
