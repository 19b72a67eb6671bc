import Foundation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// What the disk knows of the chunk map of a transfer that does not run.
@Suite struct TransferMapTests {
    private func file(_ path: String, _ size: Int64) -> ScannedItem {
        ScannedItem(path: Array(path.utf8), isFolder: false, size: size, modified: 5)
    }

    private func open(_ queue: Queue, _ items: [UploadItem]) async throws -> [Int64: MapSlot] {
        try await queue.store.opened(
            queue.transfer.number, uploads: items.map { ($0.row, OpenUpload(.random(), .standard)) }, folders: [])
    }

    private func commit(
        _ queue: Queue, _ item: UploadItem, chunks: Int, isThere: Bool = false
    ) async throws {
        let ready = ReadyItem(
            row: item.row, upload: .random(), size: item.size, chunkCount: chunks, sha256: SHA256Digest.of(item.path),
            modified: 9, changed: 8, note: nil)
        #expect(try await queue.store.ready([ready]).isEmpty)
        _ = try await queue.store.committed(
            queue.transfer.number, [ready], reused: 0, there: isThere ? [item.row] : [])
    }

    @Test func itemsStandInTheOrderInWhichTheyWereBegun() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        var bad = file("bad", 30)
        bad.refusal = .failed(Problem(.nameTwin, "Twin."))
        let folder = ScannedItem(path: [], isFolder: true)
        let found = try await store.addScanned(number, [folder, file("a", 10), bad, file("b", 20), file("none", 0)])
        #expect(found.failed == [MapSlot(start: 0, length: 30)])
        let items = try await store.uploadItems(number, after: 0, limit: 9)
        let (a, b, none) = (items[1], items[2], items[3])
        #expect(try await open(queue, [b, none]) == [b.row: MapSlot(start: 30, length: 20)])
        // Begun anew it stays where it is.
        try await store.startOver(row: b.row)
        #expect(try await open(queue, [b]) == [b.row: MapSlot(start: 30, length: 20)])
        var map = try await store.map(of: number)
        #expect(map.bytes == 60)
        #expect(map.runs.cells(6, of: 60) == [.failed, .failed, .failed, .waiting, .waiting, .waiting])
        try await commit(queue, b, chunks: 3, isThere: true)
        map = try await store.map(of: number)
        #expect(map.runs.cells(6, of: 60) == [.failed, .failed, .failed, .there, .there, .waiting])
        #expect(map.counts.byState == [.failed: 1, .there: 3] && map.chunks == 3)
        let at = { (byte: Int64) in try await store.mapItem(number, at: byte) }
        #expect(try await at(0)?.problem?.code == .nameTwin)
        #expect(try await at(49)?.path == Array("b".utf8))
        // It is next, and its turn has not come.
        #expect(try await at(50)?.path == Array("a".utf8) && a.size == 10)
        #expect(try await at(59)?.slot == MapSlot(start: 50, length: 10))
        #expect(try await at(60) == nil)
    }

    @Test func aRetryKeepsPlacesAndMakesNewOnesForWhatHadNoBytes() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        let gone = ScannedItem(
            path: Array("gone".utf8), isFolder: false, refusal: .failed(Problem(.localFileUnreadable, "Gone.")))
        _ = try await store.addScanned(number, [gone, file("a", 10), file("b", 10)])
        let items = try await store.uploadItems(number, after: 0, limit: 9)
        _ = try await open(queue, [items[0]])
        try await store.keepMap(number, [(0..<4, .sure)])
        #expect(try await store.map(of: number).runs.cells(5, of: 20).first == .sure)
        try await store.fail(number, items.map { ItemFailure(row: $0.row, problem: Problem(.nameTaken, "No.")) })
        #expect(try await store.map(of: number).runs.cells(2, of: 20) == [.failed, .failed])
        _ = try await store.end(number)
        #expect(try await store.retry(try await queue.stored()))
        let again = try await store.itemsAgain(number, limit: 9)
        let now = [file("gone", 30), file("a", 15), file("b", 10)]
        _ = try await store.lookedAt(number, Array(zip(again, now).map { (before: $0, now: $1) }))
        let map = try await store.map(of: number)
        #expect(map.bytes == 50)
        // What was kept of the try before says nothing any more.
        #expect(map.runs.cells(5, of: 50) == [.waiting, .waiting, .waiting, .waiting, .waiting])
        let rest = try await store.uploadItems(number, after: 0, limit: 9)
        #expect(rest.map(\.slot) == [nil, MapSlot(start: 0, length: 10), MapSlot(start: 10, length: 10)])
        #expect(try await open(queue, [rest[0]]) == [rest[0].row: MapSlot(start: 20, length: 30)])
    }

    /// What an older version began has places, too.
    @Test func transfersOfAnOlderVersionHavePlaces() async throws {
        let database = try DatabaseQueue()
        let migrator = MirrorSchema.migrator
        try migrator.migrate(database, upTo: "transfers 6")
        try await database.write { database in
            try database.execute(
                sql: """
                    INSERT INTO transfers (number, id, direction, state, local, remote, name, source)
                    VALUES (1, x'00', 'download', 'paused', x'2F', '"/"', 'x', NULL);
                    INSERT INTO transfer_items
                        (row, transfer, path, is_folder, state, rank, size, modified, is_executable) VALUES
                        (1, 1, x'31', 1, 'done', 0, 0, 0, 0), (2, 1, x'32', 0, 'done', 9, 10, 0, 0),
                        (3, 1, x'33', 0, 'open', 5, 20, 0, 0), (4, 1, x'34', 0, 'pending', 3, 40, 0, 0),
                        (5, 1, x'35', 0, 'failed', 8, 5, 0, 0);
                    """)
        }
        try migrator.migrate(database)
        let store = TransferStore(database)
        let map = try await store.map(of: 1)
        #expect(map.bytes == 75)
        #expect(
            map.runs.cells(15, of: 75)
                == [.waiting, .waiting, .waiting, .waiting, .failed, .sure, .sure]
                + [ChunkState](repeating: .waiting, count: 8))
        #expect(try await store.mapItem(1, at: 74)?.path == [0x34])
    }

    @Test func whatIsKeptOfFilesUnderWayGivesWayToWhatIsKnown() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        _ = try await store.addScanned(number, [file("a", 10), file("b", 10)])
        let items = try await store.uploadItems(number, after: 0, limit: 9)
        _ = try await open(queue, items)
        try await store.keepMap(number, [(0..<5, .there), (12..<20, .sure)])
        let open = try await store.map(of: number)
        #expect(open.runs.cells(4, of: 20) == [.there, .waiting, .waiting, .sure])
        try await commit(queue, items[0], chunks: 1)
        #expect(try await store.map(of: number).runs.cells(4, of: 20) == [.sure, .sure, .waiting, .sure])
        #expect(try await store.mapItem(number, at: 3)?.fingerprint == SHA256Digest.of(items[0].path))
        try await store.keepMap(number, [])
        #expect(try await store.map(of: number).runs.cells(4, of: 20) == [.sure, .sure, .waiting, .waiting])
    }
}
