import Foundation
import PannierChunks
import PannierCore
import PannierHTTP
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

@Suite(.timeLimit(.minutes(5))) struct EstimatorTests {
    private let folder: Folder
    private let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)

    init() throws { folder = try Folder() }

    private func run(
        _ sources: [LocalPath], _ service: ServiceDouble, isBusy: Bool = false
    ) async throws -> [Estimate] {
        let estimator = try Estimator(service: try service.client(), account: account) { isBusy }
        let told = Box<[Estimate]>([])
        await estimator.run(sources, number: 7) { estimate in told.change { $0.append(estimate) } }
        let estimates = told.now
        #expect(estimates.allSatisfy { $0.number == 7 && $0.there <= $0.examined && $0.examined <= $0.bytes })
        #expect(estimates.dropLast().allSatisfy { !$0.isOver } && estimates.last?.isOver == true)
        #expect(service.seen.created.isEmpty && service.seen.objects.isEmpty)
        return estimates
    }

    /// The same chunks as an upload of the same files would declare.
    private func chunks(_ path: LocalPath, size: Int) async -> [ChunkReference] {
        let reader = UploadReader(seed: [UInt8](repeating: 7, count: 32))
        await reader.add([
            OpenedFile(
                key: 1, row: 1, place: LocalPlace(path, below: []), upload: .random(), size: Int64(size),
                chunkClass: .standard, attempts: 0)
        ])
        var chunks: [ChunkReference] = []
        while true {
            let window = await reader.read()
            chunks += window.pieces.map(\.reference)
            if !window.ends.isEmpty { return chunks }
        }
    }

    @Test(arguments: [true, false]) func whatIsThereIsFoundChunkByChunk(_ isBusy: Bool) async throws {
        var random = SeededGenerator(seed: 3)
        let path = try folder.write(random.bytes(21 << 20), "big")
        let all = await chunks(path, size: 21 << 20)
        #expect(all.count > 8)
        let known = Set(all.prefix(5).map(\.fingerprint))
        var faults = ServiceDouble.Faults()
        faults.isThere = { known.contains($0) }
        let service = try ServiceDouble(faults)
        let last = try await run([path], service, isBusy: isBusy).last
        #expect(last?.files == 1 && last?.bytes == 21 << 20 && last?.examined == 21 << 20)
        #expect(last?.there == all.prefix(5).reduce(0) { $0 + Int64($1.length) })
        #expect(last?.problem == nil)
        #expect(Set(service.seen.missingAsked.joined()) == Set(all.map(\.fingerprint)))
    }

    /// The same rules as for an upload: what is no file is left out, and equal pieces are sent once.
    @Test func foldersWithTwinsAndLinks() async throws {
        var random = SeededGenerator(seed: 4)
        let bytes = random.bytes(100_000)
        try folder.makeFolder("sub")
        for name in ["a", "sub/b", "sub/c"] { try folder.write(bytes, name) }
        try folder.write([], "empty")
        try FileManager.default.createSymbolicLink(
            atPath: folder.at("link").description, withDestinationPath: folder.at("a").description)
        let other = try Folder()
        let single = try other.write(bytes, "single")
        let service = try ServiceDouble()
        let last = try await run([folder.path, single], service).last
        #expect(last?.files == 5 && last?.bytes == 400_000 && last?.examined == 400_000)
        #expect(last?.there == 300_000)
    }

    @Test func tenThousandSmallFilesTakeFewQuestions() async throws {
        for number in 0..<5_000 { try folder.write(Array("\(number)".utf8), "f\(number)") }
        let service = try ServiceDouble()
        let estimates = try await run([folder.path], service)
        #expect(estimates.last?.files == 5_000 && estimates.last?.there == 0)
        #expect(service.seen.missingAsked.joined().count == 5_000)
        #expect(service.seen.missingAsked.allSatisfy { $0.count <= Limits.manifestPage })
    }

    @Test func whatCannotBeReadOrAskedIsSaid() async throws {
        let service = try ServiceDouble()
        let gone = try await run([folder.at("gone")], service).last
        #expect(gone?.files == 0 && gone?.problem?.code == .localFileUnreadable)
        try folder.write([1, 2, 3], "file")
        let client = ServiceClient(server: try ServerAddress(parsing: SilentPort.base), token: "t", http: .init())
        let estimator = try Estimator(service: client, account: account) { false }
        let told = Box<Estimate?>(nil)
        await estimator.run([folder.path], number: 1) { estimate in told.change { $0 = estimate } }
        let last = try #require(told.now)
        #expect(last.isOver && last.problem?.code == .serverUnreachable)
        #expect(last.bytes == 3 && last.examined == 0)
    }

    /// Nothing is told once nobody wants to know.
    @Test func aCancelledOneFallsSilent() async throws {
        for number in 0..<2_000 { try folder.write(Array("\(number)".utf8), "f\(number)") }
        let service = try ServiceDouble()
        let estimator = try Estimator(service: try service.client(), account: account) { true }
        let told = Box(0)
        let sources = [folder.path]
        let task = Task { await estimator.run(sources, number: 1) { _ in told.change { $0 += 1 } } }
        while told.now == 0 { try await Task.sleep(for: .milliseconds(2)) }
        task.cancel()
        await task.value
        #expect(service.seen.missingAsked.joined().count < 2_000)
        let count = told.now
        #expect(count < 20)
    }

    @Test func onlySoManyChunksAreRemembered() {
        var seen = SeenChunks(limit: 2)
        let chunks = (0..<3).map { ChunkReference(fingerprint: SHA256Digest.of([UInt8($0)]), length: 10) }
        let missing = Set(chunks.map(\.fingerprint))
        let first = seen.there(chunks, missing: missing)
        let again = seen.there(chunks, missing: missing)
        let known = seen.there(chunks, missing: [])
        #expect(first == 0 && again == 20 && known == 30)
    }
}
