internal import Glibc
internal import PannierChunks
internal import PannierCore
internal import PannierMirror

/// Reads parts back: digests whole files as their known beginnings grow, and looks for what an earlier run left.
actor PartDigester {
    private let executor = BlockingExecutor("digest")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private struct Running {
        let part: Descriptor
        let digest: DigestBox
        var offset: Int64
    }

    private let root: DownloadRoot
    private var running: [FileKey: Running] = [:]
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)

    init(_ root: DownloadRoot) { self.root = root }

    /// - Returns: with `isEnd`, the digest of the whole file.
    func digest(_ file: DownloadFile, upTo end: Int64, isEnd: Bool) -> Result<Fingerprint?, Problem> {
        do throws(LocalError) {
            var run = try running(file)
            while run.offset < end {
                let wanted = Int(min(Int64(buffer.count), end - run.offset))
                let count = try read(wanted, of: run.part, at: run.offset)
                guard count == wanted else { throw LocalError(EIO) }
                buffer.withUnsafeBytes { run.digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
                run.offset += Int64(count)
            }
            running[file.key] = isEnd ? nil : run
            return .success(isEnd ? run.digest.finish() : nil)
        } catch {
            running[file.key] = nil
            return .failure(error.writing(root.text(file.item)))
        }
    }

    func drop(_ file: FileKey) { running[file] = nil }

    /// The entries of a page that the part holds already, each read back and compared.
    /// - Parameter offset: where the page's first entry begins in the file.
    func present(_ page: GetContent.Page, offset: Int64, in file: DownloadFile) -> Set<Int> {
        guard file.hasPart, let part = try? root.existingPart(file.item.path, row: file.item.row) else { return [] }
        var present: Set<Int> = []
        var offset = offset
        for (place, chunk) in page.chunks.enumerated() {
            let length = chunk.place.length
            guard (1...ChunkSizes.large.maximum).contains(length) else { break }
            defer { offset += Int64(length) }
            if buffer.count < length { buffer = [UInt8](repeating: 0, count: length) }
            guard let count = try? read(length, of: part, at: offset), count == length else { continue }
            let found = buffer.withUnsafeBytes { SHA256Digest.of(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
            if found == chunk.place.fingerprint { present.insert(page.first + place) }
        }
        return present
    }

    private func running(_ file: DownloadFile) throws(LocalError) -> Running {
        if let run = running[file.key] { return run }
        guard let part = try root.existingPart(file.item.path, row: file.item.row) else { throw LocalError(ENOENT) }
        return Running(part: part, digest: DigestBox(), offset: 0)
    }

    private func read(_ count: Int, of part: Descriptor, at offset: Int64) throws(LocalError) -> Int {
        try buffer.withUnsafeMutableBufferPointer { (buffer) throws(LocalError) in
            let target = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            return try part.read(into: target, at: offset)
        }
    }
}
