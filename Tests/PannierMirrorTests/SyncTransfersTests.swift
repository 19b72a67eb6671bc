import Foundation
import GRDB
import PannierCore
import Testing

@testable import PannierMirror

/// The synced folder's transfers as they stand in the mirror.
@Suite struct SyncTransfersTests {
    private let database: DatabaseQueue
    private let store: TransferStore

    init() throws {
        database = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(database)
        store = TransferStore(database)
        try database.write { database in
            try FeedState.adopt(server: "http://example.org", account: Sample.account, in: database)
            var feed = try FeedTransaction(database)
            try feed.apply(
                ChangePage(
                    changes: [.viewOpened(view: Sample.view, root: Sample.root, shared: nil)], cursor: "c",
                    hasMore: false, epoch: 1, revision: 1, now: 0))
            let view = try #require(try Int64.fetchOne(database, sql: "SELECT number FROM views"))
            try SyncFolder(
                path: LocalPath("/home/a/Sync"), marker: [1], view: view, root: Sample.account.root
            ).write(database)
            try database.execute(
                sql: """
                    INSERT INTO sync_local (parent, name, kind, inode, links, size, modified, changed, is_executable)
                    VALUES (0, x'', 0, 1, 1, 0, 0, 0, 0), (1, CAST('sub' AS BLOB), 0, 2, 1, 0, 0, 0, 0),
                        (2, CAST('a' AS BLOB), 1, 3, 1, 7, 0, 0, 0)
                    """)
        }
    }

    private let file = LocalID(3)

    private func upload(
        _ local: LocalID, _ name: String = "a", size: Int64 = 7, in parent: NodeID = Sample.account.root,
        base: Revision? = nil
    ) throws -> SyncUpload {
        SyncUpload(
            local: local, goal: .new(parent: parent, name: try NodeName(name)), baseRevision: base, size: size,
            modified: 5, isExecutable: true)
    }

    private func add(_ uploads: [SyncUpload]) throws -> TransferID? {
        try database.write { try SyncTransfers($0).add(uploads: uploads) }
    }

    private func tell(_ node: Node) throws {
        try database.write { database in
            var feed = try FeedTransaction(database)
            try feed.apply(
                ChangePage(
                    changes: [.node(view: Sample.view, node: node, isNew: true)], cursor: "d", hasMore: false,
                    epoch: 1, revision: node.revision, now: 0))
        }
    }

    @Test func oneFileIsShownWhereItStandsOnBothSides() async throws {
        let folder = Sample.node(try NodeName("Sub"), kind: .folder)
        try tell(folder)
        let id = try #require(try add([try upload(file, in: folder.id)]))
        let transfer = try #require(try await store.transfer(id))
        #expect(transfer.name == "a" && transfer.isSync && transfer.isScanned && transfer.sources == 1)
        #expect(transfer.local.description == "/home/a/Sync/sub/a")
        #expect(transfer.remote.description == "/Sub/a")
        #expect(transfer.counts.filesTotal == 1 && transfer.counts.bytesTotal == 7)
        guard case .upload(let target) = transfer.goal else {
            Issue.record("no upload")
            return
        }
        #expect(target.namespace == Sample.account.namespace && target.folder == Sample.account.root)
        let item = try #require(try await store.uploadItems(transfer.number, after: 0, limit: 9).first)
        #expect(item.subject?.local == file && item.subject?.shown == Array("sub/a".utf8))
        #expect(item.subject?.goal == .new(parent: folder.id, name: try NodeName("a")))
        #expect(item.modified == 5 && item.isExecutable && item.size == 7)
        try await store.fail(transfer.number, [ItemFailure(row: item.row, problem: Problem(.tooDeep, "Deep."))])
        let failures = try await store.failures(of: transfer, after: 0, limit: 9)
        #expect(failures.map(\.path) == ["/home/a/Sync/sub/a"])
    }

