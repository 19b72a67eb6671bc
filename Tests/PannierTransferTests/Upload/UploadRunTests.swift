import Foundation
import PannierChunks
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// Whole uploads from a real folder to a service in memory that breaks.
@Suite(.timeLimit(.minutes(5))) struct UploadRunTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// Runs an upload of the folder to its end.
    private func run(
        _ faults: ServiceDouble.Faults, known: @escaping @Sendable () -> Node? = { nil }
    ) async throws -> (service: ServiceDouble, queue: Queue) {
        let queue = try await Queue(try Queue.upload(), local: folder.path)
        let service = try ServiceDouble(faults)
        try await run(queue, service, known)
        return (service, queue)
    }

    private func run(_ queue: Queue, _ service: ServiceDouble, _ known: @escaping @Sendable () -> Node?) async throws {
        let transfer = try await queue.stored()
        guard case .upload(let target) = transfer.goal else { return }
        let tree = RemoteTree(
            children: { _, _, _ throws(Problem) in .gone },
            nodes: { _, paths throws(Problem) in paths.map { _ in known() } }, refresh: { () throws(Problem) in },
            news: MirrorNews())
        let settings = TransferSettings(
            patience: RetryPolicy(first: 5, longest: 20, attempts: nil), settleMilliseconds: 1, lossMilliseconds: 5)
        let upload = UploadRun(
            transfer, target, store: queue.store, service: try service.client(), tree: tree,
            seed: [UInt8](repeating: 7, count: 32), progress: RunProgress(transfer), settings: settings)
        try await upload.run()
    }

    /// As when a file of its name is there: everything below is failed, once, and that is the end.
    @Test func aFolderThatCannotBeMadeEndsTheUpload() async throws {
        try folder.makeFolder("sub")
        for number in 0..<1_200 { try folder.write([1], "sub/\(number)") }
        try folder.write([1], "beside")
        var faults = ServiceDouble.Faults()
        faults.node = { item in
            item.file == nil && item.path.count == 2 ? Problem(.notFolder, "There is a file.") : nil
        }
        let (service, queue) = try await run(faults)
        let counts = try await queue.counts()
        #expect(counts.filesFailed == 1_200 && counts.foldersFailed == 1)
        #expect(counts.filesDone == 1)
        #expect(service.seen.committed.count == 1)
        #expect(try await queue.store.end(queue.transfer.number) == .partlyFailed)
    }

    /// A gateway that cannot reach the store says nothing against a pack, and does not use its tries up.
    @Test(arguments: [502, 503, 504]) func aStoreThatCannotBeReachedIsWaitedFor(_ status: Int) async throws {
        try folder.write([1, 2, 3], "file")
        let tries = Box(0)
        var faults = ServiceDouble.Faults()
        faults.put = { _ in
            tries.change { $0 += 1 }
            // Refused four times at last: five would be too many.
            return switch tries.now {
            case ...8: status
            case ...12: 500
            default: nil
            }
        }
        let (service, queue) = try await run(faults)
        #expect(service.seen.committed.count == 1)
        #expect(try await queue.counts().filesFailed == 0)
        #expect(tries.now == 13)
    }

    /// A pack whose answer was lost was sent by this transfer all the same; one that never came was not.
    @Test(arguments: [true, false]) func whatArrivedBeforeAPauseIsCounted(_ hasArrived: Bool) async throws {
        try folder.write([1, 2, 3], "file")
        let queue = try await Queue(try Queue.upload(), local: folder.path)
        let chunk = PackedChunk(
            fingerprint: SHA256Digest.of([9]), length: 700, offset: 0, sealedLength: 730, codec: .none)
        let pack = PackID.random()
        try await queue.store.packsBegin(
            queue.transfer.number, [UnsettledPack(pack: pack, chunks: [chunk, chunk])])
        let objects: [String: [UInt8]] = hasArrived ? ["\(pack)": [1]] : [:]
        try await run(queue, try ServiceDouble(objects: objects)) { nil }
        // And the pack of this run.
        #expect(try await queue.stored().acknowledged == (hasArrived ? 1_403 : 3))
    }

    @Test func aStoreThatAlwaysRefusesIsBelieved() async throws {
        try folder.write([1, 2, 3], "file")
        let tries = Box(0)
        var faults = ServiceDouble.Faults()
        faults.put = { _ in
            tries.change { $0 += 1 }
            return 500
        }
        let (_, queue) = try await run(faults)
        #expect(try await queue.counts().filesFailed == 1)
        #expect(tries.now == 5)
    }

    /// Files that were named one by one cost what a folder of them costs; each keeps its name, wherever it lies.
    @Test func whatIsNamedTogetherGoesUpTogether() async throws {
        let other = try Folder()
        for number in 0..<600 { try folder.write([UInt8(number & 255), UInt8(number >> 8)], "f\(number)") }
        try other.makeFolder("sub")
        try other.write([1, 2, 3], "sub/deep")
        let sources = (0..<600).map { folder.at("f\($0)") } + [other.at("sub"), other.at("gone")]
        let queue = try await Queue(uploading: sources)
        #expect(queue.transfer.sources == 602 && queue.transfer.name == "f0")
        let service = try ServiceDouble()
        try await run(queue, service) { nil }
        var counts = try await queue.counts()
        #expect(counts.filesTotal == 602 && counts.filesDone == 601 && counts.filesFailed == 1)
        let paths = Set(service.seen.created.map { $0.path.map(\.text).joined(separator: "/") })
        #expect(paths == Set((0..<600).map { "f\($0)" } + ["sub", "sub/deep"]))
        #expect(service.seen.objects.count == 1)
        #expect(service.seen.requests <= 12)
        let failures = try await queue.store.failures(of: queue.transfer, after: 0, limit: 9)
        #expect(failures.map(\.path) == [other.at("gone").description])
        #expect(try await queue.store.end(queue.transfer.number) == .partlyFailed)
        // Trying again looks for each where it lies.
        try other.write([4], "gone")
        #expect(try await queue.store.retry(try await queue.stored()))
        try await run(queue, service) { nil }
        counts = try await queue.counts()
        #expect(counts.filesTotal == 602 && counts.filesDone == 602 && counts.filesFailed == 0)
        #expect(service.seen.created.last?.path.map(\.text) == ["gone"])
    }

    /// Interrupted while they are found, they are found again and sent once.
    @Test func whatIsNamedTogetherGoesOnWhereItWas() async throws {
        for number in 0..<700 { try folder.write([UInt8(number & 255)], "f\(number)") }
        let queue = try await Queue(uploading: (0..<700).map { folder.at("f\($0)") })
        guard case .upload(let target) = queue.transfer.goal else { return }
        let tree = RemoteTree(
            children: { _, _, _ throws(Problem) in .gone },
            nodes: { _, paths throws(Problem) in paths.map { _ in nil } }, refresh: { () throws(Problem) in },
            news: MirrorNews())
        let scan = UploadScan(queue.transfer, target, queue.store, tree)
        #expect(try await scan.next().pending == 500)
        let service = try ServiceDouble()
        try await run(queue, service) { nil }
        #expect(try await queue.counts().filesDone == 700)
        #expect(service.seen.created.count == 700)
        #expect(try await queue.stored().isScanned)
    }

    /// Each replaces what its own place held when it was asked for.
    @Test func everySourceHasItsOwnBase() async throws {
        for name in ["a", "b"] { try folder.write([1], name) }
        let queue = try await Queue(uploading: [folder.at("x")])
        guard case .upload(let target) = queue.transfer.goal else { return }
        let sources = [
            UploadSource(prefix: Array("a".utf8), local: folder.at("a"), baseRevision: 3),
            UploadSource(prefix: Array("b".utf8), local: folder.at("b"), baseRevision: nil),
        ]
        let transfer = try await queue.store.add(sources, target)
        var later = try Queue.node("later", content: nil)
        later.revision = 9
        let node = later
        let tree = RemoteTree(
            children: { _, _, _ throws(Problem) in .gone },
            nodes: { _, paths throws(Problem) in paths.map { _ in node } }, refresh: { () throws(Problem) in },
            news: MirrorNews())
        _ = try await UploadScan(transfer, target, queue.store, tree).next()
        let items = try await queue.store.uploadItems(transfer.number, after: 0, limit: 9)
        #expect(items.map(\.baseRevision) == [3, nil])
    }

    @Test func whatIsReplacedIsWhatWasSeenWhenItWasAskedFor() async throws {
        try folder.write([1, 2, 3], "file")
        let queue = try await Queue(try Queue.upload(), local: folder.path)
        var old = try Queue.node("file", content: nil)
        old.revision = 5
        let seen = old
        // Found, and then interrupted before it is sent.
        var faults = ServiceDouble.Faults()
        faults.create = { _ in Problem(.tokenInvalid, "Signed out.") }
        let refusing = try ServiceDouble(faults)
        await #expect(throws: Problem.self) { try await run(queue, refusing) { seen } }
        // Meanwhile somebody else commits.
        old.revision = 9
        let newer = old
        let service = try ServiceDouble()
        try await run(queue, service) { newer }
        #expect(service.seen.created.compactMap(\.file?.baseRevision) == [5])
    }

    /// One row that the service cannot bear fails alone.
    @Test func anItemThatBreaksTheServiceFailsAlone() async throws {
        for number in 0..<40 { try folder.write([1], "f\(number)") }
        var faults = ServiceDouble.Faults()
        faults.create = { request in
            let isBad = request.items.contains { $0.path.last?.text == "f17" }
            return isBad ? Problem(.internalError, "Broken.") : nil
        }
        let (service, queue) = try await run(faults)
        let failures = try await queue.store.failures(of: queue.transfer, after: 0, limit: 99)
        #expect(failures.map(\.path) == [folder.at("f17").description])
        #expect(failures.map(\.problem.code) == [.internalError])
        #expect(service.seen.committed.count == 39)
    }

    /// A service that bears nothing is ill itself: no file is blamed, and the transfer can go on later.
    @Test func aServiceThatAlwaysBreaksFailsTheTransferAndNoFile() async throws {
        for number in 0..<40 { try folder.write([1], "f\(number)") }
        let queue = try await Queue(try Queue.upload(), local: folder.path)
        var faults = ServiceDouble.Faults()
        faults.create = { _ in Problem(.internalError, "Broken.") }
        let service = try ServiceDouble(faults)
        await #expect(throws: Problem(.internalError, "Broken.")) { try await run(queue, service) { nil } }
        #expect(try await queue.counts().filesFailed == 0)
        #expect(service.seen.requests < 100)
    }

    /// A store that is busy with the object (409) and a service that does not see it yet are waited for.
    @Test func aPackThatIsSlowToArriveIsWaitedFor() async throws {
        try folder.write([1, 2, 3], "file")
        var faults = ServiceDouble.Faults()
        faults.describe = { number in number < 5 ? Problem(.packMissing, "Not yet.") : nil }
        let (service, queue) = try await run(faults)
        #expect(try await queue.counts().filesDone == 1)
        #expect(service.seen.described == 5)
    }

    /// A name that stays lost: the last try is under another one.
    @Test func aPackThatNeverArrivesIsSentUnderAnotherName() async throws {
        try folder.write([1, 2, 3], "file")
        let first = FirstName()
        var faults = ServiceDouble.Faults()
        faults.put = { first.isFirst($0) ? 409 : nil }
        let (service, queue) = try await run(faults)
        #expect(try await queue.counts().filesDone == 1)
        #expect(service.seen.objects.count == 1)
    }
}

/// Remembers the first name it is asked about.
private final class FirstName: Sendable {
    private let name = Box<String?>(nil)

    func isFirst(_ other: String) -> Bool {
        name.change { name in
            name = name ?? other
            return name == other
        }
    }
}
