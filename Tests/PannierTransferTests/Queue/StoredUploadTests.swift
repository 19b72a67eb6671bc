import PannierChunks
import PannierCore
import PannierMirror
import Testing

/// The files and folders of an upload, as the queue keeps them.
@Suite struct StoredUploadTests {
    /// Items of other transfers, and those that are done, cost nothing: only what is to be done is looked at.
    @Test func theNextItemsComeInOrderFromTheirOwnTransfer() async throws {
        let queue = try await Queue(try Queue.upload())
        let store = queue.store
        let other = try await store.add(local: LocalPath("/other"), goal: try Queue.upload())
        _ = try await store.addScanned(other.number, [Queue.file("x", 1), Queue.file("y", 1)])
        let number = queue.transfer.number
        _ = try await store.addScanned(number, (0..<6).map { Queue.file("f\($0)", 1) })
        let all = try await store.uploadItems(number, after: 0, limit: 9)
        #expect(all.map(\.path) == (0..<6).map { Array("f\($0)".utf8) })
        // Opened ones among those that are pending, and one that is done.
        try await store.opened(
            number, uploads: [1, 4].map { (all[$0].row, OpenUpload(.random(), .standard)) }, folders: [all[2].row])
        let rest = try await store.uploadItems(number, after: all[0].row, limit: 3)
        #expect(rest.map(\.row) == [1, 3, 4].map { all[$0].row })
    }

    @Test func scannedItemsAreCountedOnce() async throws {
        let queue = try await Queue(try Queue.upload())
        var twin = Queue.file("twin", 7)
        twin.refusal = .failed(Problem(.nameTwin, "Twin."))
        var link = Queue.file("link", 9)
        link.refusal = .skipped(.link, Problem(.notTransferable, "Link."))
        var closed = Queue.folder("closed")
        closed.refusal = .failed(Problem(.localFileUnreadable, "Closed."))
        let items = [Queue.folder(""), Queue.file("a", 10), twin, link, closed]
        let first = try await queue.store.addScanned(queue.transfer.number, items)
        let again = try await queue.store.addScanned(queue.transfer.number, items)
        #expect(first.pending == 2)
        #expect(again.pending == 0)
        #expect(again.growth == TransferCounts())
        let counts = try await queue.counts()
        #expect(counts == first.growth)
        #expect(counts.filesTotal == 2)
        #expect(counts.filesFailed == 1)
        #expect(counts.foldersFailed == 1)
        #expect(counts.skipped[.link] == 1 && counts.skipped.total == 1)
        #expect(counts.bytesTotal == 17)
        #expect(try await queue.store.pendingCount(queue.transfer.number) == 2)
        let failures = try await queue.store.failures(of: queue.transfer, after: 0, limit: 10)
        #expect(failures.map(\.path) == ["/somewhere/twin", "/somewhere/link", "/somewhere/closed"])
        #expect(failures.map(\.problem.code) == [.nameTwin, .notTransferable, .localFileUnreadable])
        let after = try await queue.store.failures(of: queue.transfer, after: failures[0].row, limit: 10)
        #expect(after.map(\.path) == ["/somewhere/link", "/somewhere/closed"])
    }

