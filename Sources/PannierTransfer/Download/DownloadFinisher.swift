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
    /// Up to this many files are made durable one by one; more of them with the whole disk at once.
    private static let few = 8
    /// UTIME_OMIT, a macro that Swift does not see: leave this time as it is.
    private static let omitted = (1 << 30) - 2

    init(_ root: DownloadRoot) { self.root = root }

    /// - Returns: each file with its problem, nil for those that stand under their names, durable.
    func finish(_ files: [DownloadFile]) -> [FileKey: Problem?] {
        var problems: [FileKey: Problem?] = [:]
        for file in files { problems[file.key] = .some(prepare(file, syncs: files.count <= Self.few)) }
        if files.count > Self.few {
            do throws(LocalError) {
                try root.syncDisk()
            } catch {
                for file in files { problems[file.key] = error.writing(root.text(file.item.path)) }
            }
        }
        var folders: [(folder: Descriptor, files: [DownloadFile])] = []
        for file in files where problems[file.key] == .some(nil) {
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
        for (folder, files) in folders where fsync(folder.number) != 0 {
            let error = LocalError(errno)
            for file in files { problems[file.key] = error.writing(root.text(file.item.path)) }
        }
        return problems
    }

    /// Sets the time, and the bytes on the disk.
    private func prepare(_ file: DownloadFile, syncs: Bool) -> Problem? {
        do throws(LocalError) {
            let item = file.item
            // Only an empty file has no part yet.
            let part = try root.openPart(item.path, row: item.row, isExecutable: item.isExecutable)
            guard Int64(try part.status().st_size) == item.size else { throw LocalError(EIO) }
            var times = [timespec(tv_sec: 0, tv_nsec: Self.omitted), Self.time(item.modified)]
            try LocalError.check(futimens(part.number, &times))
            if syncs { try LocalError.check(fsync(part.number)) }
            return nil
        } catch {
            return error.writing(root.text(file.item.path))
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
        guard let mine = try? status(), let theirs = try? other.status() else { return false }
        return mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino
    }
}
