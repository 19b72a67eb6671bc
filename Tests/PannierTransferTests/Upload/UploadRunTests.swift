import Foundation
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// Whole uploads from a real folder to a service in memory that breaks.
@Suite(.timeLimit(.minutes(2))) struct UploadRunTests {
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
        #expect(counts.filesFailed == 1_201)
        #expect(counts.filesDone == 1)
        #expect(service.seen.committed.count == 1)
        #expect(try await queue.store.end(queue.transfer.number) == .partlyFailed)
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
