internal import Glibc
internal import PannierCore
internal import PannierMirror

/// Finds what lies below a path, a batch at a time: folders before what they hold, links followed nowhere but in the
/// path itself. Holds one open folder a level and, a folder at a time, digests of names that are not ASCII.
actor LocalScan {
    struct Batch: Sendable {
        var items: [ScannedItem]
        var isEnd: Bool
    }

    /// A folder that is being read.
    private final class Level {
        let path: [UInt8]
        let folder: Descriptor
        let stream: OpaquePointer
        var twins = TwinFinder()

        init(path: [UInt8], folder: Descriptor) throws(LocalError) {
            self.path = path
            self.folder = folder
            // fdopendir takes the descriptor over, and `folder` keeps its own.
            let copy = fcntl(folder.number, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { throw LocalError(errno) }
            guard let stream = fdopendir(copy) else {
                let error = LocalError(errno)
                close(copy)
                throw error
            }
            self.stream = stream
        }

        deinit { closedir(stream) }
    }

    private let executor = BlockingExecutor("scan")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let top: LocalPath
    private let readEntry: @Sendable (OpaquePointer) -> UnsafeMutablePointer<dirent>?
    private let remote: RemotePath
    private let remoteBytes: Int
    private var levels: [Level] = []
    private var hasBegun = false

    /// - Parameters:
    ///   - remote: where the top item will stand; depth and length of paths count from there.
    ///   - readEntry: `readdir`; tests let it fail.
    init(
        _ top: LocalPath, remote: RemotePath,
        readEntry: @escaping @Sendable (OpaquePointer) -> UnsafeMutablePointer<dirent>? = { readdir($0) }
    ) {
        self.top = top
        self.readEntry = readEntry
        self.remote = remote
        remoteBytes = remote.description.utf8.count
    }

    /// The next items, at most `limit` and a little more.
    /// - Throws: ``Problem`` when there is nothing to upload at the path at all.
    func next(_ limit: Int) throws(Problem) -> Batch {
        var items: [ScannedItem] = []
        if !hasBegun {
            hasBegun = true
            items.append(try begin())
        }
        while items.count < limit, let level = levels.last {
            errno = 0
            guard let entry = readEntry(level.stream) else {
                let code = errno
                levels.removeLast()
                if code != 0 { items.append(rest(of: level.path, LocalError(code))) }
                continue
            }
            let name = Self.name(of: entry)
            if name == [0x2E] || name == [0x2E, 0x2E] { continue }
            if let item = look(at: name, in: level) { items.append(item) }
        }
        return Batch(items: items, isEnd: levels.isEmpty)
    }

    private func begin() throws(Problem) -> ScannedItem {
        let status: stat
        do throws(LocalError) {
            let found = try Descriptor.open(top, O_RDONLY | O_NONBLOCK)
            status = try found.status()
            if status.isFolder { levels.append(try Level(path: [], folder: found)) }
        } catch {
            throw error.reading(top.description)
        }
        if status.isFolder { return ScannedItem(path: [], isFolder: true, modified: status.modified) }
        guard status.isRegular else {
            throw Problem(
                .localFileUnreadable, "“\(top)” is neither a file nor a folder.", detail: "It was not uploaded.")
        }
        return file([], status)
    }

    /// What a folder holds beyond a fault of its disk: a failure of its own, for the folder itself and what was found in
    /// it go up.
    private func rest(of folder: [UInt8], _ error: LocalError) -> ScannedItem {
        let problem = Problem(
            .localFileUnreadable, "The folder “\(text(folder))” cannot be read to its end: \(error.words).",
            detail: "What was found in it goes up, the rest does not.")
        return ScannedItem(path: folder + [0x2F], isFolder: true, refusal: .failed(problem))
    }

    private func look(at name: [UInt8], in level: Level) -> ScannedItem? {
        let path = level.path.isEmpty ? name : level.path + [0x2F] + name
        let status: stat
        do throws(LocalError) {
            // Gone since it was listed: there is nothing to say about it.
            guard let found = try level.folder.status(ofChild: name) else { return nil }
            status = found
        } catch {
            return refused(path, .failed(error.reading(text(path))))
        }
        if let reason = Self.reasonToSkip(name, status) {
            let problem = Problem(.notTransferable, "“\(text(path))” is \(reason).", detail: "It was left out.")
            return refused(path, .skipped(problem))
        }
        let isFolder = status.isFolder
        if let problem = refusal(of: name, path, in: level) { return refused(path, .failed(problem), isFolder, status) }
        guard isFolder else { return file(path, status) }
        do throws(LocalError) {
            let folder = try level.folder.open(beneath: name, O_RDONLY | O_DIRECTORY)
            levels.append(try Level(path: path, folder: folder))
            return ScannedItem(path: path, isFolder: true, modified: status.modified)
        } catch {
            return refused(path, .failed(error.reading(text(path))), true)
        }
    }

    private func file(_ path: [UInt8], _ status: stat) -> ScannedItem {
        var item = ScannedItem(
            path: path, isFolder: false, size: Int64(status.st_size), modified: status.modified,
            isExecutable: status.isExecutable)
        if item.size > Limits.fileBytes {
            item.refusal = .failed(
                Problem(.tooLarge, "“\(text(path))” is larger than 1 TiB.", detail: "It was not uploaded.", status: 0))
        }
        return item
    }

    /// Why a name or place cannot be kept.
    private func refusal(of name: [UInt8], _ path: [UInt8], in level: Level) -> Problem? {
        let nodeName: NodeName
        do throws(NodeNameError) {
            nodeName = try NodeName(bytes: name)
        } catch {
            return Problem(
                .nameNotAllowed, "“\(text(path))” cannot be kept under its name: \(error).",
                detail: "It was not uploaded. Rename it.", status: 0)
        }
        let depth = remote.names.count + 1 + path.count { $0 == 0x2F }
        guard depth <= Limits.depth, remoteBytes + 1 + path.count <= Limits.pathBytes else {
            return Problem(
                .tooDeep,
                "“\(text(path))” lies too deep: \(Limits.depth) folders and \(Limits.pathBytes) bytes at most.",
                detail: "It was not uploaded.", status: 0)
        }
        guard level.twins.isFirst(nodeName, exists: { level.folder.hasChild($0) }) else {
            return Problem(
                .nameTwin, "“\(text(path))” looks like another name in its folder, in another spelling.",
                detail: "The other one goes up, this one not. Rename it.", status: 0)
        }
        return nil
    }

    private func refused(
        _ path: [UInt8], _ refusal: ScannedItem.Refusal, _ isFolder: Bool = false, _ status: stat? = nil
    ) -> ScannedItem {
        let size = isFolder ? 0 : Int64(status?.st_size ?? 0)
        return ScannedItem(path: path, isFolder: isFolder, size: size, refusal: refusal)
    }

    private func text(_ path: [UInt8]) -> String { (path.isEmpty ? top : top.appending(path)).description }

    private static func reasonToSkip(_ name: [UInt8], _ status: stat) -> String? {
        switch status.kind {
        case S_IFDIR: nil
        case S_IFREG: PartFile.isName(name) ? "the unfinished part of a download" : nil
        case S_IFLNK: "a symbolic link"
        case S_IFSOCK: "a socket"
        case S_IFIFO: "a pipe"
        default: "a device"
        }
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> [UInt8] {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        return [UInt8](UnsafeRawBufferPointer(start: start, count: strlen(start)))
    }
}
