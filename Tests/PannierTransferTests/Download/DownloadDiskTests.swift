import Foundation
import Glibc
import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

/// The disk's side of a download, on a real disk.
@Suite struct DownloadDiskTests {
    private let folder: Folder
    private let root: DownloadRoot
    private let parts = OpenParts()

    init() throws {
        folder = try Folder()
        root = try DownloadRoot(folder.at("top"), transfer: .random())
    }

    private func item(
        _ row: Int64, _ path: String, _ content: [UInt8] = [], isFolder: Bool = false, hasPart: Bool = false,
        modified: Nanoseconds = 1_234_567_890_123_456_789, isExecutable: Bool = false
    ) -> DownloadItem {
        DownloadItem(
            row: row, path: Array(path.utf8), isFolder: isFolder, node: .random(), version: .random(),
            size: Int64(content.count), sha256: isFolder ? nil : SHA256Digest.of(content), modified: modified,
            isExecutable: isExecutable, hasPart: hasPart)
    }

    private func file(_ item: DownloadItem) -> DownloadFile {
        DownloadFile(key: FileKey(item.row), item: item, hasPart: item.hasPart)
    }

    /// Seals chunks into one pack's worth of bytes, as they would come in one range.
    private func range(
        _ chunks: [(bytes: [UInt8], target: ChunkTarget)]
    ) throws -> (range: FetchRange, bytes: [UInt8]) {
        var writer = PackWriter(capacity: 1 << 20)
        let choice = CompressionChoice(codec: .zstd, level: 3, reason: "")
        for chunk in chunks {
            try chunk.bytes.withUnsafeBytes {
                try writer.append($0, fingerprint: SHA256Digest.of(chunk.bytes), choice: choice)
            }
        }
        let pack = try writer.finish()
        let wanted = zip(pack.chunks, chunks).map { place, chunk in
            WantedChunk(place: place, key: pack.key.chunkKey(for: place.fingerprint), targets: [chunk.target])
        }
        let end = pack.chunks.map { $0.offset + $0.sealedLength }.max() ?? 0
        return (FetchRange(pack: .random(), range: 0..<end, chunks: wanted), Array(pack.bytes[..<end]))
    }

    private func writeAll(_ files: [(DownloadFile, [UInt8])]) async throws {
        let writer = ChunkWriter(root, parts)
        let (range, bytes) = try range(
            files.filter { !$0.1.isEmpty }.map { ($0.1, ChunkTarget(file: $0.0.key, index: 0, offset: 0)) })
        let known = Dictionary(uniqueKeysWithValues: files.map { ($0.0.key, $0.0) })
        let outcome = try await writer.write(range, bytes, known)
        #expect(outcome.damaged.isEmpty && outcome.problems.isEmpty)
    }

    @Test func filesGetTheirNamesTimesAndBits() async throws {
        let disk = DownloadDisk(root)
        let script = item(3, "sub/run.sh", Array("#!/bin/sh".utf8), modified: -1_500_000_000, isExecutable: true)
        let items = [item(1, "", isFolder: true), item(2, "sub", isFolder: true), script, item(4, "empty")]
        let findings = try await disk.prepare(items)
        #expect(findings == [.folder, .folder, .free(hasPart: false), .free(hasPart: false)])
        let files = [file(items[2]), file(items[3])]
        try await writeAll([(files[0], Array("#!/bin/sh".utf8)), (files[1], [])])
        #expect(!folder.names().contains("top/sub/run.sh"))
        let problems = await DownloadFinisher(root).finish(files)
        #expect(problems.values.allSatisfy { $0 == nil } && problems.count == 2)
        #expect(folder.names() == ["top", "top/sub", "top/sub/run.sh", "top/empty"])
        #expect(folder.read("top/sub/run.sh") == Array("#!/bin/sh".utf8))
        var status = stat()
        lstat(folder.at("top/sub/run.sh").description, &status)
        #expect(status.modified == -1_500_000_000)
        #expect(status.isExecutable)
        lstat(folder.at("top/empty").description, &status)
        #expect(status.modified == 1_234_567_890_123_456_789)
        #expect(!status.isExecutable)
    }

