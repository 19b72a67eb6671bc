import PannierChunks
import PannierCore
import PannierMirror
import Testing

/// The files and folders of a download, as the queue keeps them.
@Suite struct StoredDownloadTests {
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
