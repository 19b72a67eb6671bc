import Foundation
import Glibc
import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

@Suite struct UploadReaderTests {
    private let folder: Folder
    private let seed = [UInt8](repeating: 7, count: 32)

    init() throws { folder = try Folder() }

    /// - Parameter path: below the folder; empty: the file `f` as a source of its own.
    private func opened(
        _ key: FileKey, _ path: String, size: Int = 0, chunkClass: ChunkClass = .standard
    ) -> OpenedFile {
        let place = LocalPlace(path.isEmpty ? folder.at("f") : folder.path, below: Array(path.utf8))
        return OpenedFile(
            key: key, row: Int64(key), place: place, upload: .random(), size: Int64(size),
            chunkClass: chunkClass, attempts: 0)
    }

    /// What the file's size is now does not matter: the service says how it is cut.
    @Test func aFileIsCutAsTheServiceSays() async throws {
        let bytes = (0..<(40 << 20)).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        _ = try folder.write(bytes, "f")
        let reader = UploadReader(seed: seed)
        for (chunkClass, sizes) in [(ChunkClass.standard, ChunkSizes.standard), (.large, .large)] {
            await reader.add([opened(chunkClass == .large ? 2 : 1, "", size: bytes.count, chunkClass: chunkClass)])
            let pieces = await readAll(reader).pieces
            #expect(pieces.map(\.bytes.count).reduce(0, +) == bytes.count)
            #expect(pieces.dropLast().allSatisfy { (sizes.minimum...sizes.maximum).contains($0.bytes.count) })
            #expect(pieces.count >= bytes.count / sizes.maximum)
            #expect(pieces.count <= bytes.count / sizes.minimum)
        }
    }

    private func readAll(_ reader: UploadReader) async -> (pieces: [Piece], ends: [FileEnd], windows: Int) {
        var (pieces, ends, windows): ([Piece], [FileEnd], Int) = ([], [], 0)
        while true {
            let window = await reader.read()
            if window.pieces.isEmpty && window.ends.isEmpty { return (pieces, ends, windows) }
            pieces += window.pieces
            ends += window.ends
            windows += 1
        }
    }

    @Test func cutsAreThoseOfTheWholeFileHoweverWindowsFall() async throws {
        let noise = SeededGenerator.seeds(1)[0]
        var generator = SeededGenerator(seed: noise)
        let contents = [
            generator.bytes(3_000_000), generator.bytes(30 << 20), [], generator.bytes(17), generator.bytes(9 << 20),
        ]
        for (number, content) in contents.enumerated() { try folder.write(content, "f\(number)") }
        let reader = UploadReader(seed: seed)
        await reader.add(contents.indices.map { opened($0, "f\($0)") })
        let (pieces, ends, windows) = await readAll(reader)
        #expect(windows > 2, "seed \(noise)")
        #expect(ends.map(\.file) == Array(contents.indices))
        for (number, content) in contents.enumerated() {
            let own = pieces.filter { $0.file == number }
            #expect(own.map(\.index) == Array(own.indices))
            #expect(own.flatMap { Array($0.bytes) } == content, "seed \(noise)")
            var chunker = Chunker(seed: seed)
            var expected: [Int] = []
            content.withUnsafeBytes { bytes in
                var start = 0
                while let length = chunker.cut(UnsafeRawBufferPointer(rebasing: bytes[start...]), isEnd: true) {
                    expected.append(length)
                    start += length
                }
            }
            #expect(own.map(\.bytes.count) == expected, "seed \(noise)")
            #expect(own.allSatisfy { $0.fingerprint == SHA256Digest.of(Array($0.bytes)) })
            guard case .whole(let size, let count, let sha256, _, _, _) = ends[number].outcome else {
                Issue.record("file \(number) did not end whole")
                continue
            }
            #expect(size == Int64(content.count))
            #expect(count == own.count)
            #expect(sha256 == SHA256Digest.of(content))
        }
    }

    @Test func aFileThatChangesWhileItIsReadIsNotWhole() async throws {
        var generator = SeededGenerator(seed: 1)
        let path = try folder.write(generator.bytes(20 << 20), "f")
        let reader = UploadReader(seed: seed)
        await reader.add([opened(1, "", size: 20 << 20)])
        let first = await reader.read()
        #expect(first.ends.isEmpty)
        #expect(first.unread.files == 1)
        #expect(first.added == Backlog(files: 1, bytes: 20 << 20))
        #expect(first.unread.bytes > 10 << 20 && first.unread.bytes < 16 << 20)
        try append(to: path)
        let (_, ends, _) = await readAll(reader)
        guard case .changed = ends.first?.outcome else {
            Issue.record("a torn file went through: \(ends)")
            return
        }
    }