    /// What stood there then nobody has seen, whatever its number says.
    @Test func inAnotherEpochNoBaseHolds() async throws {
        let id = try #require(try add([try upload(file, base: 12)]))
        let transfer = try #require(try await store.transfer(id))
        #expect(try await store.uploadItems(transfer.number, after: 0, limit: 9).first?.baseRevision == 12)
        try await database.write { database in
            var feed = try FeedTransaction(database)
            try feed.apply(ChangePage(changes: [], cursor: "x", hasMore: false, epoch: 99, now: 0))
            #expect(feed.change.mustStartOver)
        }
        let item = try #require(try await store.uploadItems(transfer.number, after: 0, limit: 9).first)
        #expect(item.baseRevision == nil)
    }

    /// Queued before a person has said so, and perhaps read already.
    @Test func whatIsIgnoredMeanwhileIsNotSent() async throws {
        let id = try #require(try add([try upload(file)]))
        let transfer = try #require(try await store.transfer(id))
        let item = try #require(try await store.uploadItems(transfer.number, after: 0, limit: 9).first)
        let upload = UploadID.random()
        let digest = try #require(Fingerprint(bytes: [UInt8](repeating: 9, count: 32)))
        try await store.opened(transfer.number, uploads: [(item.row, OpenUpload(upload, .large))], folders: [])
        let ready = ReadyItem(
            row: item.row, upload: upload, size: 7, chunkCount: 1, sha256: digest, modified: 5, changed: 5, note: nil)
        let file = file
        #expect(try store.syncPlace(of: file) != nil)
        try await database.write {
            try $0.execute(sql: "UPDATE sync_local SET kind = 2 WHERE number = ?", arguments: [file.number])
        }
        #expect(try store.syncPlace(of: file) == nil)
        #expect(try await store.ready([ready]) == [item.row])
    }

    /// Sent, it would stand over what others have made of it meanwhile.
    @Test(arguments: [true, false])
    func whatWasChangedBackIsNotSent(isSame: Bool) async throws {
        let node = Sample.node(try NodeName("a"), kind: .file)
        try tell(node)
        let content = try #require(node.content)
        let new = SyncUpload(
            local: file, goal: .version(of: node.id), baseRevision: 1, size: 7, modified: 5,
            isExecutable: content.isExecutable)
        try await database.write { try SyncTransaction($0).agree(node, file) }
        let id = try #require(try add([new]))
        let transfer = try #require(try await store.transfer(id))
        let item = try #require(try await store.uploadItems(transfer.number, after: 0, limit: 9).first)
        try await database.write { [file] in
            try $0.execute(
                sql: "UPDATE sync_local SET size = ?, modified = 6, changed = 8 WHERE number = ?",
                arguments: [content.size, file.number])
        }
        let other = try #require(Fingerprint(bytes: [UInt8](repeating: 9, count: 32)))
        let upload = UploadID.random()
        try await store.opened(transfer.number, uploads: [(item.row, OpenUpload(upload, .large))], folders: [])
        let ready = ReadyItem(
            row: item.row, upload: upload, size: content.size, chunkCount: 1,
            sha256: isSame ? content.sha256 : other, modified: 6, changed: 8, note: nil)
        #expect(try await store.ready([ready]) == (isSame ? [item.row] : []))
        #expect(try await store.readyItems(transfer.number, after: 0, limit: 9) == (isSame ? [] : [ready]))
        let known = try await database.read { [file] in
            try Data.fetchOne($0, sql: "SELECT sha256 FROM sync_local WHERE number = ?", arguments: [file.number])
        }
        #expect(known == (isSame ? Data(content.sha256.bytes) : nil), "the next plan sees it without reading it again")
    }

    /// By the deepest folder that holds them all, not by any one of them.
    @Test func manyFilesAreShownByTheirFolder() {
        func place(_ paths: String...) -> SyncTransferPlace { SyncTransferPlace(paths.map { Array($0.utf8) }) }
        let root = LocalPath("/home/a/Sync")
        let many = place("five/a/1", "five/a/2", "five/ab/3")
        #expect(many.name(in: root) == "five/" && many.local(in: root) == LocalPath("/home/a/Sync/five"))
        #expect(many.remote.description == "/five")
        let top = place("five/a", "b")
        #expect(top.name(in: root) == "Sync/" && top.local(in: root) == root && top.remote == .myFiles)
        #expect(place("a/b/c", "a/b/c").name(in: root) == "c")
    }

