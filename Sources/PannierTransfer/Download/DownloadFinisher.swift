internal import CLinux
internal import Glibc
internal import PannierCore
internal import PannierMirror

/// Makes whole files durable and gives them their names.
///
/// The order that must hold: the bytes and the time of the file are on the disk; then it is renamed, which replaces
/// nothing; then the folder is on the disk; then the mirror is told. After a failed fsync nothing is tried again: the
/// kernel may have thrown the bytes away.
actor DownloadFinisher {
    private let executor = BlockingExecutor("finish")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let root: DownloadRoot
    private let durability: Durability
    /// A descriptor on each file system that files were written to. Kept, because a descriptor is told of the faults that
    /// came after it was opened.
    private var disks: [UInt64: Descriptor] = [:]
    /// Up to this many files are made durable one by one; more of them with whole file systems at once.
    static let few = 8
    /// UTIME_OMIT, a macro that Swift does not see: leave this time as it is.
    private static let omitted = (1 << 30) - 2

    /// A part as it is to be named.
    private struct Prepared {
        let file: DownloadFile
        let part: Descriptor
        let device: UInt64
    }

    init(_ root: DownloadRoot, durability: Durability = Durability()) {
        self.root = root
        self.durability = durability
        if let device = try? root.folder.identity().device { disks[device] = root.folder }
    }

    /// - Returns: each file with its problem, nil for those that stand under their names, durable.
    func finish(_ files: [DownloadFile]) -> [FileKey: Problem?] {
        var problems: [FileKey: Problem?] = [:]
        var prepared: [Prepared] = []
        for file in files {
            do throws(LocalError) {
                prepared.append(try prepare(file))
                problems[file.key] = .some(nil)
            } catch {
                problems[file.key] = error.writing(root.text(file.item.path))
            }
        }
        for (file, error) in sync(prepared) { problems[file.key] = error.writing(root.text(file.item.path)) }
        prepared = []
        name(files.filter { problems[$0.key] == .some(nil) }, &problems)
        return problems
    }

    /// Checks the length and sets the time.
    private func prepare(_ file: DownloadFile) throws(LocalError) -> Prepared {
        let item = file.item
        // Only an empty file has no part yet.
        let part = try root.openPart(item.path, row: item.row, isExecutable: item.isExecutable)
        let status = try part.status()
        guard Int64(status.st_size) == item.size else { throw LocalError(EIO) }
        var times = [timespec(tv_sec: 0, tv_nsec: Self.omitted), Self.time(item.modified)]
        try LocalError.check(futimens(part.number, &times))
        return Prepared(file: file, part: part, device: UInt64(status.st_dev))
    }

    /// Gets the bytes to the disk; of every file system, for another one may be mounted below the target.
    ///
    /// The part of a file that failed is removed before anything else is done: the kernel takes its pages for good from
    /// now on, and so would the next run.
    private func sync(_ prepared: [Prepared]) -> [(file: DownloadFile, error: LocalError)] {
        let groups =
            prepared.count > Self.few
            ? Array(Dictionary(grouping: prepared, by: \.device).values) : prepared.map { [$0] }
        var failed: [(file: DownloadFile, error: LocalError)] = []
        for group in groups {
            do throws(LocalError) {
                try syncTogether(group)
            } catch {
                for part in group {
                    try? root.removePart(part.file.item.path, row: part.file.item.row)
                    failed.append((part.file, error))
                }
            }
        }
        return failed
    }

    /// - Parameter group: one file, or files of one file system.
    private func syncTogether(_ group: [Prepared]) throws(LocalError) {
        guard let first = group.first else { return }
        guard group.count > 1 else { return try durability.file(first.part) }
        let disk = disks[first.device] ?? first.part
        disks[first.device] = disk
        try durability.disk(disk)
    }

    /// Gives files their names, and makes these durable.
    private func name(_ files: [DownloadFile], _ problems: inout [FileKey: Problem?]) {
        var folders: [(folder: Descriptor, files: [DownloadFile])] = []
        for file in files {
            do throws(LocalError) {
                let (folder, name) = try root.place(file.item.path)
                try rename(file, in: folder, to: name)
                if folders.last?.folder.isSame(as: folder) == true {
                    folders[folders.count - 1].files.append(file)
                } else {
                    folders.append((folder, [file]))
                }
            } catch {
                problems[file.key] = error.writing(root.text(file.item.path))
            }
        }
        for (folder, files) in folders {
            do throws(LocalError) {
                try durability.file(folder)
            } catch {
                for file in files { problems[file.key] = error.writing(root.text(file.item.path)) }
            }
        }
    }

    private func rename(_ file: DownloadFile, in folder: Descriptor, to name: [UInt8]) throws(LocalError) {
        let part = LocalPath(bytes: root.partName(file.item.row))
        let name = LocalPath(bytes: name)
        let result = part.withCString { from in
            name.withCString { to in pannier_rename_no_replace(folder.number, from, folder.number, to) }
        }
        if result == 0 { return }
        guard errno == EINVAL || errno == ENOSYS else { throw LocalError(errno) }
        // A file system that cannot rename so: a second name, then the first one is taken away.
        try LocalError.check(
            part.withCString { from in
                name.withCString { to in linkat(folder.number, from, folder.number, to, 0) }
            })
        try LocalError.check(part.withCString { unlinkat(folder.number, $0, 0) })
    }

    private static func time(_ nanoseconds: Nanoseconds) -> timespec {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        // Before 1970 the rest is negative, and a timespec's must not be.
        return rest < 0
            ? timespec(tv_sec: Int(seconds - 1), tv_nsec: Int(rest + 1_000_000_000))
            : timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
    }
}

extension Descriptor {
    /// Whether both are the same folder.
    func isSame(as other: Descriptor) -> Bool {
        guard let mine = try? identity(), let theirs = try? other.identity() else { return false }
        return mine == theirs
    }
}
