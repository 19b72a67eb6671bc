internal import CLinux
internal import Glibc
internal import PannierCore
internal import PannierMirror

/// What became of a file that was whole.
enum FinishOutcome: Sendable, Equatable {
    /// It stands under its name, durable.
    case done
    case failed(Problem)
    /// The disk would not say that it is durable. Nothing is left of it: it is to be fetched again.
    case lost(Problem)

    var problem: Problem? {
        switch self {
        case .done: nil
        case .failed(let problem), .lost(let problem): problem
        }
    }
}

/// Makes whole files durable and gives them their names.
///
/// The order that must hold: the bytes and the time of the file are on the disk; then it is renamed, which replaces
/// nothing; then the folder is on the disk; then the mirror is told. What cannot be made durable is removed at once, before
/// anything else happens to it: after a failed fsync the kernel may have thrown the bytes away, and would say that all is
/// well when it is asked again (fsync(2)).
actor DownloadFinisher {
    private let executor = BlockingExecutor("finish")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A file whose part has its length and time. Descriptors are few, so it is opened again when it is needed.
    private struct Whole {
        let file: DownloadFile
        let identity: FileIdentity
    }

    private let root: DownloadRoot
    private let durability: Durability
    /// A descriptor on each file system that files were written to. Kept, because a descriptor is told of the faults that
    /// came after it was opened.
    private var disks: [UInt64: Descriptor] = [:]
    /// Up to this many files are made durable one by one; more of them with whole file systems at once.
    static let few = 8

    private var outcomes: [FileKey: FinishOutcome] = [:]

    init(_ root: DownloadRoot, durability: Durability = Durability()) {
        self.root = root
        self.durability = durability
        if let device = try? root.folder.identity().device { disks[device] = root.folder }
    }

    /// - Returns: each file with what became of it.
    func finish(_ files: [DownloadFile]) -> [FileKey: FinishOutcome] {
        outcomes = [:]
        let isMany = files.count > Self.few
        let wholes = files.compactMap { prepare($0, syncs: !isMany) }
        // Of every file system, for another one may be mounted below the target.
        let groups = isMany ? Array(Dictionary(grouping: wholes, by: \.identity.device).values) : []
        let durable = isMany ? groups.flatMap(makeDurable) : wholes
        Failpoint.partDurable.pass()
        nameAll(durable)
        return outcomes
    }

    /// - Parameter syncs: whether its bytes and time are made durable here.
    /// - Returns: nil when it is settled what became of it.
    private func prepare(_ file: DownloadFile, syncs: Bool) -> Whole? {
        do throws(LocalError) {
            let item = file.item
            // Only an empty file has no part yet.
            let part = try root.openPart(item.path, row: item.row, isExecutable: item.isExecutable)
            guard Int64(try part.status().st_size) == item.size else { throw LocalError(EIO) }
            try part.set(modified: item.modified)
            let whole = Whole(file: file, identity: try part.identity())
            if disks[whole.identity.device] == nil { disks[whole.identity.device] = part }
            guard syncs else { return whole }
            do throws(LocalError) {
                try durability.file(part)
                return whole
            } catch {
                lose(whole, root.partName(item.row), error)
                return nil
            }
        } catch {
            fail(file, error)
            return nil
        }
    }

    /// - Parameter wholes: files of one file system.
    /// - Returns: those whose bytes are on the disk: all or none.
    private func makeDurable(_ wholes: [Whole]) -> [Whole] {
        do throws(LocalError) {
            if let device = wholes.first?.identity.device, let disk = disks[device] { try durability.disk(disk) }
            return wholes
        } catch {
            for whole in wholes { lose(whole, root.partName(whole.file.item.row), error) }
            return []
        }
    }

    /// Gives files their names, and makes these durable folder by folder.
    private func nameAll(_ wholes: [Whole]) {
        var groups: [(folder: Descriptor, files: [Whole])] = []
        for whole in wholes {
            do throws(LocalError) {
                let (folder, name) = try root.place(whole.file.item.path)
                try rename(whole.file, in: folder, to: name)
                if groups.last?.folder.isSame(as: folder) == true {
                    groups[groups.count - 1].files.append(whole)
                } else {
                    groups.append((folder, [whole]))
                }
            } catch {
                fail(whole.file, error)
            }
        }
        Failpoint.fileNamed.pass()
        for (folder, files) in groups {
            do throws(LocalError) {
                try durability.file(folder)
                for whole in files { outcomes[whole.file.key] = .done }
            } catch {
                for whole in files { lose(whole, nil, error) }
            }
        }
    }

    /// Removes a file of ours that may not be durable.
    /// - Parameter name: the one that it has; nil: its own.
    private func lose(_ whole: Whole, _ name: [UInt8]?, _ error: LocalError) {
        let problem = error.writing(root.text(whole.file.item))
        do throws(LocalError) {
            let (folder, own) = try root.place(whole.file.item.path)
            let name = name ?? own
            // Somebody may have put something else there meanwhile.
            if try folder.status(ofChild: name)?.identity == whole.identity {
                try LocalError.check(LocalPath(bytes: name).withCString { unlinkat(folder.number, $0, 0) })
            }
            outcomes[whole.file.key] = .lost(problem)
        } catch {
            // It lies there still, and may be half of it: not to be trusted, and not to be tried again.
            outcomes[whole.file.key] = .failed(
                Problem(
                    problem.code, problem.title,
                    detail:
                        "What lies at its place may be half of it, and cannot be removed: \(error.words). Remove it.",
                    status: 0))
        }
    }

    private func fail(_ file: DownloadFile, _ error: LocalError) {
        outcomes[file.key] = .failed(error.writing(root.text(file.item)))
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
}

extension Descriptor {
    /// Whether both are the same folder.
    func isSame(as other: Descriptor) -> Bool {
        guard let mine = try? identity(), let theirs = try? other.identity() else { return false }
        return mine == theirs
    }
}