    @Test func anUploadGoesThroughItsStates() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        _ = try await store.addScanned(number, [Queue.folder(""), Queue.file("a", 10), Queue.file("b", 20)])
        let items = try await store.uploadItems(number, after: 0, limit: 2)
        #expect(items.map(\.path) == [[], Array("a".utf8)])
        #expect(items[1].isExecutable && items[1].modified == 5)
        let rest = try await store.uploadItems(number, after: items[1].row, limit: 2)
        #expect(rest.map(\.path) == [Array("b".utf8)])
        let upload = UploadID.random()
        try await store.opened(number, uploads: [(items[1].row, OpenUpload(upload, .large))], folders: [items[0].row])
        #expect(try await store.uploadItem(row: items[1].row)?.upload == OpenUpload(upload, .large))
        #expect(try await store.openUploads(number, after: 0, limit: 9).map(\.upload) == [upload])
        let ready = Queue.ready(items[1], upload)
        #expect(try await store.ready([ready]).isEmpty)
        #expect(try await store.readyItems(number, after: 0, limit: 9) == [ready])
        // It grew since it was found.
        let grown = ReadyItem(
            row: ready.row, upload: upload, size: 15, chunkCount: 2, sha256: ready.sha256, modified: 9, changed: 8,
            note: nil)
        let growth = try await store.committed(number, [grown], reused: 4)
        #expect(growth.bytesTotal == 5)
        let counts = try await queue.counts()
        #expect(counts.filesDone == 1 && counts.bytesDone == 15 && counts.bytesReused == 4 && counts.bytesTotal == 35)
        #expect(try await store.readyItems(number, after: 0, limit: 9).isEmpty)
        #expect(try await store.pendingCount(number) == 1)
    }

    @Test func startingOverForgetsTheUploadAndCounts() async throws {
        let queue = try await Queue(try Queue.upload())
        _ = try await queue.store.addScanned(queue.transfer.number, [Queue.file("", 10)])
        let item = try await queue.store.uploadItems(queue.transfer.number, after: 0, limit: 1)[0]
        try await queue.store.opened(
            queue.transfer.number, uploads: [(item.row, OpenUpload(.random(), .standard))], folders: [])
        try await queue.store.startOver(row: item.row)
        let again = try await queue.store.uploadItem(row: item.row)
        #expect(again?.upload == nil)
        #expect(again?.attempts == 1)
    }

    @Test func theBaseOfAnUploadIsKept() async throws {
        let queue = try await Queue(try Queue.upload())
        var seen = Queue.file("a", 10)
        seen.baseRevision = 7
        _ = try await queue.store.addScanned(queue.transfer.number, [seen, Queue.file("b", 10)])
        let items = try await queue.store.uploadItems(queue.transfer.number, after: 0, limit: 9)
        #expect(items.map(\.baseRevision) == [7, nil])
        // Found again later, it is what was seen at first.
        seen.baseRevision = 9
        _ = try await queue.store.addScanned(queue.transfer.number, [seen])
        #expect(try await queue.store.uploadItem(row: items[0].row)?.baseRevision == 7)
        guard case .upload(var target) = try Queue.upload() else { return }
        target.baseRevision = 5
        let other = try await queue.store.add(local: LocalPath("/x"), goal: .upload(target))
        #expect(try await queue.store.transfer(other.id)?.goal == .upload(target))
    }

    @Test func anItemIsDoneOnce() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        _ = try await store.addScanned(number, [Queue.file("a", 10), Queue.file("b", 10)])
        let items = try await store.uploadItems(number, after: 0, limit: 9)
        let ready = Queue.ready(items[0], .random())
        #expect(try await store.committed(number, [ready], reused: 0).filesDone == 1)
        #expect(try await store.committed(number, [ready], reused: 0).filesDone == 0)
        try await store.fail(number, [ItemFailure(row: items[1].row, problem: Problem(.nameTaken, "Taken."))])
        #expect(try await store.committed(number, [Queue.ready(items[1], .random())], reused: 0).filesDone == 0)
        let counts = try await queue.counts()
        #expect(counts.filesTotal == 2 && counts.filesDone == 1 && counts.filesFailed == 1 && counts.bytesDone == 10)
    }

    @Test func retryingTakesUpWhatFailedAndNothingElse() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        let items = [
            Queue.folder(""), Queue.file("a", 10), Queue.folder("f"), Queue.file("f/x", 20), Queue.file("f/gone", 5),
        ]
        _ = try await store.addScanned(number, items)
        try await store.finishScan(number)
        let rows = try await store.uploadItems(number, after: 0, limit: 9)
        try await store.opened(number, uploads: [], folders: [rows[0].row])
        _ = try await store.committed(number, [Queue.ready(rows[1], .random())], reused: 0)
        try await store.fail(number, [ItemFailure(row: rows[2].row, problem: Problem(.nameTaken, "Taken."))])
        try await store.fail(
            number, rows[3...].map { ItemFailure(row: $0.row, problem: Problem(.notFound, "No folder.")) })
        var counts = try await queue.counts()
        #expect(counts.filesTotal == 3 && counts.filesFailed == 2 && counts.foldersFailed == 1)
        #expect(try await store.end(number) == .partlyFailed)
        #expect(try await store.retry(try await queue.stored()))
        let again = try await queue.stored()
        #expect(again.state == .waiting && again.isScanned && again.problem == nil)
        #expect(again.counts.filesTotal == 1 && again.counts.filesFailed == 0 && again.counts.bytesTotal == 10)
        #expect(again.counts.foldersFailed == 0)
        let failed = try await store.itemsAgain(number, limit: 9)
        #expect(failed.map(\.path) == rows[2...].map(\.path))
        // One of them has grown, one has gone.
        var gone = Queue.file("f/gone", 0)
        gone.refusal = .failed(Problem(.localFileUnreadable, "Gone."))
        let now = [Queue.folder("f"), Queue.file("f/x", 25), gone]
        let growth = try await store.lookedAt(number, zip(failed, now).map { (before: $0, now: $1) })
        #expect(growth.filesTotal == 2 && growth.filesFailed == 1 && growth.bytesTotal == 25)
        #expect(try await store.itemsAgain(number, limit: 9).isEmpty)
        #expect(try await store.uploadItems(number, after: 0, limit: 9).map(\.path) == rows[2...3].map(\.path))
        #expect(try await store.unscannedFolder(number) == nil)
        counts = try await queue.counts()
        #expect(counts.filesTotal == 3 && counts.filesDone == 1 && counts.filesFailed == 1 && counts.bytesTotal == 35)
    }

    @Test func packsOnTheirWayAreRememberedUntilTheyEnd() async throws {
        let queue = try await Queue(try Queue.upload())
        let chunk = PackedChunk(fingerprint: SHA256Digest.of([1]), length: 1, offset: 2, sealedLength: 3, codec: .zstd)
        let pack = UnsettledPack(pack: .random(), chunks: [chunk])
        let other = UnsettledPack(pack: .random(), chunks: [])
        try await queue.store.packsBegin(queue.transfer.number, [pack, other])
        #expect(Set(try await queue.store.unsettledPacks(queue.transfer.number)) == [pack, other])
        try await queue.store.packEnded(other.pack)
        #expect(try await queue.store.unsettledPacks(queue.transfer.number) == [pack])
    }
}
