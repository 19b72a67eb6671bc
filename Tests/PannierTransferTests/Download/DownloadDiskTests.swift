import Foundation
import Glibc
import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Synchronization
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
        let outcomes = await DownloadFinisher(root).finish(files)
        #expect(outcomes == [3: .done, 4: .done])
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
        let outcomes = await DownloadFinisher(root).finish(items.map(file))
        #expect(outcomes.count == 40 && outcomes.values.allSatisfy { $0 == .done })
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
        let outcomes = await DownloadFinisher(root).finish([file(wanted)])
        #expect(outcomes[1]?.problem?.code == .localExists)
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

    /// Others may write to the folder. What they put where a part should be is neither written to nor taken for one.
    @Test(.timeLimit(.minutes(5)), arguments: ["link", "hard link", "pipe", "stranger"])
    func whatIsNoPartOfOursGivesWay(_ kind: String) async throws {
        let wanted = item(1, "", [1, 2], hasPart: true)
        let part = folder.at(String(decoding: root.partName(1), as: UTF8.self)).description
        let victim = try folder.write([7, 7], "victim").description
        switch kind {
        case "link": #expect(symlink(victim, part) == 0)
        case "hard link": #expect(link(victim, part) == 0)
        case "pipe": #expect(mkfifo(part, 0o666) == 0)
        default:
            try folder.write([1, 2], root.partName(1), mode: 0o666)
            // Only root can give a file away.
            guard chown(part, 4_711, 4_711) == 0 else { return }
        }
        #expect(try root.existingPart([], row: 1) == nil)
        #expect(try await DownloadDisk(root).prepare([wanted]) == [.free(hasPart: false)])
        try await writeAll([(file(wanted), [1, 2])])
        #expect(await DownloadFinisher(root).finish([file(wanted)]) == [1: .done])
        #expect(folder.read("top") == [1, 2] && folder.read("victim") == [7, 7])
        var status = stat()
        #expect(lstat(folder.at("top").description, &status) == 0)
        #expect(status.isRegular && status.st_uid == geteuid() && status.st_nlink == 1)
    }

    /// Whoever comes second writes into the same part: one that was removed would take its bytes along.
    @Test func writersThatBeginTogetherShareAPart() throws {
        let root = root
        for row in Int64(1)...300 {
            let opened = Mutex<[Descriptor]>([])
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                if let part = try? root.openPart([], row: row, isExecutable: false) {
                    opened.withLock { $0.append(part) }
                }
            }
            let there = try #require(try root.existingPart([], row: row)).identity()
            let parts = opened.withLock { $0 }
            #expect(parts.count == 4)
            for part in parts { #expect(try part.identity() == there) }
        }
    }

    /// What cannot give way is refused, and a part of ours is gone on with.
    @Test func aFolderWhereAPartShouldBeIsRefused() async throws {
        try folder.makeFolder(String(decoding: root.partName(1), as: UTF8.self))
        #expect(throws: LocalError.self) { try root.openPart([], row: 1, isExecutable: false) }
        let part = try root.openPart([], row: 2, isExecutable: false)
        try [UInt8]([5]).withUnsafeBytes { try part.write($0, at: 0) }
        #expect(try root.openPart([], row: 2, isExecutable: false).identity() == part.identity())
        #expect(try root.existingPart([], row: 2)?.identity() == part.identity())
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

    // MARK: Failed syncs

    /// A disk whose syncs fail, and the files and folders that they were asked for.
    private final class FaultyDisk: Sendable {
        let asked = Mutex<[ino_t]>([])

        func fail(_ descriptor: Descriptor) throws(LocalError) {
            let inode = try descriptor.status().st_ino
            asked.withLock { $0.append(inode) }
            throw LocalError(EIO)
        }
    }

    private enum Kind { case file, folder, disk }

    private func durability(_ disk: FaultyDisk, failing kind: Kind) -> Durability {
        let kernel = Durability()
        return Durability(
            file: { (descriptor) throws(LocalError) in
                let found: Kind = try descriptor.status().isFolder ? .folder : .file
                if found == kind { try disk.fail(descriptor) } else { try kernel.file(descriptor) }
            },
            disk: { (descriptor) throws(LocalError) in
                if kind == .disk { try disk.fail(descriptor) } else { try kernel.disk(descriptor) }
            })
    }

    private func finisher(_ disk: FaultyDisk, _ kind: Kind) -> DownloadFinisher {
        DownloadFinisher(root, durability: durability(disk, failing: kind))
    }

    /// After a failed fsync the kernel may have thrown the bytes away, and a second one would say that all is well.
    @Test func whatCannotBeMadeDurableIsThrownAwayAndNeverSyncedAgain() async throws {
        let disk = FaultyDisk()
        let files = (1...3).map { file(item(Int64($0), "f\($0)", [UInt8($0)])) }
        _ = try await DownloadDisk(root).prepare([item(99, "", isFolder: true)])
        try await writeAll(files.map { ($0, [UInt8($0.key)]) })
        let outcomes = await finisher(disk, .file).finish(files)
        #expect(outcomes.count == 3)
        for outcome in outcomes.values {
            guard case .lost(let problem) = outcome else {
                Issue.record("not said to be lost: \(outcome)")
                continue
            }
            #expect(problem.code == .localWriteFailed)
        }
        #expect(folder.names() == ["top"], "nothing is left that somebody could take for a file")
        let asked = disk.asked.withLock { $0 }
        #expect(asked.count == 3 && Set(asked).count == 3)
    }

    @Test func theWholeDisksSyncIsTriedOnceAndAllOfThemAreThrownAway() async throws {
        let disk = FaultyDisk()
        let files = (1...40).map { file(item(Int64($0), "f\($0)", [UInt8($0)])) }
        _ = try await DownloadDisk(root).prepare([item(99, "", isFolder: true)])
        try await writeAll(files.map { ($0, [UInt8($0.key)]) })
        let outcomes = await finisher(disk, .disk).finish(files)
        #expect(outcomes.values.allSatisfy { if case .lost = $0 { true } else { false } } && outcomes.count == 40)
        #expect(folder.names() == ["top"])
        #expect(disk.asked.withLock { $0.count } == 1)
    }

    @Test func aNameThatCannotBeMadeDurableIsTakenBack() async throws {
        let disk = FaultyDisk()
        let wanted = file(item(1, "f", [7]))
        _ = try await DownloadDisk(root).prepare([item(99, "", isFolder: true)])
        try await writeAll([(wanted, [7])])
        let outcomes = await finisher(disk, .folder).finish([wanted])
        guard case .lost? = outcomes[1] else {
            Issue.record("not said to be lost: \(outcomes)")
            return
        }
        #expect(folder.names() == ["top"])
        #expect(disk.asked.withLock { $0.count } == 1)
    }

    @Test func foldersThatCannotBeMadeDurableAreTakenBack() async throws {
        let disk = FaultyDisk()
        let broken = durability(disk, failing: .folder)
        let items = [item(1, "", isFolder: true), item(2, "a", isFolder: true), item(3, "a/b", isFolder: true)]
        await #expect(throws: Problem.self) { try await DownloadDisk(root, durability: broken).prepare(items) }
        #expect(folder.names() == [])
        #expect(try await DownloadDisk(root).prepare(items) == [.folder, .folder, .folder])
    }

    @Test func aDiskWithoutRoomIsSaidToBeFull() async throws {
        do throws(Problem) {
            try await DownloadDisk(root).checkRoom(for: .max, item(1, ""))
            Issue.record("no disk is that large")
        } catch {
            #expect(error.code == .localDiskFull)
            #expect(error.stopsTransfer)
        }
    }
}
