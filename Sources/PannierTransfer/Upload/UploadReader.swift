internal import Glibc
internal import PannierChunks
internal import PannierCore
internal import PannierMirror

/// Reads files in the order in which they were opened, cuts and digests them, one window at a time. At most two windows
/// live at once (see ``UploadFlow``), and up to one chunk is carried from one to the next.
actor UploadReader {
    private let executor = BlockingExecutor("read")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let chunker: Chunker
    private let largeChunker: Chunker
    private var queue: [OpenedFile] = []
    private var queueStart = 0
    private var added = Backlog()
    /// Of the queue, without the file being read.
    private var queuedBytes: Int64 = 0
    private var current: FileReading?
    /// The source that was read last, where it is a folder; opened once for all that lies in it.
    private var folder: (source: LocalPath, descriptor: Descriptor)?
    private var synced: SyncedFiles?

    /// Bytes of a window, and of one that must hold a large chunk.
    static let windowBytes = 8 << 20
    private static let largeWindowBytes = 20 << 20
    /// Pieces or ended files of one window: one declaration goes over them.
    static let windowItems = Limits.declaredPages
    /// Bytes asked of the kernel at once.
    private static let step = 1 << 20

    /// - Parameters:
    ///   - seed: the namespace's chunker seed, 32 bytes.
    ///   - synced: for files of the synced folder.
    init(seed: [UInt8], synced: SyncedFiles? = nil) {
        self.synced = synced
        chunker = Chunker(seed: seed)
        largeChunker = Chunker(seed: seed, sizes: .large)
    }

    func add(_ files: [OpenedFile]) {
        if queueStart > 1_000 {
            queue.removeFirst(queueStart)
            queueStart = 0
        }
        queue.append(contentsOf: files)
        let backlog = Backlog(files: files.count, bytes: files.reduce(0) { $0 + $1.size })
        added = added + backlog
        queuedBytes += backlog.bytes
    }

    /// See ``SyncedFiles/makeDurable()``.
    func makeDurable() throws(Problem) { try synced?.makeDurable() }

    /// Gives up a file that is of no use any more.
    func drop(_ file: FileKey) {
        if current?.file.key == file { current = nil }
        guard let place = queue[queueStart...].firstIndex(where: { $0.key == file }) else { return }
        queuedBytes -= queue.remove(at: place).size
    }

    /// Fills one window: until it is full of bytes or items, or all files are read. Empty only then.
    func read() -> ReadWindow {
        var filler = WindowFiller()
        let isLarge = next()?.usesLargeChunks == true
        let buffer = [UInt8](unsafeUninitializedCapacity: isLarge ? Self.largeWindowBytes : Self.windowBytes) {
            buffer, count in
            count = 0
            let raw = UnsafeMutableRawBufferPointer(buffer)
            while filler.itemCount < Self.windowItems, let reading = next(), reading.usesLargeChunks == isLarge {
                let isDone = filler.fill(from: reading, into: raw, used: &count, step: Self.step)
                if isDone { current = nil } else { break }
            }
        }
        let unread = Backlog(
            files: queue.count - queueStart + (current == nil ? 0 : 1), bytes: queuedBytes + (current?.left ?? 0))
        return filler.window(buffer, unread: unread, added: added)
    }

    /// The file being read, or the next one. A file that cannot be opened is one, too: it ends at once.
    private func next() -> FileReading? {
        if let current { return current }
        guard queueStart < queue.count else { return nil }
        let file = queue[queueStart]
        queueStart += 1
        queuedBytes -= file.size
        let reading = begin(file)
        current = reading
        return reading
    }

    private func begin(_ file: OpenedFile) -> FileReading {
        var file = file
        let found: Result<Descriptor, Problem>?
        if let local = file.local { found = openSynced(&file, local) } else { found = nil }
        let reading = FileReading(file, chunker: file.chunkClass == .large ? largeChunker : chunker)
        do throws(LocalError) {
            switch found {
            case .success(let descriptor): try reading.begin(descriptor)
            case .failure(let problem): reading.fail(problem)
            case nil: try reading.begin(try open(file))
            }
        } catch {
            reading.fail(error)
        }
        return reading
    }

    /// - Parameter file: gets the place where it stands now.
    private func openSynced(_ file: inout OpenedFile, _ local: LocalID) -> Result<Descriptor, Problem>? {
        do throws(Problem) {
            let found = try synced?.open(local, file.place)
            file.place = found?.place ?? file.place
            return found.map { .success($0.file) }
        } catch {
            return .failure(error)
        }
    }

    private func open(_ file: OpenedFile) throws(LocalError) -> Descriptor {
        let place = file.place
        guard !place.below.isEmpty else { return try Descriptor.open(place.source, Self.mode) }
        if let folder, folder.source == place.source {
            return try folder.descriptor.open(beneath: place.below, Self.mode)
        }
        let descriptor = try Descriptor.open(place.source, O_RDONLY | O_DIRECTORY)
        folder = (place.source, descriptor)
        return try descriptor.open(beneath: place.below, Self.mode)
    }

    private static let mode = O_RDONLY | O_NONBLOCK
}
