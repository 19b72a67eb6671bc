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
        try opened.eachChild { entry in
            let (kind, isFolder) = Self.kind(of: entry, in: opened)
            let name = entry.bytes
            entries.append(Entry(start: bytes.count, length: UInt16(name.count), kind: kind, isFolder: isFolder))
            bytes += name
            return true
        }
    }

    /// Not every file system tells the kind with the name.
    private static func kind(of entry: FolderReader.Entry, in opened: Descriptor) -> (LocalRow.Kind, isFolder: Bool) {
        var status = stat()
        func mode(_ flags: Int32) -> mode_t {
            fstatat(opened.number, entry.pointer, &status, flags) == 0 ? status.kind : 0
        }
        let kind: LocalRow.Kind =
            switch entry.kind {
            case .folder: .folder
            case .file: .file
            case .link: .link
            case .other: .other
            case .unknown: .init(mode(AT_SYMLINK_NOFOLLOW))
            }
        return (kind, kind == .folder || kind == .link && mode(0) == S_IFDIR)
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
