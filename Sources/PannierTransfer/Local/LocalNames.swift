internal import Glibc
package import PannierCore

/// The names in a folder of this machine: folders (and links to folders) first, then by name bytes. Names and kinds alone,
/// which the folder itself tells; sizes and times are looked up for the rows that somebody sees.
package struct LocalNames: Sendable {
    private struct Entry {
        let start: Int
        let length: UInt16
        let kind: LocalRow.Kind
        let isFolder: Bool
    }

    /// By what it is seen that nothing came, went or was renamed since.
    private struct Mark: Hashable {
        let device: dev_t
        let inode: ino_t
        let changed: Nanoseconds

        init(_ status: stat) {
            device = status.st_dev
            inode = status.st_ino
            changed = max(status.modified, status.changed)
        }
    }

    private let folder: LocalPath
    private let mark: Mark
    /// All names, one behind the other.
    private var bytes: [UInt8] = []
    private var entries: [Entry] = []

    package var count: Int { entries.count }

    /// Reads a folder. Blocks.
    /// - Parameter folder: absolute; links in it are followed.
    /// - Throws: ``Problem`` when there is none, or it cannot be read.
    package init(reading folder: LocalPath) throws(Problem) {
        let opened = try Self.open(folder)
        do throws(LocalError) {
            self.folder = folder.trimmed
            mark = Mark(try opened.status())
            try read(opened)
        } catch {
            throw error.listing(folder)
        }
        sort()
    }

    private static func open(_ folder: LocalPath) throws(Problem) -> Descriptor {
        guard folder.bytes.first == 0x2F, !folder.bytes.contains(0) else {
            throw Problem(
                .badRequest, "“\(folder)” is not the absolute path of a folder.",
                detail: "It begins with a slash: /home/alice.", status: 0)
        }
        do throws(LocalError) {
            return try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
        } catch {
            throw error.listing(folder)
        }
    }

    private mutating func read(_ opened: Descriptor) throws(LocalError) {
        // fdopendir takes the descriptor over, and `opened` keeps its own.
        let copy = fcntl(opened.number, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw LocalError(errno) }
        guard let stream = fdopendir(copy) else {
            let error = LocalError(errno)
            close(copy)
            throw error
        }
        defer { closedir(stream) }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == 0 { return }
                throw LocalError(errno)
            }
            add(entry, in: opened)
        }
    }

    private mutating func add(_ entry: UnsafeMutablePointer<dirent>, in opened: Descriptor) {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        let name = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        let length = strlen(name)
        let spelled = UnsafeRawBufferPointer(start: name, count: length)
        if spelled.elementsEqual([0x2E]) || spelled.elementsEqual([0x2E, 0x2E]) { return }
        let (kind, isFolder) = Self.kind(of: entry.pointee.d_type, name, in: opened)
        entries.append(Entry(start: bytes.count, length: UInt16(length), kind: kind, isFolder: isFolder))
        bytes += spelled
    }

    /// Not every file system tells the kind with the name.
    private static func kind(
        of type: UInt8, _ name: UnsafePointer<CChar>, in opened: Descriptor
    ) -> (LocalRow.Kind, isFolder: Bool) {
        var status = stat()
        var mode: mode_t
        switch Int(type) {
        case Int(DT_DIR): mode = S_IFDIR
        case Int(DT_REG): mode = S_IFREG
        case Int(DT_LNK): mode = S_IFLNK
        case Int(DT_UNKNOWN):
            mode = fstatat(opened.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status.kind : 0
        default: mode = 0
        }
        let kind = LocalRow.Kind(mode)
        if kind == .link { mode = fstatat(opened.number, name, &status, 0) == 0 ? status.kind : 0 }
        return (kind, mode == S_IFDIR)
    }

    private mutating func sort() {
        bytes.withUnsafeBytes { bytes in
            entries.sort { left, right in
                if left.isFolder != right.isFolder { return left.isFolder }
                let common = Int(min(left.length, right.length))
                guard common > 0, let base = bytes.baseAddress else { return left.length < right.length }
                let order = memcmp(base + left.start, base + right.start, common)
                return order == 0 ? left.length < right.length : order < 0
            }
        }
    }

    // MARK: - Reading it

    /// Whether the folder still holds these names. Blocks.
    package func isCurrent() -> Bool {
        var status = stat()
        return folder.withCString { stat($0, &status) } == 0 && Mark(status) == mark
    }

    /// The places of those that a filter leaves.
    package func places(_ filter: RowFilter) -> [Int] {
        let spellings = filter.letters.isEmpty ? [] : LooseText.spellings(of: filter.letters)
        return bytes.withUnsafeBytes { bytes in
            entries.indices.filter { place in
                let name = UnsafeRawBufferPointer(rebasing: bytes[range(entries[place])])
                if filter.hidesDotNames, name.first == 0x2E { return false }
                return spellings.isEmpty || spellings.contains { $0.isScattered(in: name) }
            }
        }
    }

    private func range(_ entry: Entry) -> Range<Int> { entry.start..<entry.start + Int(entry.length) }

    /// Rows as they are now; of what has gone meanwhile, what was known. Blocks.
    /// - Throws: ``Problem`` when the folder cannot be read any more.
    package func rows(_ places: some Collection<Int>) throws(Problem) -> [LocalRow] {
        guard !places.isEmpty else { return [] }
        let opened = try Self.open(folder)
        return places.map { place in
            let entry = entries[place]
            let name = Array(bytes[range(entry)])
            var row = LocalRow(
                path: folder.appending(name), kind: entry.kind, size: 0, modified: 0, isFolder: entry.isFolder)
            guard let status = try? opened.status(ofChild: name) else { return row }
            row.kind = LocalRow.Kind(status.kind)
            row.size = Int64(status.st_size)
            row.modified = status.modified / 1_000_000
            if row.kind != .link { row.isFolder = status.isFolder }
            return row
        }
    }
}

extension LocalRow.Kind {
    fileprivate init(_ mode: mode_t) {
        self =
            switch mode {
            case S_IFDIR: .folder
            case S_IFREG: .file
            case S_IFLNK: .link
            default: .other
            }
    }
}

extension LocalError {
    fileprivate func listing(_ folder: LocalPath) -> Problem {
        switch code {
        case ENOENT: Problem(.notFound, "There is no folder “\(folder)” on this machine.", status: 0)
        case ENOTDIR: Problem(.notFolder, "“\(folder)” is not a folder.", status: 0)
        default: Problem(.localFileUnreadable, "The folder “\(folder)” cannot be read: \(words).", status: 0)
        }
    }
}