    @Test func withoutAFolderThereIsNothingToDo() throws {
        #expect(try add([]) == nil)
        let node = Sample.node(try NodeName("f"), kind: .folder)
        #expect(try database.write { try SyncTransfers($0).add(downloads: [SyncDownload(node: node)]) } == nil)
        try database.write { try SyncFolder.forget($0) }
        #expect(try add([try upload(file)]) == nil)
    }

    /// Named twice, a file goes up once; one that nobody could keep is a problem at once.
    @Test func whatCannotBeSentIsLeftOut() async throws {
        let id = try #require(
            try add([try upload(LocalID(9), size: Limits.fileBytes + 1), try upload(file), try upload(file)]))
        let transfer = try #require(try await store.transfer(id))
        #expect(transfer.counts.filesTotal == 1 && transfer.name == "a")
        let keys = try await database.read { try String.fetchAll($0, sql: "SELECT key FROM sync_problems") }
        #expect(keys == ["local 9"])
        #expect(try add([try upload(file, size: Limits.fileBytes + 1)]) == nil)
    }

    /// Small ones come before all others, in the order in which they were added; the others behind.
    @Test func smallOnesComeFirst() async throws {
        let asked = try await store.add(
            local: LocalPath("/x"),
            goal: .upload(
                UploadTarget(
                    namespace: Sample.account.namespace, folder: Sample.account.root, name: try NodeName("x"),
                    remote: .myFiles)))
        let large = try #require(try add([try upload(file, size: SyncTransfers.small)]))
        let first = try #require(try add([try upload(LocalID(4))]))
        let second = try #require(try add([try upload(LocalID(5))]))
        let third = try #require(try add([try upload(LocalID(6))]))
        #expect(try await store.all().map(\.id) == [first, second, third, asked.id, large])
        _ = try await store.reorder(asked.id, .first)
        let fourth = try #require(try add([try upload(LocalID(7))]))
        #expect(try await store.all().map(\.id) == [asked.id, first, second, third, fourth, large])
        #expect(try await store.transfer(large)?.isSmallSync == false)
        // A place that is taken by another one is not given twice.
        _ = try await store.reorder(asked.id, .down)
        let places = try await store.all().map(\.place)
        #expect(Set(places).count == places.count)
    }

    @Test func whatHasNotEndedIsUnderWay() async throws {
        let node = Sample.node(try NodeName("b"), kind: .file)
        try tell(node)
        let up = try #require(try add([try upload(file), try upload(LocalID(4), "c")]))
        let down = try #require(
            try await database.write { try SyncTransfers($0).add(downloads: [SyncDownload(node: node)]) })
        var underWay = try await database.read { try SyncTransfers($0).underWay() }
        #expect(underWay.locals == [file, LocalID(4)] && underWay.nodes == [node.id])
        let upload = try #require(try await store.transfer(up))
        let item = try #require(try await store.uploadItems(upload.number, after: 0, limit: 1).first)
        try await store.fail(upload.number, [ItemFailure(row: item.row, problem: Problem(.nameTaken, "Taken."))])
        #expect(try await store.setState(upload.number, from: .waiting, to: .paused))
        let download = try #require(try await store.transfer(down))
        #expect(download.local.description == "/home/a/Sync/b" && download.remote.description == "/b")
        #expect(try await store.setState(download.number, from: .waiting, to: .cancelled))
        underWay = try await database.read { try SyncTransfers($0).underWay() }
        #expect(underWay.locals == [LocalID(4)] && underWay.nodes.isEmpty)
        let problems = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sync_problems") }
        #expect(problems == 0)
    }
}
