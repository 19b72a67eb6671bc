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
        private var reader: FolderReader
        var twins = TwinFinder()

        init(path: [UInt8], folder: Descriptor, _ reading: @escaping FolderReader.Reading) throws(LocalError) {
            self.path = path
            self.folder = folder
            reader = try folder.reader(reading)
        }

        /// The next name; nil at the end.
        func next() throws(LocalError) -> [UInt8]? {
            do throws(FolderReader.Failure) {
                return try reader.next()?.name
            } catch {
                throw LocalError(error.code)
            }
        }
    }

    private let executor = BlockingExecutor("scan")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let top: LocalPath
    private let readEntry: FolderReader.Reading
    private let remote: RemotePath
    private let remoteBytes: Int
    private var levels: [Level] = []
    private var hasBegun = false
    /// Of the folder in which a name was looked at alone last.
    private var twins: (folder: [UInt8], losers: Set<[UInt8]>)?

    /// - Parameters:
    ///   - remote: where the top item will stand; depth and length of paths count from there.
    ///   - readEntry: `readdir`; tests let it fail.
    init(
        _ top: LocalPath, remote: RemotePath,
        readEntry: @escaping FolderReader.Reading = { readdir($0) }
    ) {
        self.top = top
        self.readEntry = readEntry
        self.remote = remote
        remoteBytes = remote.description.utf8.count
    }

    /// The next items of all that is there, at most `limit` and a little more.
    func next(_ limit: Int) -> Batch {
        guard !hasBegun else { return more(limit) }
        hasBegun = true
        return more(limit, after: [begin()])
    }

    /// From now on ``more(_:)`` finds what lies in this folder below the top, and below it.
    func enter(_ path: [UInt8]) throws(LocalError) {
        levels = []
        let found: Descriptor
        if path.isEmpty {
            found = try Descriptor.open(top, O_RDONLY | O_DIRECTORY)
        } else {
            found = try folder(above: path).open(beneath: Self.name(path), O_RDONLY | O_DIRECTORY)
        }
        levels.append(try Level(path: path, folder: found, readEntry))
    }

    /// The next items of what was begun or entered.
    func more(_ limit: Int) -> Batch { more(limit, after: []) }

    private func more(_ limit: Int, after first: [ScannedItem]) -> Batch {
        var items = first
        while items.count < limit, let level = levels.last {
            do throws(LocalError) {
                if let name = try level.next() {
                    if let item = look(at: name, in: level) { items.append(item) }
                } else {
                    levels.removeLast()
                }
            } catch {
                levels.removeLast()
                items.append(rest(of: level.path, error))
            }
        }
        return Batch(items: items, isEnd: levels.isEmpty)
    }

    /// Looks at single items again, without what lies in them.
    func look(at paths: [[UInt8]]) -> [ScannedItem] {
        twins = nil
        return paths.map { path in
            guard !path.isEmpty else { return begin(enters: false) }
            do throws(LocalError) {
                let folder = try folder(above: path)
                guard let status = try folder.status(ofChild: Self.name(path)) else { throw LocalError(ENOENT) }
                let item = try self.item(path, status, in: folder) { (_) throws(LocalError) in
                    try isLoser(path, in: folder)
                }
                if item.isFolder, item.refusal == nil {
                    _ = try folder.open(beneath: Self.name(path), O_RDONLY | O_DIRECTORY)
                }
                return item
            } catch {
                return refused(path, .failed(error.reading(text(path))))
            }
        }
    }

    private func begin(enters: Bool = true) -> ScannedItem {
        do throws(LocalError) {
            let found = try Descriptor.open(top, O_RDONLY | O_NONBLOCK)
            let status = try found.status()
            if status.isFolder {
                if enters { levels.append(try Level(path: [], folder: found, readEntry)) }
                return ScannedItem(path: [], isFolder: true, modified: status.modified)
            }
            if status.isRegular { return file([], status) }
            let problem = Problem(
                .localFileUnreadable, "“\(top)” is neither a file nor a folder.", detail: "It was not uploaded.")
            return refused([], .failed(problem))
        } catch {
            return refused([], .failed(error.reading(top.description)))
        }
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
        do throws(LocalError) {
            // Gone since it was listed: there is nothing to say about it.
            guard let status = try level.folder.status(ofChild: name) else { return nil }
            let item = try item(path, status, in: level.folder) { (name) throws(LocalError) in
                !level.twins.isFirst(name, exists: { level.folder.hasChild($0) })
            }
            guard item.isFolder, item.refusal == nil else { return item }
            let folder = try level.folder.open(beneath: name, O_RDONLY | O_DIRECTORY)
            levels.append(try Level(path: path, folder: folder, readEntry))
            return item
        } catch {
            return refused(path, .failed(error.reading(text(path))), isFolder(name, in: level.folder))
        }
    }

    private func isFolder(_ name: [UInt8], in folder: Descriptor) -> Bool {
        do throws(LocalError) {
            return try folder.status(ofChild: name)?.isFolder ?? false
        } catch {
            // Nobody knows what it is; one thing that cannot be read.
            return false
        }
    }

    /// - Parameter isTwin: whether the name gives way to another one of its folder.
    private func item(
        _ path: [UInt8], _ status: stat, in folder: Descriptor, isTwin: (NodeName) throws(LocalError) -> Bool
    ) throws(LocalError) -> ScannedItem {
        if let (kind, reason) = Self.reasonToSkip(Self.name(path), status) {
            let problem = Problem(.notTransferable, "“\(text(path))” is \(reason).", detail: "It was left out.")
            return refused(path, .skipped(kind, problem))
        }
        if let problem = try refusal(of: path, in: folder, isTwin) {
            return refused(path, .failed(problem), status.isFolder, status)
        }
        return status.isFolder
            ? ScannedItem(path: path, isFolder: true, modified: status.modified) : file(path, status)
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
    private func refusal(
        of path: [UInt8], in folder: Descriptor, _ isTwin: (NodeName) throws(LocalError) -> Bool
    ) throws(LocalError) -> Problem? {
        let nodeName: NodeName
        do throws(NodeNameError) {
            nodeName = try NodeName(bytes: Self.name(path))
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
        guard try !isTwin(nodeName) else {
            return twin(path, nodeName, TwinFinder.otherSpelling(of: nodeName) { folder.hasChild($0) })
        }
        return nil
    }

    /// - Parameter other: one of the names that look the same, where it is known.
    private func twin(_ path: [UInt8], _ name: NodeName, _ other: NodeName?) -> Problem {
        var spellings = name.spelled.map { ": this one has \($0)" }
        if let other {
            let (own, others) = name.spelling(apartFrom: other)
            spellings = ": with \(others) where this one has \(own)"
        }
        return Problem(
            .nameTwin, "“\(text(path))” is in its folder in another spelling, too\(spellings ?? "").",
            detail: "They look the same, so one of them goes up, and not this one. Rename it.", status: 0)
    }

    /// Whether a name that is looked at alone is one of the twins of its folder that give way: the same as those that a
    /// scan of the whole folder refuses.
    private func isLoser(_ path: [UInt8], in folder: Descriptor) throws(LocalError) -> Bool {
        let name = Self.name(path)
        guard name.contains(where: { $0 >= 0x80 }) else { return false }
        let above = Array(path.dropLast(name.count))
        if let twins, twins.folder == above { return twins.losers.contains(name) }
        let level = try Level(path: above, folder: folder, readEntry)
        var losers: Set<[UInt8]> = []
        while let name = try level.next() {
            guard let nodeName = try? NodeName(bytes: name) else { continue }
            if !level.twins.isFirst(nodeName, exists: { folder.hasChild($0) }) { losers.insert(name) }
        }
        twins = (above, losers)
        return losers.contains(name)
    }

    /// The folder that holds an item below the top, opened without following a link on the way.
    private func folder(above path: [UInt8]) throws(LocalError) -> Descriptor {
        let whole = try Descriptor.open(top, O_RDONLY | O_DIRECTORY)
        let above = path.dropLast(Self.name(path).count + 1)
        return above.isEmpty ? whole : try whole.open(beneath: Array(above), O_RDONLY | O_DIRECTORY)
    }

    private static func name(_ path: [UInt8]) -> [UInt8] {
        path.lastIndex(of: 0x2F).map { Array(path[($0 + 1)...]) } ?? path
    }

    private func refused(
        _ path: [UInt8], _ refusal: ScannedItem.Refusal, _ isFolder: Bool = false, _ status: stat? = nil
    ) -> ScannedItem {
        let size = isFolder ? 0 : Int64(status?.st_size ?? 0)
        return ScannedItem(path: path, isFolder: isFolder, size: size, refusal: refusal)
    }

    private func text(_ path: [UInt8]) -> String { (path.isEmpty ? top : top.appending(path)).description }

    private static func reasonToSkip(_ name: [UInt8], _ status: stat) -> (SkippedItems.Kind, String)? {
        switch status.kind {
        case S_IFDIR: nil
        case S_IFREG: PartFile.isName(name) ? (.part, "the unfinished part of a download") : nil
        case S_IFLNK: (.link, "a symbolic link")
        case S_IFSOCK: (.socket, "a socket")
        case S_IFIFO: (.pipe, "a pipe")
        default: (.device, "a device")
        }
    }
}