    /// The size and the time of change are as before, but not the time of the inode.
    @Test func aFileThatHidesItsChangeIsFoundOut() async throws {
        var generator = SeededGenerator(seed: 1)
        let path = try folder.write(generator.bytes(20 << 20), "f")
        let reader = UploadReader(seed: seed)
        await reader.add([opened(1, "", size: 20 << 20)])
        var before = stat()
        lstat(path.description, &before)
        _ = await reader.read()
        let file = open(path.description, O_WRONLY)
        pwrite(file, "x", 1, 100)
        var times = [before.st_atim, before.st_mtim]
        futimens(file, &times)
        close(file)
        let (_, ends, _) = await readAll(reader)
        guard case .changed = ends.first?.outcome else {
            Issue.record("a torn file went through: \(ends)")
            return
        }
    }

    /// Stores through a mapping into pages that are dirty already move no time of the file. On tmpfs none ever do.
    @Test(.enabled(if: UploadReaderTests.tellsOfStores)) func aFileThatIsWrittenThroughAMappingIsNotWhole() async throws
    {
        let size = 20 << 20
        let path = try folder.write([UInt8](repeating: 1, count: size), "f")
        let file = open(path.description, O_RDWR)
        defer { close(file) }
        let mapping = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        let bytes = try #require(mapping).assumingMemoryBound(to: UInt8.self)
        defer { munmap(mapping, size) }
        for place in stride(from: 0, to: size, by: 4_096) { bytes[place] = 2 }
        let reader = UploadReader(seed: seed)
        await reader.add([opened(1, "", size: size)])
        #expect(await reader.read().ends.isEmpty)
        for place in stride(from: 0, to: size, by: 4_096) { bytes[place] = 3 }
        let (_, ends, _) = await readAll(reader)
        guard case .changed = ends.first?.outcome else {
            Issue.record("a torn file went through: \(ends)")
            return
        }
    }

    /// Whether stores into clean pages move times where tests keep their files.
    private static let tellsOfStores: Bool = {
        guard let folder = try? Folder(), let path = try? folder.write([1], "f") else { return false }
        let file = open(path.description, O_RDWR)
        defer { close(file) }
        guard let bytes = mmap(nil, 1, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) else { return false }
        defer { munmap(bytes, 1) }
        fdatasync(file)
        var (before, after) = (stat(), stat())
        fstat(file, &before)
        usleep(50_000)
        bytes.assumingMemoryBound(to: UInt8.self)[0] = 2
        fstat(file, &after)
        return before.changed != after.changed
    }()

    @Test func whatCannotBeReadFailsAloneAndByName() async throws {
        try folder.write([1], "fine")
        try folder.makeFolder("folder")
        symlink("fine", folder.at("link").description)
        let reader = UploadReader(seed: seed)
        await reader.add([opened(1, "gone"), opened(2, "folder"), opened(3, "link"), opened(4, "fine")])
        let (pieces, ends, _) = await readAll(reader)
        #expect(pieces.map(\.file) == [4])
        for (end, name) in zip(ends, ["gone", "folder", "link"]) {
            guard case .failed(let problem) = end.outcome else {
                Issue.record("\(name) was read")
                continue
            }
            #expect(problem.code == .localFileUnreadable)
            #expect(problem.title.contains(name))
        }
    }

    @Test func droppedFilesAreNotReadOn() async throws {
        var generator = SeededGenerator(seed: 1)
        for name in ["a", "b", "c"] { try folder.write(generator.bytes(10 << 20), name) }
        let reader = UploadReader(seed: seed)
        await reader.add([opened(1, "a"), opened(2, "b"), opened(3, "c")])
        _ = await reader.read()
        await reader.drop(1)
        await reader.drop(2)
        let (pieces, ends, _) = await readAll(reader)
        #expect(Set(pieces.map(\.file)) == [3])
        #expect(ends.map(\.file) == [3])
    }

    private func append(to path: LocalPath) throws {
        let file = open(path.description, O_WRONLY | O_APPEND)
        defer { close(file) }
        try #require(write(file, "more", 4) == 4)
    }
}
