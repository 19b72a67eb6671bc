internal import Glibc
internal import PannierChunks
internal import PannierCore
internal import PannierMirror

/// One file while it is read. Belongs to the reader.
///
/// A file must not change between the first byte and the last: what `fstat` says before and after must be the same, and
/// all bytes that it promised must have come. See ``QuietFile`` for what makes changes visible at all.
final class FileReading {
    let file: OpenedFile
    private var chunker: Chunker
    private let mimeType: String
    private var descriptor: Descriptor?
    private var before = stat()
    private var whole = WholeDigest()
    private var offset: Int64 = 0
    private var chunkCount = 0
    /// Bytes in those chunks.
    private var cutBytes: Int64 = 0
    private var choice: CompressionChoice?
    /// Bytes of a chunk that the last window had no room for.
    private(set) var carried: [UInt8] = []
    private var failure: Problem?
    /// It does not come to rest: it is not read.
    private var isRestless = false

    /// Reading ahead is worth a word to the kernel from here on, in bytes.
    private static let longFile = 4 << 20

    init(_ file: OpenedFile, chunker: Chunker) {
        self.file = file
        self.chunker = chunker
        mimeType = MIMEType.guess(name: file.place.name)
    }

    var usesLargeChunks: Bool { chunker.sizes == .large }

    /// Bytes that are still to come, as far as is known.
    var left: Int64 { max(0, file.size - offset) + Int64(carried.count) }

    func begin(_ descriptor: Descriptor) throws(LocalError) {
        self.descriptor = descriptor
        guard let status = try QuietFile.status(of: descriptor) else {
            isRestless = true
            return
        }
        before = status
        guard before.isRegular else { throw LocalError(before.isFolder ? EISDIR : EINVAL) }
        if before.st_size > Self.longFile { posix_fadvise(descriptor.number, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    func fail(_ problem: Problem) { failure = problem }

    func fail(_ error: LocalError) { failure = error.reading(file.place.description) }

    /// Reads on.
    /// - Returns: bytes read; 0 at the end of the file, or when it failed.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard failure == nil, !isRestless, let descriptor else { return 0 }
        // Longer than it was: it changed, and may never end.
        guard offset <= Int64(before.st_size) else { return 0 }
        while true {
            let count = Glibc.read(descriptor.number, buffer.baseAddress, buffer.count)
            if count >= 0 {
                offset += Int64(count)
                return count
            }
            if errno != EINTR {
                fail(LocalError(errno))
                return 0
            }
        }
    }

    /// Length of the next chunk at the start of `bytes`; nil: more bytes are needed.
    func cut(_ bytes: UnsafeRawBufferPointer, isEnd: Bool) -> Int? { chunker.cut(bytes, isEnd: isEnd) }

    /// A chunk that was cut, and where it stands in the file.
    struct Taken {
        let index: Int
        let offset: Int64
        let fingerprint: Fingerprint
        let choice: CompressionChoice
    }

    /// Digests a chunk.
    func take(_ chunk: UnsafeRawBufferPointer) -> Taken {
        let fingerprint = SHA256Digest.of(chunk)
        let choice = self.choice ?? CompressionPolicy.choose(mimeType: mimeType, sample: chunk)
        self.choice = choice
        whole.add(chunk, fingerprint: fingerprint)
        defer {
            chunkCount += 1
            cutBytes += Int64(chunk.count)
        }
        return Taken(index: chunkCount, offset: cutBytes, fingerprint: fingerprint, choice: choice)
    }

    func carry(_ bytes: UnsafeRawBufferPointer) { carried = [UInt8](bytes) }

    func takeCarried(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        carried.withUnsafeBytes { buffer.copyMemory(from: $0) }
        defer { carried = [] }
        return carried.count
    }

    /// Called once, after ``read(into:)`` gave 0.
    func end() -> FileEnd { FileEnd(file: file.key, outcome: outcome()) }

    private func outcome() -> FileEnd.Outcome {
        if let failure { return .failed(failure) }
        do throws(LocalError) {
            guard !isRestless, let after = try descriptor?.status(), isUnchanged(after) else { return .changed }
            return .whole(
                size: offset, chunkCount: chunkCount, sha256: whole.finish(), modified: after.modified,
                changed: after.changed,
                note: choice?.reason)
        } catch {
            return .failed(error.reading(file.place.description))
        }
    }

    private func isUnchanged(_ after: stat) -> Bool {
        after.st_size == before.st_size && Int64(after.st_size) == offset && after.modified == before.modified
            && after.changed == before.changed
    }
}