    @Test func manyAtOnceAreFinishedTogether() async throws {
        let items = (1...40).map { item(Int64($0), "f\($0)", [UInt8($0)]) }
        _ = try await DownloadDisk(root).prepare([item(99, "", isFolder: true)])
        try await writeAll(items.map { (file($0), [UInt8($0.row)]) })
        let problems = await DownloadFinisher(root).finish(items.map(file))
        #expect(problems.values.allSatisfy { $0 == nil })
        for number in 1...40 { #expect(folder.read("top/f\(number)") == [UInt8(number)]) }
        #expect(!folder.names().contains { $0.hasSuffix(".part") })
    }

    /// The folder that holds the top item is another one than the top, and each is told to the disk; also when the folder
    /// was made by a run that was killed before that.
    @Test(arguments: [false, true]) func everyNewNameIsMadeDurable(_ isThere: Bool) async throws {
        if isThere { try folder.makeFolder("top/sub") }
        let synced = Box<Set<FileIdentity>>([])
        let durability = Durability(file: { file throws(LocalError) in
            let identity = try file.identity()
            synced.change { _ = $0.insert(identity) }
        })
        let items = [item(1, "", isFolder: true), item(2, "sub", isFolder: true), item(3, "sub/x", isFolder: true)]
        _ = try await DownloadDisk(root, durability: durability).prepare(items)
        for name in ["", "top", "top/sub"] {
            let identity = try Descriptor.open(folder.at(name), O_RDONLY | O_DIRECTORY).identity()
            #expect(synced.now.contains(identity), "“\(name)” was not synced")
        }
    }

    /// The kernel takes the pages of a part for good after it failed to write them: nobody may find it any more.
    @Test(arguments: [1, 40]) func whatCouldNotBeMadeDurableIsRemovedAtOnce(_ count: Int) async throws {
        let items = (1...count).map { item(Int64($0), "f\($0)", [UInt8($0)]) }
        _ = try await DownloadDisk(root).prepare([item(99, "", isFolder: true)])
        try await writeAll(items.map { (file($0), [UInt8($0.row)]) })
        let broken = Durability(
            file: { _ throws(LocalError) in throw LocalError(EIO) },
            disk: { _ throws(LocalError) in throw LocalError(EIO) })
        let problems = await DownloadFinisher(root, durability: broken).finish(items.map(file))
        #expect(problems.values.allSatisfy { $0?.code == .localWriteFailed } && problems.count == count)
        #expect(folder.names() == ["top"])
    }

    @Test func manyFilesAreSyncedWithTheirFileSystem() async throws {
        let items = (1...40).map { item(Int64($0), "f\($0)", [UInt8($0)]) }
        _ = try await DownloadDisk(root).prepare([item(99, "", isFolder: true)])
        try await writeAll(items.map { (file($0), [UInt8($0.row)]) })
        let disks = Box<[UInt64]>([])
        let watched = Durability(disk: { file throws(LocalError) in
            let device = try file.identity().device
            disks.change { $0.append(device) }
        })
        _ = await DownloadFinisher(root, durability: watched).finish(items.map(file))
        #expect(disks.now == [try root.folder.identity().device])
    }

    @Test func onePartThatStaysHoldsUpNoOther() async throws {
        _ = try root.openPart([], row: 7, isExecutable: false)
        // A file where the folder of the first part should be.
        try folder.write([1], "top")
        let parts: [(row: Int64, path: [UInt8])] = [(1, Array("file/x".utf8)), (7, [])]
        await #expect(throws: Problem.self) { try await DownloadDisk(root).remove(parts) }
        #expect(!folder.names().contains { $0.hasSuffix("-7.part") })
    }

    @Test func whatIsThereIsNeverReplaced() async throws {
        let disk = DownloadDisk(root)
        try folder.makeFolder("top/folder")
        try folder.write([1, 2, 3], "top/same")
        try folder.write([1, 2, 4], "top/other")
        try folder.write([1], "top/file")
        symlink("same", folder.at("top/link").description)
        let findings = try await disk.prepare([
            item(1, "", isFolder: true), item(2, "same", [1, 2, 3]), item(3, "other", [1, 2, 3]),
            item(4, "folder", [1, 2, 3]), item(5, "link", [1, 2, 3]), item(6, "file", isFolder: true),
            item(7, "folder", isFolder: true),
        ])
        #expect(findings[0] == .folder)
        #expect(findings[1] == .same)
        for finding in findings[2...5] {
            guard case .refused(let problem) = finding else {
                Issue.record("would be replaced")
                continue
            }
            #expect(problem.code == .localExists)
        }
        #expect(findings[6] == .folder)
        #expect(folder.read("top/other") == [1, 2, 4])
    }

    /// Somebody makes a file of that name after the place was looked at.
    @Test func whatAppearsMeanwhileIsNotReplacedEither() async throws {
        let wanted = item(1, "", [9, 9])
        #expect(try await DownloadDisk(root).prepare([wanted]) == [.free(hasPart: false)])
        try await writeAll([(file(wanted), [9, 9])])
        try folder.write([1], "top")
        let problems = await DownloadFinisher(root).finish([file(wanted)])
        #expect(problems[1]??.code == .localExists)
        #expect(folder.read("top") == [1])
    }

    @Test func linksLeadNowhere() async throws {
        let outside = try Folder()
        try folder.makeFolder("top")
        symlink(outside.path.description, folder.at("top/out").description)
        let findings = try await DownloadDisk(root).prepare([
            item(1, "out/x", [1]), item(2, "out", isFolder: true), item(3, "out/sub", isFolder: true),
        ])
        #expect(findings.allSatisfy { if case .refused = $0 { true } else { false } })
        let part = file(item(4, "out/y", [1]))
        let writer = ChunkWriter(root, parts)
        let (range, bytes) = try range([([1], ChunkTarget(file: 4, index: 0, offset: 0))])
        let outcome = try await writer.write(range, bytes, [4: part])
        #expect(outcome.problems[4]?.code == .localWriteFailed)
        #expect(outside.names().isEmpty)
    }

    @Test func alteredChunksAreFoundOutAndNotWritten() async throws {
        let good = file(item(1, "a", [1, 2, 3]))
        let bad = file(item(2, "b", [4, 5, 6]))
        _ = try await DownloadDisk(root).prepare([item(9, "", isFolder: true)])
        var (range, bytes) = try range([
            ([1, 2, 3], ChunkTarget(file: 1, index: 0, offset: 0)),
            ([4, 5, 6], ChunkTarget(file: 2, index: 0, offset: 0)),
        ])
        bytes[bytes.count - 1] ^= 1
        let outcome = try await ChunkWriter(root, parts).write(range, bytes, [1: good, 2: bad])
        #expect(outcome.damaged.flatMap(\.targets).map(\.file) == [2])
        #expect(outcome.problems.isEmpty)
        #expect(folder.names().count { $0.hasSuffix(".part") } == 1)
        range.chunks = []
        try await DownloadDisk(root).remove([(1, Array("a".utf8)), (2, Array("b".utf8))])
        #expect(folder.names() == ["top"])
    }

    @Test func whatAnEarlierRunLeftIsFoundChunkByChunk() async throws {
        let chunks = (0..<5).map { [UInt8](repeating: UInt8($0), count: 1_000) }
        let content = chunks.flatMap { $0 }
        let wanted = item(1, "", content, hasPart: true)
        let part = try root.openPart([], row: 1, isExecutable: false)
        // The second is wrong, the third was never written, the fifth is cut short.
        try (chunks[0] + [UInt8](repeating: 9, count: 1_000)).withUnsafeBytes { try part.write($0, at: 0) }
        try (chunks[3] + chunks[4].dropLast()).withUnsafeBytes { try part.write($0, at: 3_000) }
        let page = GetContent.Page(
            content: .init(
                version: .random(), size: 5_000, sha256: SHA256Digest.of(content), modified: 0, isExecutable: false,
                mimeType: ""), chunkCount: 5, first: 0,
            chunks: chunks.map { chunk in
                let place = PackedChunk(
                    fingerprint: SHA256Digest.of(chunk), length: 1_000, offset: 0, sealedLength: 1_028, codec: .none)
                return GetContent.Chunk(pack: .random(), place: place, key: "")
            })
        let digester = PartDigester(root)
        #expect(await digester.present(page, offset: 0, in: file(wanted)) == [0, 3])
    }

    @Test func theWholeIsDigestedAsItGrows() async throws {
        var random = SeededGenerator(seed: 5)
        let content = random.bytes(3 << 20)
        let wanted = file(item(1, "", content))
        let part = try root.openPart([], row: 1, isExecutable: false)
        try content.withUnsafeBytes { try part.write($0, at: 0) }
        let digester = PartDigester(root)
        #expect(try await digester.digest(wanted, upTo: 1 << 20, isEnd: false).get() == nil)
        #expect(try await digester.digest(wanted, upTo: 3 << 20, isEnd: true).get() == SHA256Digest.of(content))
        // A part that is shorter than it must be is a failure, not an endless loop.
        let longer = file(item(2, "x", content))
        guard case .failure = await digester.digest(longer, upTo: 1, isEnd: false) else {
            Issue.record("a part that is not there was digested")
            return
        }
    }

    @Test func aFolderThatIsNotThereIsAProblemOfTheWhole() {
        #expect(throws: LocalError(ENOENT)) { try DownloadRoot(folder.at("no/such/x"), transfer: .random()) }
    }

    @Test func aDiskWithoutRoomIsSaidToBeFull() async throws {
        do throws(Problem) {
            try await DownloadDisk(root).checkRoom(for: .max, path: [])
            Issue.record("no disk is that large")
        } catch {
            #expect(error.code == .localDiskFull)
            #expect(error.stopsTransfer)
        }
    }
}
