import Foundation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// Copies between two people's trees, as the mirror and the disk have them.
@Suite struct CopyStoreTests {
    private let store: TransferStore
    private let target: UploadTarget
    private let place = LocalPath("/state/copies/1")

    init() throws {
        let database = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(database)
        store = TransferStore(database)
        target = UploadTarget(
            namespace: .random(), folder: .random(), name: nil, remote: try RemotePath(parsing: "/to"))
    }

    private func top(_ name: String, as new: String) throws -> DownloadTop {
        DownloadTop(
            prefix: Array(new.utf8), node: try Queue.node(name, content: nil),
            remote: try RemotePath(parsing: "shared:/\(name)"))
    }

    private func content(_ size: Int64) -> Node.Content {
        Node.Content(
            version: .random(), size: size, sha256: SHA256Digest.of([]), modified: 7, isExecutable: true, mimeType: "")
    }

    private func stored(_ id: TransferID) async throws -> StoredTransfer { try #require(try await store.transfer(id)) }

    /// Fetches a folder with one file.
    private func fetch(_ copy: StoredTransfer, _ folder: [UInt8], _ file: [UInt8]) async throws {
        let items = [
            ListedItem(path: folder, node: .random(), revision: 1, content: nil),
            ListedItem(path: file, node: .random(), revision: 9, content: content(5)),
        ]
        _ = try await store.addListed(copy.number, items)
        for folder in try await store.unlistedFolders(copy.number, limit: 9) { try await store.listed(row: folder.row) }
        try await store.finishScan(copy.number)
        let found = try await store.downloadItems(copy.number, limit: 9)
        _ = try await store.downloaded(
            copy.number, folders: found.filter(\.isFolder).map(\.row), files: found.filter { !$0.isFolder }, reused: 2)
    }

    @Test func aDownloadBecomesAnUploadOfTheSameItems() async throws {
        let id = TransferID.random()
        let copy = try await store.addCopy(id, [try top("plans", as: "mine")], to: target, through: place)
        #expect(copy.direction == .download && copy.isFetchedToCopy && copy.name == "plans")
        #expect(copy.local == place.appending(Array("mine".utf8)))
        #expect(TransferState(copy).ends == ("shared:/plans", "/to/mine"))
        try await fetch(copy, [], Array("a b".utf8))
        #expect(try await store.copiesUnderWay() == [id])
        try await store.turn(copy.number)
        try await store.turn(copy.number)

        let turned = try await stored(id)
        #expect(
            turned.goal == .upload(try #require(copy.copy?.target)) && turned.id == id && turned.place == copy.place)
        #expect(turned.state == .waiting && turned.isScanned && turned.copy?.isPlaced == false)
        #expect(TransferState(turned).ends == ("shared:/plans", "/to/mine"))
        #expect(turned.counts.filesTotal == 1 && turned.counts.bytesTotal == 5)
        #expect(turned.counts.filesDone == 0 && turned.counts.bytesDone == 0 && turned.counts.bytesReused == 0)
        let items = try await store.uploadItems(turned.number, after: 0, limit: 9)
        #expect(items.map(\.path) == [[], Array("a b".utf8)])
        #expect(items.last?.isExecutable == true && items.last?.modified == 7 && items.last?.baseRevision == nil)
        #expect(items.last?.slot == nil)
        try await store.placed(turned.number)
        #expect(try await stored(id).copy?.isPlaced == true)
        #expect(turned.copiedText(of: Array("a b".utf8)) == "/to/mine/a b")
        #expect(copy.copiedText(of: Array("a b".utf8)) == "shared:/plans/a b")
    }

    @Test func severalGoEachToItsOwnPlace() async throws {
        let tops = [try top("plans", as: "plans"), try top("film", as: "film")]
        let copy = try await store.addCopy(.random(), tops, to: target, through: place)
        #expect(copy.local == place && TransferState(copy).title == "plans and 1 more")
        try await fetch(copy, Array("plans".utf8), Array("plans/x".utf8))
        try await store.turn(copy.number)
        let turned = try await stored(copy.id)
        #expect(turned.local == place.appending(Array("plans".utf8)))
        let sources = try await store.uploadSources(turned, from: 0, limit: 9)
        #expect(sources.map(\.local.description) == ["/state/copies/1/plans", "/state/copies/1/film"])
    }

    /// Whatever a person decides while the last file comes down holds.
    @Test func oneThatWasCancelledStaysADownload() async throws {
        let copy = try await store.addCopy(.random(), [try top("a", as: "a")], to: target, through: place)
        #expect(try await store.setState(copy.number, from: .waiting, to: .paused))
        try await store.turn(copy.number)
        #expect(try await stored(copy.id).state == .paused)
        #expect(try await stored(copy.id).direction == .upload)
        let other = try await store.addCopy(.random(), [try top("b", as: "b")], to: target, through: place)
        #expect(try await store.setState(other.number, from: .waiting, to: .cancelled))
        try await store.turn(other.number)
        #expect(try await stored(other.id).direction == .download)
        #expect(try await store.copiesUnderWay() == [copy.id])
    }

    @Test func addedAgainItIsTheSame() async throws {
        let id = TransferID.random()
        let first = try await store.addCopy(id, [try top("a", as: "a")], to: target, through: place)
        let second = try await store.addCopy(id, [try top("a", as: "a")], to: target, through: place)
        #expect(first.number == second.number)
        #expect(try await store.all().count == 1)
    }

    @Test func whatCouldNotBeFetchedBeginsAnew() async throws {
        let copy = try await store.addCopy(.random(), [try top("plans", as: "plans")], to: target, through: place)
        try await fetch(copy, [], Array("x".utf8))
        try await store.fail(copy.number, Problem(.notFound, "Gone."))
        #expect(try await store.retry(try await stored(copy.id)))
        let anew = try await stored(copy.id)
        #expect(anew.state == .waiting && !anew.isScanned && anew.problem == nil)
        #expect(anew.counts == TransferCounts())
        let again = try await store.itemsAgain(copy.number, limit: 9)
        #expect(again.map(\.path) == [[]] && again.first?.isListed == false)
    }
}

/// The folders of copies on this disk.
@Suite struct CopyStagingTests {
    private let folder: Folder
    private let staging: CopyStaging

    init() throws {
        folder = try Folder()
        staging = CopyStaging(folder.at("copies"))
    }

    @Test func onlyThisUserLooksIntoThem() throws {
        let copy = TransferID.random()
        try staging.make(for: copy)
        try staging.make(for: copy)
        for path in [folder.at("copies"), staging.folder(of: copy)] {
            let mode = try FileManager.default.attributesOfItem(atPath: path.description)[.posixPermissions] as? Int
            #expect(mode == 0o700)
        }
    }

    /// Deeper than a path can be long, with names of many folders, and through no link.
    @Test func allOfOneGoesAndNothingElse() throws {
        let (one, other) = (TransferID.random(), TransferID.random())
        for copy in [one, other] { try staging.make(for: copy) }
        try folder.write([1], "outside")
        let name = String(repeating: "n", count: 250)
        let inside = "copies/\(one)"
        try folder.makeFolder(inside + "/" + Array(repeating: name, count: 12).joined(separator: "/"))
        for number in 0..<1_200 { try folder.write([], "\(inside)/\(number)") }
        try FileManager.default.createSymbolicLink(
            atPath: folder.at(inside + "/link").description, withDestinationPath: folder.path.description)
        try staging.remove(one)
        try staging.remove(one)
        #expect(folder.names() == ["copies", "copies/\(other)", "outside"])
    }

    @Test func whatBelongsToNoneIsSwept() throws {
        try staging.sweep(keeping: [])
        let (one, other) = (TransferID.random(), TransferID.random())
        for copy in [one, other] { try staging.make(for: copy) }
        try folder.makeFolder("copies/something else/of it")
        try folder.write([1], "copies/file")
        try staging.sweep(keeping: [one])
        #expect(folder.names() == ["copies", "copies/\(one)"])
    }
}
