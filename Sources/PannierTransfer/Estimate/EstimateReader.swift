internal import Glibc
internal import PannierChunks
internal import PannierCore
internal import PannierMirror

/// Cuts and digests files one after the other, a piece of a file at a time, on a thread of its own. Files are read as they
/// are just now: what is told of one that changes meanwhile is a guess, as all of an estimate is.
actor EstimateReader {
    private let executor = BlockingExecutor("estimate")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let seed: [UInt8]
    private var chunker: Chunker
    private var file: Descriptor?
    /// Bytes of the file that are still to be read: no more than it had, however it grows.
    private var left: Int64 = 0
    /// The source that was read last, where it is a folder.
    private var folder: (source: LocalPath, descriptor: Descriptor)?
    private var buffer: [UInt8] = []
    /// What of the buffer is read and not cut.
    private var waiting = 0..<0

    /// Bytes read in one go, and asked of the kernel at once.
    private static let goBytes = 8 << 20
    private static let step = 1 << 20

    init(seed: [UInt8]) {
        self.seed = seed
        chunker = Chunker(seed: seed)
    }

    /// From now on ``next()`` reads this file.
    func begin(_ place: LocalPlace, size: Int64) throws(LocalError) {
        let isLarge = ChunkClass(ofNew: size) == .large
        chunker = Chunker(seed: seed, sizes: isLarge ? .large : .standard)
        let room = chunker.sizes.maximum + Self.step
        if buffer.count < room { buffer = [UInt8](repeating: 0, count: room) }
        (left, waiting) = (size, 0..<0)
        file = nil
        file = try open(place)
    }

    private func open(_ place: LocalPlace) throws(LocalError) -> Descriptor {
        guard !place.below.isEmpty else { return try Descriptor.open(place.source, O_RDONLY | O_NONBLOCK) }
        if folder?.source != place.source {
            folder = (place.source, try Descriptor.open(place.source, O_RDONLY | O_DIRECTORY))
        }
        guard let folder else { throw LocalError(ENOENT) }
        return try folder.descriptor.open(beneath: place.below, O_RDONLY | O_NONBLOCK)
    }

    /// The next chunks of the file, as far as it can be read.
    func next() -> (chunks: [ChunkReference], isEnd: Bool) {
        var chunks: [ChunkReference] = []
        var done = 0
        while done < Self.goBytes {
            let count = fill()
            done += count
            cut(isEnd: count == 0, into: &chunks)
            if count == 0 {
                file = nil
                return (chunks, true)
            }
        }
        return (chunks, false)
    }

    /// - Returns: bytes read; 0 at the end, or where it cannot be read.
    private func fill() -> Int {
        guard let file, left > 0 else { return 0 }
        if buffer.count - waiting.upperBound < Self.step {
            buffer.withUnsafeMutableBytes { buffer in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[waiting]))
            }
            waiting = 0..<waiting.count
        }
        let wanted = Int(min(Int64(Self.step), left))
        let start = waiting.upperBound
        while true {
            let count = buffer.withUnsafeMutableBytes { read(file.number, $0.baseAddress?.advanced(by: start), wanted) }
            if count >= 0 {
                left -= Int64(count)
                waiting = waiting.lowerBound..<start + count
                return count
            }
            if errno != EINTR { return 0 }
        }
    }

    private func cut(isEnd: Bool, into chunks: inout [ChunkReference]) {
        buffer.withUnsafeBytes { buffer in
            while !waiting.isEmpty {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[waiting])
                guard let length = chunker.cut(rest, isEnd: isEnd) else { return }
                let chunk = UnsafeRawBufferPointer(rebasing: rest[..<length])
                chunks.append(ChunkReference(fingerprint: SHA256Digest.of(chunk), length: length))
                waiting = waiting.lowerBound + length..<waiting.upperBound
            }
        }
    }
}
