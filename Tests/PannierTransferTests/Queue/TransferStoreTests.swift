import Foundation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

@Suite struct TransferStoreTests {
    private func file(_ path: String, _ size: Int64) -> ScannedItem {
        ScannedItem(path: Array(path.utf8), isFolder: false, size: size, modified: 5, isExecutable: true)
    }

    private func folder(_ path: String) -> ScannedItem { ScannedItem(path: Array(path.utf8), isFolder: true) }

    private func ready(_ item: UploadItem, _ upload: UploadID) -> ReadyItem {
        ReadyItem(
            row: item.row, upload: upload, size: item.size, chunkCount: 1, sha256: SHA256Digest.of([]), modified: 9,
            changed: 8, note: "zstd 3: small")
    }

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

    /// Items of other transfers, and those that are done, cost nothing: only what is to be done is looked at.
    @Test func theNextItemsComeInOrderFromTheirOwnTransfer() async throws {
        let queue = try await Queue(try Queue.upload())
        let store = queue.store
        let other = try await store.add(local: LocalPath("/other"), goal: try Queue.upload())
        _ = try await store.addScanned(other.number, [file("x", 1), file("y", 1)])
        let number = queue.transfer.number
        _ = try await store.addScanned(number, (0..<6).map { file("f\($0)", 1) })
        let all = try await store.uploadItems(number, after: 0, limit: 9)
        #expect(all.map(\.path) == (0..<6).map { Array("f\($0)".utf8) })
        // Opened ones among those that are pending, and one that is done.
        try await store.opened(
            number, uploads: [1, 4].map { (all[$0].row, OpenUpload(.random(), .standard)) }, folders: [all[2].row])
        let rest = try await store.uploadItems(number, after: all[0].row, limit: 3)
        #expect(rest.map(\.row) == [1, 3, 4].map { all[$0].row })
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

    @Test func scannedItemsAreCountedOnce() async throws {
        let queue = try await Queue(try Queue.upload())
        var twin = file("twin", 7)
        twin.refusal = .failed(Problem(.nameTwin, "Twin."))
        var link = file("link", 9)
        link.refusal = .skipped(.link, Problem(.notTransferable, "Link."))
        var closed = folder("closed")
        closed.refusal = .failed(Problem(.localFileUnreadable, "Closed."))
        let items = [folder(""), file("a", 10), twin, link, closed]
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
        _ = try await store.addScanned(number, [folder(""), file("a", 10), file("b", 20)])
        let items = try await store.uploadItems(number, after: 0, limit: 2)
        #expect(items.map(\.path) == [[], Array("a".utf8)])
        #expect(items[1].isExecutable && items[1].modified == 5)
        let rest = try await store.uploadItems(number, after: items[1].row, limit: 2)
        #expect(rest.map(\.path) == [Array("b".utf8)])
        let upload = UploadID.random()
        try await store.opened(number, uploads: [(items[1].row, OpenUpload(upload, .large))], folders: [items[0].row])
        #expect(try await store.uploadItem(row: items[1].row)?.upload == OpenUpload(upload, .large))
        #expect(try await store.openUploads(number, after: 0, limit: 9).map(\.upload) == [upload])
        let ready = ready(items[1], upload)
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
        _ = try await queue.store.addScanned(queue.transfer.number, [file("", 10)])
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
        var seen = file("a", 10)
        seen.baseRevision = 7
        _ = try await queue.store.addScanned(queue.transfer.number, [seen, file("b", 10)])
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

    @Test func aFolderThatIsGoneTakesTheSearchBelowItWithIt() async throws {
        let queue = try await Queue(try Queue.download())
        let (store, number) = (queue.store, queue.transfer.number)
        let paths = ["", "a", "a/b", "a0"]
        _ = try await store.addListed(
            number, paths.map { ListedItem(path: Array($0.utf8), node: .random(), revision: 1, content: nil) })
        let folders = try await store.unlistedFolders(number, limit: 9)
        let growth = try await store.unlistable(number, folders[1], Problem(.notFound, "Gone."))
        #expect(growth.foldersFailed == 1 && growth.filesTotal == 0)
        #expect(try await store.unlistedFolders(number, limit: 9).map(\.path) == [[], Array("a0".utf8)])
        #expect(try await store.failures(of: queue.transfer, after: 0, limit: 9).map(\.path) == ["/somewhere/a/"])
        _ = try await store.unlistable(number, folders[0], Problem(.notFound, "Gone."))
        #expect(try await store.unlistedFolders(number, limit: 9).isEmpty)
        #expect(try await queue.counts().foldersFailed == 2)
        // The folders themselves are still to be made.
        #expect(try await store.pendingCount(number) == 4)
        // A retry looks for all of it again.
        #expect(try await store.retry(try await queue.stored()))
        #expect(try await queue.counts().foldersFailed == 0)
        #expect(try await store.itemsAgain(number, limit: 9).isEmpty)
        #expect(try await store.unlistedFolders(number, limit: 9).count == 4)
    }

    @Test func theEndFollowsFromTheItems() async throws {
        for (good, bad, state) in [
            (1, 0, StoredTransfer.State.done), (1, 1, .partlyFailed), (0, 1, .failed), (0, 0, .done),
        ] {
            let queue = try await Queue(try Queue.upload())
            let (store, number) = (queue.store, queue.transfer.number)
            _ = try await store.addScanned(number, (0..<good + bad).map { file("\($0)", 1) })
            for (place, item) in try await store.uploadItems(number, after: 0, limit: 9).enumerated() {
                if place < good {
                    _ = try await store.committed(number, [ready(item, .random())], reused: 0)
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

    @Test func anItemIsDoneOnce() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        _ = try await store.addScanned(number, [file("a", 10), file("b", 10)])
        let items = try await store.uploadItems(number, after: 0, limit: 9)
        let ready = ready(items[0], .random())
        #expect(try await store.committed(number, [ready], reused: 0).filesDone == 1)
        #expect(try await store.committed(number, [ready], reused: 0).filesDone == 0)
        try await store.fail(number, [ItemFailure(row: items[1].row, problem: Problem(.nameTaken, "Taken."))])
        #expect(try await store.committed(number, [self.ready(items[1], .random())], reused: 0).filesDone == 0)
        let counts = try await queue.counts()
        #expect(counts.filesTotal == 2 && counts.filesDone == 1 && counts.filesFailed == 1 && counts.bytesDone == 10)
    }

    @Test func retryingTakesUpWhatFailedAndNothingElse() async throws {
        let queue = try await Queue(try Queue.upload())
        let (store, number) = (queue.store, queue.transfer.number)
        let items = [folder(""), file("a", 10), folder("f"), file("f/x", 20), file("f/gone", 5)]
        _ = try await store.addScanned(number, items)
        try await store.finishScan(number)
        let rows = try await store.uploadItems(number, after: 0, limit: 9)
        try await store.opened(number, uploads: [], folders: [rows[0].row])
        _ = try await store.committed(number, [ready(rows[1], .random())], reused: 0)
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
        var gone = file("f/gone", 0)
        gone.refusal = .failed(Problem(.localFileUnreadable, "Gone."))
        let now = [folder("f"), file("f/x", 25), gone]
        let growth = try await store.lookedAt(number, zip(failed, now).map { (before: $0, now: $1) })
        #expect(growth.filesTotal == 2 && growth.filesFailed == 1 && growth.bytesTotal == 25)
        #expect(try await store.itemsAgain(number, limit: 9).isEmpty)
        #expect(try await store.uploadItems(number, after: 0, limit: 9).map(\.path) == rows[2...3].map(\.path))
        #expect(try await store.unscannedFolder(number) == nil)
        counts = try await queue.counts()
        #expect(counts.filesTotal == 3 && counts.filesDone == 1 && counts.filesFailed == 1 && counts.bytesTotal == 35)
    }

    @Test func aDownloadThatIsRetriedTakesWhatStandsThereNow() async throws {
        let queue = try await Queue(try Queue.download())
        let (store, number) = (queue.store, queue.transfer.number)
        let old = Node.Content(
            version: .random(), size: 10, sha256: SHA256Digest.of([1]), modified: 3, isExecutable: false, mimeType: "")
        let items = ["changed", "gone"].map { name in
            ListedItem(path: Array(name.utf8), node: .random(), revision: 4, content: old)
        }
        _ = try await store.addListed(number, items)
        let rows = try await store.downloadItems(number, limit: 9)
        try await store.begun(number, rows.map(\.row))
        try await store.fail(number, rows.map { ItemFailure(row: $0.row, problem: Problem(.packDamaged, "No.")) })
        _ = try await store.end(number)
        #expect(try await store.retry(try await queue.stored()))
        let failed = try await store.itemsAgain(number, limit: 9)
        #expect(failed.map(\.hasPart) == [true, true])
        let new = Node.Content(
            version: .random(), size: 12, sha256: SHA256Digest.of([2]), modified: 3, isExecutable: true, mimeType: "")
        let node = try Queue.node("changed", content: new)
        let growth = try await store.lookedAt(number, [(before: failed[0], now: node), (before: failed[1], now: nil)])
        #expect(growth.filesTotal == 2 && growth.bytesTotal == 22)
        let again = try await store.downloadItems(number, limit: 9)
        #expect(Set(again.map(\.version)) == [new.version, old.version])
        #expect(again.allSatisfy { !$0.hasPart })
        let counts = try await queue.counts()
        #expect(counts.filesTotal == 2 && counts.filesFailed == 0 && counts.bytesTotal == 22)
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

    /// What was acknowledged is known after kill -9, too: found again, it is no “the server had it”.
    @Test func whatWasAcknowledgedIsCountedWithIt() async throws {
        let queue = try await Queue(try Queue.upload())
        let number = queue.transfer.number
        let packs = (0..<2).map { _ in UnsettledPack(pack: .random(), chunks: []) }
        try await queue.store.packsBegin(number, packs)
        try await queue.store.packEnded(packs[0].pack, acknowledged: 700)
        try await queue.store.packEnded(packs[1].pack)
        // The answer came twice.
        try await queue.store.packEnded(packs[0].pack, acknowledged: 700)
        let stored = try await queue.stored()
        #expect(stored.acknowledged == 700)
        let progress = RunProgress(stored)
        #expect(progress.settle(reused: 800) == 100)
    }

    @Test func whatArrivedAfterAllIsNoNewsEither() async throws {
        let queue = try await Queue(try Queue.upload())
        let progress = RunProgress(try await queue.stored())
        progress.carry(300)
        #expect(progress.settle(reused: 1_000) == 700)
    }

    /// A part holds what was fetched for it, and what was copied into it, which its flow tells apart.
    @Test func whatAPartHoldsWasFetched() async throws {
        let progress = RunProgress(try await Queue(try Queue.download()).stored())
        progress.grow(by: TransferCounts(), open: .init(done: 900, reused: 400))
        #expect(progress.snapshot().counts.bytesReused == 400 && progress.snapshot().partial.moved == 500)
        #expect(progress.settle(reused: 400) == 400)
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

    @Test func aDownloadGoesThroughItsStates() async throws {
        let queue = try await Queue(try Queue.download())
        let (store, number) = (queue.store, queue.transfer.number)
        let content = Node.Content(
            version: .random(), size: 10, sha256: SHA256Digest.of([1]), modified: 3, isExecutable: true, mimeType: "")
        let top = ListedItem(path: [], node: .random(), revision: 9, content: nil)
        let late = ListedItem(path: Array("late".utf8), node: .random(), revision: 8, content: content)
        let early = ListedItem(path: Array("early".utf8), node: .random(), revision: 4, content: content)
        #expect(try await store.addListed(number, [top]).pending == 1)
        #expect(try await store.unlistedFolders(number, limit: 9).map(\.node) == [top.node])
        #expect(try await store.addListed(number, [late, early, top]).pending == 2)
        try await store.listed(row: try await store.unlistedFolders(number, limit: 1)[0].row)
        #expect(try await store.unlistedFolders(number, limit: 9).isEmpty)
        // Folders first, then in the order in which they were uploaded.
        let items = try await store.downloadItems(number, limit: 9)
        #expect(items.map(\.path) == [[], Array("early".utf8), Array("late".utf8)])
        #expect(items[1].version == content.version && items[1].sha256 == content.sha256 && items[1].isExecutable)
        try await store.begun(number, [items[1].row])
        #expect(try await store.downloadItems(number, limit: 9).map(\.row) == [items[0].row, items[2].row])
        #expect(try await store.begunFiles(number, after: 0, limit: 9).map(\.row) == [items[1].row])
        // Another run looks at it again, and knows that there may be a part.
        try await store.resumeDownload(number)
        #expect(try await store.downloadItems(number, limit: 9).map(\.hasPart) == [false, true, false])
        #expect(try await store.begunFiles(number, after: 0, limit: 9).map(\.row) == [items[1].row])
        _ = try await store.downloaded(number, folders: [items[0].row], files: [items[1]], reused: 6)
        let counts = try await queue.counts()
        #expect(counts.filesDone == 1 && counts.bytesDone == 10 && counts.bytesReused == 6)
        #expect(try await store.begunFiles(number, after: 0, limit: 9).isEmpty)
        #expect(try await store.pendingCount(number) == 1)
    }
}
