import Foundation
import GRDB
import Glibc
import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

/// Files of the synced folder on their way up, from a real folder to a service in memory.
@Suite(.timeLimit(.minutes(5))) struct SyncUploadTests {
    private let world: SyncedWorld

    init() throws { world = try SyncedWorld() }

    /// Each goes where it says itself, all of them in few requests, and what was committed is agreed on.
    @Test func aBatchGoesUpAndIsAgreedOn() async throws {
        try world.folder.makeFolder("sub")
        let sub = try world.observe("sub")
        let folder = try world.tell("sub")
        let old = Node.Content(
            version: .random(), size: 1, sha256: SHA256Digest.of([0]), modified: 0, isExecutable: false, mimeType: "")
        let known = try world.tell("known", content: old)
        let top = try world.write([1, 2, 3], "a.txt")
        let deep = try world.write([4], "b", in: sub, under: "sub")
        let changed = try world.write([5, 6], "known")
        let version = SyncUpload(
            local: changed, goal: .version(of: known.id), baseRevision: known.revision, size: 2, modified: 0,
            isExecutable: false)
        let service = try world.service()
        let last = try await world.send(
            [try world.new(top, "a.txt"), try world.new(deep, "b", in: folder.id), version], to: service)

        #expect(last?.state == .done && last?.filesDone == 3)
        // By the folder that holds them all.
        let name = LocalPath(bytes: world.folder.path.lastComponent).description
        #expect(last?.title == "\(name)/, 3 files")
        #expect(last?.local == world.folder.path && last?.remote == .myFiles)
        let made = service.seen.created
        #expect(made.map(\.parent) == [world.account.root, folder.id, nil])
        #expect(made.map { $0.path.map(\.text) } == [["a.txt"], ["b"], []])
        #expect(made.map(\.node) == [nil, nil, known.id])
        #expect(made.map(\.file?.baseRevision) == [nil, nil, known.revision])
        #expect(made.map(\.file?.mimeType).first == "text/plain")
        #expect(service.seen.objects.count == 1 && service.seen.requests <= 6)
        #expect(try world.digest(of: top) == SHA256Digest.of([1, 2, 3]))
        #expect(try world.agreement(of: deep)?.content?.digest == SHA256Digest.of([4]))
        #expect(try world.agreement(of: deep)?.place == SyncPlace(folder.id, try NodeName("b")))
        #expect(try world.agreement(of: changed)?.content?.size == 2)
        #expect(try await world.store.all().isEmpty)
        #expect(try await world.store.leftovers().isEmpty)
        #expect(world.rings.now >= 2)
        #expect(try world.underWay().locals.isEmpty)
    }

    /// It is read where it stands by then: only the mirror knows.
    @Test func whatIsMovedMeanwhileIsReadThere() async throws {
        try world.folder.makeFolder("sub")
        let sub = try world.observe("sub")
        let file = try world.write([1, 2, 3], "a")
        let service = try world.service()
        let manager = world.manager()
        let id = try world.add([try world.new(file, "a")])
        #expect(try world.underWay().locals == [file])
        try await manager.syncQueueChanged()
        try #require(rename(world.folder.at("a").description, world.folder.at("sub/b").description) == 0)
        try world.folder.write([9], "a")
        let changed = try world.status("sub/b").changed
        try await world.database.write { database in
            try database.execute(
                sql: "UPDATE sync_local SET parent = ?, name = ?, changed = ? WHERE number = ?",
                arguments: [sub.number, Data("b".utf8), changed, file.number])
        }
        try await manager.signedIn(try service.client(), world.account)
        #expect(await manager.last(of: id)?.state == .done)
        #expect(try world.agreement(of: file)?.content?.digest == SHA256Digest.of([1, 2, 3]))
        #expect(try world.digest(of: file) == SHA256Digest.of([1, 2, 3]))
        await manager.stop()
    }

    /// What the account has no room for is a problem of its own.
    @Test func whatIsOverTheQuotaHoldsUpNothingElse() async throws {
        let large = try world.write([1, 2, 3], "large")
        let small = try world.write([4], "small")
        var faults = ServiceDouble.Faults()
        faults.node = { $0.path.last?.text == "large" ? Problem(.quotaExceeded, "Full.") : nil }
        let last = try await world.send(
            [try world.new(large, "large"), try world.new(small, "small")], to: try world.service(faults))
        #expect(last?.state == .partlyFailed && last?.filesDone == 1)
        #expect(try world.agreement(of: small) != nil)
        #expect(try world.problems() == ["local \(large.number)": .quotaExceeded])
    }

    /// Nobody has to know of it: the next look finds it. So with a file that another one has taken the place of, and with
    /// one that would have to be reached through a link.
    @Test(arguments: ["gone", "other", "link", "unknown"]) func whatIsNotThereAnyMoreFailsQuietly(
        _ how: String
    ) async throws {
        try world.folder.makeFolder("sub")
        let sub = try world.observe("sub")
        let file = try world.write([1], "a", in: sub, under: "sub")
        let (folder, place) = (world.folder.at("sub").description, world.folder.at("sub/a").description)
        switch how {
        case "gone": try FileManager.default.removeItem(atPath: place)
        case "other":
            try world.folder.write([1], "new")
            try #require(rename(world.folder.at("new").description, place) == 0)
        case "link":
            try #require(rename(folder, world.folder.at("aside").description) == 0)
            try FileManager.default.createSymbolicLink(
                atPath: folder, withDestinationPath: world.folder.at("aside").description)
        default:
            try await world.database.write { database in
                try database.execute(sql: "DELETE FROM sync_local WHERE number = ?", arguments: [file.number])
            }
        }
        let whole = try world.write([2], "b")
        let service = try world.service()
        let last = try await world.send([try world.new(file, "a"), try world.new(whole, "b")], to: service)
        #expect(last?.state == .partlyFailed && last?.filesFailed == 1)
        #expect(service.seen.committed.count == 1)
        #expect(try world.problems().isEmpty)
        #expect(try world.agreement(of: file) == nil && world.agreement(of: whole) != nil)
        #expect(try world.underWay().locals.isEmpty)
    }

    /// Never torn, and not waited for either.
    @Test func whatChangesWhileItIsReadFailsQuietly() async throws {
        var random = SeededGenerator(seed: 1)
        // Three windows, of which no more than two are read before the first of them is answered for.
        let bytes = random.bytes(20 << 20)
        let file = try world.write(bytes, "big")
        let place = world.folder.at("big").description
        var faults = ServiceDouble.Faults()
        faults.declaring = {
            let handle = FileHandle(forWritingAtPath: place)
            try? handle?.write(contentsOf: Data([7]))
            try? handle?.close()
        }
        let service = try world.service(faults)
        var upload = try world.new(file, "big")
        upload.size = Int64(bytes.count)
        #expect(try await world.send([upload], to: service)?.state == .failed)
        #expect(service.seen.committed.isEmpty && service.seen.created.count == 1)
        #expect(try world.problems().isEmpty && world.digest(of: file) == nil)
    }

    /// The answer to a commit was lost: it is asked for again, and rests on what was read then.
    @Test func aCommitWhoseAnswerWasLostIsAgreedOnAfterACrash() async throws {
        let file = try world.write([1, 2, 3], "a")
        let service = try world.service()
        try await world.database.write { database in
            try database.execute(
                sql: """
                    CREATE TRIGGER crash BEFORE UPDATE OF state ON transfer_items WHEN NEW.state = 'done'
                    BEGIN SELECT RAISE(ABORT, 'the end'); END
                    """)
        }
        let id = try world.add([try world.new(file, "a")])
        let transfer = try #require(try await world.store.transfer(id))
        await #expect(throws: Problem.self) { try await run(transfer, service) }
        #expect(try world.agreement(of: file) == nil)
        #expect(try world.underWay().locals == [file])
        try await world.database.write { try $0.execute(sql: "DROP TRIGGER crash") }
        // It goes on being the same file, but is another content by now.
        try world.folder.write([9, 9], "a")
        let read = try #require(try await world.store.readyItems(transfer.number, after: 0, limit: 1).first)
        try await run(try #require(try await world.store.transfer(id)), service)
        #expect(service.seen.committed.count == 1 && service.seen.created.count == 1)
        #expect(try world.agreement(of: file)?.content?.digest == SHA256Digest.of([1, 2, 3]))
        // As it was last looked at, it was just what was read.
        #expect(try world.digest(of: file) == SHA256Digest.of([1, 2, 3]))
        #expect(read.size == 3 && read.changed > 0)
    }

    private func run(_ transfer: StoredTransfer, _ service: ServiceDouble) async throws {
        guard case .upload(let target) = transfer.goal else { return }
        let tree = RemoteTree(
            children: { _, _, _ throws(Problem) in .gone }, nodes: { _, _ throws(Problem) in [] },
            refresh: { () throws(Problem) in }, news: MirrorNews())
        let run = UploadRun(
            transfer, target, store: world.store, service: try service.client(), tree: tree,
            seed: [UInt8](repeating: 7, count: 32), progress: RunProgress(transfer),
            settings: TransferSettings(patience: RetryPolicy(first: 5, longest: 20, attempts: nil)))
        try await run.run()
    }

    /// Another state than the one that was read is not taken for known.
    @Test func whatChangedBetweenReadingAndAgreeingIsNotKnown() async throws {
        let file = try world.write([1, 2, 3], "a")
        try world.folder.write([4, 5, 6, 7], "a")
        try await world.send([try world.new(file, "a")], to: try world.service())
        #expect(try world.agreement(of: file)?.content?.digest == SHA256Digest.of([4, 5, 6, 7]))
        #expect(try world.digest(of: file) == nil)
    }

    /// What a person should know is said; what merely says that the tree has changed is not.
    @Test func problemsOfFilesAreThoseOfTheFolder() async throws {
        var faults = ServiceDouble.Faults()
        faults.node = { item in
            switch item.path.last?.text {
            case "taken": Problem(.nameTaken, "Taken.")
            case "trashed": Problem(.trashed, "In the trash.")
            case "deep": Problem(.tooDeep, "Too deep.")
            default: nil
            }
        }
        var uploads: [SyncUpload] = []
        for name in ["taken", "trashed", "deep", "closed", "fine"] {
            uploads.append(try world.new(try world.write([1], name), name))
        }
        // Root may read everything.
        let isRoot = geteuid() == 0
        try #require(chmod(world.folder.at("closed").description, 0) == 0)
        let last = try await world.send(uploads, to: try world.service(faults))
        #expect(last?.state == .partlyFailed)
        var expected: [String: Problem.Code] = ["local \(uploads[2].local.number)": .tooDeep]
        if !isRoot { expected["local \(uploads[3].local.number)"] = .localFileUnreadable }
        #expect(try world.problems() == expected)
        if !isRoot {
            let unread = try #require(try world.problem("local \(uploads[3].local.number)")?.detail)
            #expect(unread.contains("chmod u+r") && unread.hasSuffix("It is tried again by itself."), "\(unread)")
        }
        #expect(try world.agreement(of: uploads[4].local) != nil)
    }

    /// What concerns all of them ends them all: the loop tries again.
    @Test func aQuotaThatIsUsedUpIsSaidOfEachFile() async throws {
        var faults = ServiceDouble.Faults()
        faults.create = { _ in Problem(.quotaExceeded, "Full.") }
        let files = [try world.write([1], "a"), try world.write([2], "b")]
        let last = try await world.send(
            [try world.new(files[0], "a"), try world.new(files[1], "b")], to: try world.service(faults))
        #expect(last?.state == .failed && last?.problem?.code == .quotaExceeded)
        #expect(try world.problems().values.map(\.self) == [.quotaExceeded, .quotaExceeded])
        #expect(try await world.store.all().isEmpty && world.underWay().locals.isEmpty)
        // Once it is sent, it is no problem any more.
        try await world.send([try world.new(files[0], "a")], to: try world.service())
        #expect(try world.problems().keys.map(\.self) == ["local \(files[1].number)"])
    }
}
