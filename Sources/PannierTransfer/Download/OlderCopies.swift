internal import Glibc
internal import PannierChunks
internal import PannierCore
internal import PannierMirror

/// Takes pieces of what comes down for the synced folder out of files that stand in it: of a file that was edited
/// elsewhere most is here already, and of one that was copied there, all. Nothing is believed: each piece is read, compared
/// with its fingerprint, and then written.
actor OlderCopies {
    private let executor = BlockingExecutor("older")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// The source of a file with more pages to come.
    private struct Known {
        let node: NodeID
        let version: VersionID?
        let source: CutFile
    }

    private let root: DownloadRoot
    private let parts: OpenParts
    private let seed: [UInt8]
    private let find: @Sendable (DownloadItem) throws(Problem) -> SyncedCopies
    private var files: SyncedFiles
    private var known: [Known] = []
    private var buffer: [UInt8] = []
    private static let knownAtMost = 4

    /// - Parameters:
    ///   - seed: the namespace's chunker seed.
    ///   - find: files that may hold much of an item.
    init(
        _ root: DownloadRoot, _ parts: OpenParts, _ files: SyncedFiles, seed: [UInt8],
        find: @escaping @Sendable (DownloadItem) throws(Problem) -> SyncedCopies
    ) {
        self.root = root
        self.parts = parts
        self.files = files
        self.seed = seed
        self.find = find
    }

    /// Writes entries of a page into the file's part, as far as they are found on this disk. What goes wrong here is fetched.
    /// - Parameters:
    ///   - offset: where the page's first entry begins in the file.
    ///   - present: entries that the part holds already, counted from the manifest's beginning.
    /// - Returns: entries that it holds now besides those.
    func copy(
        _ page: GetContent.Page, offset: Int64, into file: DownloadFile, except present: Set<Int>
    ) -> Set<Int> {
        guard present.count < page.chunks.count else { return [] }
        guard let source = source(of: file.item, page) else { return [] }
        var copied: Set<Int> = []
        var offset = offset
        for (place, chunk) in page.chunks.enumerated() where !Task.isCancelled {
            let (index, length) = (page.first + place, chunk.place.length)
            guard DownloadFlow.isSane(chunk.place), offset + Int64(length) <= file.item.size else { break }
            defer { offset += Int64(length) }
            guard !present.contains(index), read(chunk.place, from: source) else { continue }
            // Where it cannot be written, what is fetched cannot be written either, and that is said.
            guard write(length, at: offset, to: file) else { break }
            copied.insert(index)
        }
        return copied
    }

    // MARK: Sources

    /// The first file that has anything of the page.
    private func source(of item: DownloadItem, _ page: GetContent.Page) -> CutFile? {
        if let known = known.first(where: { $0.node == item.node && $0.version == item.version }) {
            return known.source
        }
        guard let found = try? find(item) else { return nil }
        // A file of one chunk that was edited has no other one.
        for local in [found.same, page.chunkCount > 1 ? found.before : nil].compactMap({ $0 }) {
            guard let source = cut(local, item, page.chunkSizes),
                page.chunks.contains(where: { source.offset(of: $0.place) != nil })
            else { continue }
            if page.chunkCount > page.chunks.count {
                known.append(Known(node: item.node, version: item.version, source: source))
                known.removeFirst(max(0, known.count - Self.knownAtMost))
            }
            return source
        }
        return nil
    }

    private func cut(_ local: LocalID, _ item: DownloadItem, _ sizes: ChunkSizes) -> CutFile? {
        guard let (file, _) = try? files.open(local, LocalPlace(root.synced, below: item.shown ?? [])) else {
            return nil
        }
        return try? CutFile(file, Chunker(seed: seed, sizes: sizes))
    }

    // MARK: Pieces

    /// - Returns: whether the buffer holds it.
    private func read(_ wanted: PackedChunk, from source: CutFile) -> Bool {
        guard let offset = source.offset(of: wanted) else { return false }
        if buffer.count < wanted.length { buffer = [UInt8](repeating: 0, count: wanted.length) }
        return buffer.withUnsafeMutableBytes { buffer in
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted.length])
            guard let count = try? source.file.read(into: target, at: offset), count == wanted.length else {
                return false
            }
            return SHA256Digest.of(UnsafeRawBufferPointer(target)) == wanted.fingerprint
        }
    }

    private func write(_ length: Int, at offset: Int64, to file: DownloadFile) -> Bool {
        do throws(LocalError) {
            let part = try parts.part(file, in: root)
            try buffer.withUnsafeBufferPointer { (bytes) throws(LocalError) in
                try part.write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[..<length])), at: offset)
            }
            if Int64(length) == file.item.size { parts.close(file.key) }
            return true
        } catch {
            return false
        }
    }
}

/// A file of this disk, and where its chunks lie. What it holds may have changed since.
struct CutFile {
    let file: Descriptor
    private var offsets: [Fingerprint: Int64] = [:]
    /// Of larger files only so much is known: 64 GiB, for 5 MiB of memory.
    private static let chunksAtMost = 1 << 16

    init(_ file: Descriptor, _ chunker: Chunker) throws(LocalError) {
        self.file = file
        posix_fadvise(file.number, 0, 0, POSIX_FADV_SEQUENTIAL)
        var chunker = chunker
        let size = Int(clamping: Int64(try file.status().st_size))
        var buffer = [UInt8](repeating: 0, count: min(chunker.sizes.maximum + (4 << 20), size + 1))
        // The buffer's first byte in the file, and bytes of it that hold something.
        var (offset, filled) = (Int64(0), 0)
        while offsets.count < Self.chunksAtMost, !Task.isCancelled {
            let step = try buffer.withUnsafeMutableBufferPointer { (buffer) throws(LocalError) in
                let buffer = UnsafeMutableRawBufferPointer(buffer)
                let room = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                let count = try file.read(into: room, at: offset + Int64(filled))
                let held = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<(filled + count)])
                let used = note(held, at: offset, &chunker, isEnd: count < room.count)
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: held[used...]))
                return (used: used, left: held.count - used, isEnd: count < room.count)
            }
            if step.isEnd { return }
            offset += Int64(step.used)
            filled = step.left
        }
    }

    /// - Returns: bytes that were cut.
    private mutating func note(
        _ bytes: UnsafeRawBufferPointer, at offset: Int64, _ chunker: inout Chunker, isEnd: Bool
    ) -> Int {
        var start = 0
        while start < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard let length = chunker.cut(rest, isEnd: isEnd) else { break }
            let chunk = UnsafeRawBufferPointer(rebasing: rest[..<length])
            offsets[SHA256Digest.of(chunk)] = offset + Int64(start)
            start += length
        }
        return start
    }

    func offset(of chunk: PackedChunk) -> Int64? { offsets[chunk.fingerprint] }
}

extension GetContent.Page {
    /// Of the class that its file was cut in, as far as its chunks show: where none is too long or too short for one of
    /// them, the one of most files.
    fileprivate var chunkSizes: ChunkSizes {
        let isLong = chunks.contains { $0.place.length > ChunkSizes.standard.maximum }
        let isShort = chunks.enumerated().contains { place, chunk in
            chunk.place.length < ChunkSizes.large.minimum && first + place + 1 < chunkCount
        }
        return isLong && !isShort ? .large : .standard
    }
}
