internal import Glibc
internal import PannierChunks
internal import PannierCore
internal import PannierMirror
internal import Synchronization

/// Opens fetched chunks, compares their fingerprints, and writes them into the parts of their files. Two of them share
/// the work, each on a thread of its own.
actor ChunkWriter {
    private let executor = BlockingExecutor("write")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What came of one range.
    struct Outcome: Sendable {
        /// Files that cannot be written.
        var problems: [FileKey: Problem] = [:]
        /// Chunks that are not what they must be.
        var damaged: [WantedChunk] = []
    }

    private let root: DownloadRoot
    private let parts: OpenParts
    private var opener = ChunkOpener()

    init(_ root: DownloadRoot, _ parts: OpenParts) {
        self.root = root
        self.parts = parts
    }

    /// - Parameter bytes: of the range, as it came.
    /// - Throws: ``Problem`` that concerns all files, such as a full disk.
    func write(
        _ range: FetchRange, _ bytes: [UInt8], _ files: [FileKey: DownloadFile]
    ) throws(Problem) -> Outcome {
        var outcome = Outcome()
        var stop: Problem?
        for chunk in range.chunks where stop == nil {
            let start = chunk.place.offset - range.range.lowerBound
            bytes.withUnsafeBytes { bytes in
                let sealed = UnsafeRawBufferPointer(rebasing: bytes[start..<start + chunk.place.sealedLength])
                do {
                    try opener.open(sealed, place: chunk.place, chunkKey: chunk.key) { plain in
                        for target in chunk.targets {
                            guard let file = files[target.file], outcome.problems[target.file] == nil else { continue }
                            guard let problem = write(plain, target, file) else { continue }
                            if problem.stopsTransfer(ofSync: root.isOwn) { stop = problem }
                            outcome.problems[target.file] = problem
                        }
                    }
                } catch {
                    outcome.damaged.append(chunk)
                }
            }
        }
        if let stop { throw stop }
        return outcome
    }

    private func write(_ plain: UnsafeRawBufferPointer, _ target: ChunkTarget, _ file: DownloadFile) -> Problem? {
        do throws(LocalError) {
            let part = try parts.part(file, in: root)
            try part.write(plain, at: target.offset)
            // A file that is written in one go is not kept open for more.
            if Int64(plain.count) == file.item.size { parts.close(file.key) }
            return nil
        } catch {
            return error.writing(root.text(file.item))
        }
    }
}

/// The parts that are being written, kept open between their chunks; only the latest, for descriptors are few.
final class OpenParts: Sendable {
    private struct State {
        var open: [FileKey: Descriptor] = [:]
        var order: [FileKey] = []
    }

    private let state = Mutex(State())
    private static let limit = 64

    func part(_ file: DownloadFile, in root: DownloadRoot) throws(LocalError) -> Descriptor {
        if let part = state.withLock({ $0.open[file.key] }) { return part }
        let part = try root.openPart(file.item.path, row: file.item.row, isExecutable: file.item.isExecutable)
        state.withLock { state in
            state.open[file.key] = part
            state.order.append(file.key)
            // Whoever is writing to it still holds it; it is closed after that.
            if state.order.count > Self.limit { state.open[state.order.removeFirst()] = nil }
        }
        return part
    }

    func close(_ file: FileKey) {
        state.withLock { state in
            guard state.open.removeValue(forKey: file) != nil else { return }
            state.order.removeAll { $0 == file }
        }
    }
}

extension Descriptor {
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(LocalError) {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let count = pwrite(number, rest.baseAddress, rest.count, off_t(offset) + done)
            if count > 0 { done += count } else if errno != EINTR { throw LocalError(count == 0 ? ENOSPC : errno) }
        }
    }

    /// Fills the buffer from an offset on.
    /// - Returns: bytes read; fewer only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(LocalError) -> Int {
        var done = 0
        while done < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            let count = pread(number, rest.baseAddress, rest.count, off_t(offset) + done)
            if count == 0 { return done }
            if count > 0 { done += count } else if errno != EINTR { throw LocalError(errno) }
        }
        return done
    }
}
