import Glibc
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// Whether a folder may be the synced one. Blocks.
struct SyncFolderCheck {
    private let own: [String]

    init(_ paths: ClientPaths) { own = [paths.state, paths.database] }

    /// - Throws: ``Problem`` `syncFolderUnfit`.
    func check(_ path: LocalPath) throws(Problem) {
        guard path.bytes.first == UInt8(ascii: "/") else {
            throw .unfit(path, "is no absolute path")
        }
        let folder = try Self.real(path)
        for own in own {
            let place = (try? Self.real(LocalPath(own))) ?? LocalPath(own)
            if place.isIn(folder) || folder.isIn(place) {
                throw .unfit(path, "holds pannier's own data, or lies in it")
            }
        }
        let systems = ["/proc", "/sys", "/dev"].map { LocalPath($0) }
        if folder == LocalPath("/") || systems.contains(where: { folder.isIn($0) }) {
            throw .unfit(path, "belongs to the system")
        }
        try SyncFolderPlace(folder: folder).check(path)
    }

    /// Without links on the way; of a folder that is not there yet, where it is going to be.
    private static func real(_ path: LocalPath) throws(Problem) -> LocalPath {
        if let real = resolved(path) { return real }
        let error = LocalError(errno)
        guard error.code == ENOENT, let real = path.folder.flatMap(resolved) else {
            throw .unfit(path, "cannot be looked at: \(error.words)")
        }
        return real.appending(path.lastComponent)
    }

    private static func resolved(_ path: LocalPath) -> LocalPath? {
        guard let real = path.withCString({ realpath($0, nil) }) else { return nil }
        defer { free(real) }
        return LocalPath(bytes: UnsafeBufferPointer(start: real, count: strlen(real)).map { UInt8(bitPattern: $0) })
    }

    /// Opens the disk beneath it; makes the folder, if only that is missing.
    static func tree(at path: LocalPath) throws(Problem) -> DiskTree {
        try SyncFolderPlace.make(path)
        do throws(LocalError) {
            return try DiskTree(path)
        } catch  where error.code == ENOTDIR {
            throw .unfit(path, "is no folder")
        } catch {
            throw .unfit(path, "cannot be looked at: \(error.words)")
        }
    }
}

extension LocalPath {
    /// It is that folder, or lies in it. Of paths without links.
    fileprivate func isIn(_ folder: LocalPath) -> Bool {
        self == folder || bytes.starts(with: folder.appending([]).bytes)
    }
}

extension Problem {
    fileprivate static func unfit(_ path: LocalPath, _ words: String) -> Problem {
        Problem(
            .syncFolderUnfit, "“\(path)” \(words).",
            detail: "Nothing was changed. Choose another folder: `pannier sync DIR`.", status: 0)
    }

    static func otherFolderPaired(_ path: LocalPath) -> Problem {
        Problem(
            .syncFolderUnfit, "“\(path)” is kept the same as My Files already.",
            detail:
                "There is one such folder. `pannier sync --stop` lets it go its own way; nothing is deleted by that.",
            status: 0)
    }

    static let waitCancelled = Problem(.cancelled, "Cancelled.", status: 0)

    static let syncIsPaused = Problem(
        .cancelled, "The synced folder is paused.", detail: "`pannier resume --sync` lets it go on.", status: 0)

    static func deletionsAreHeld(_ state: SyncState) -> Problem {
        Problem(
            .deletionsHeld,
            "\(Format.count(Int64(state.heldHere))) deletions here and \(Format.count(Int64(state.heldThere))) on the server wait for a person's word.",
            detail:
                "Look at `pannier plan`, then `pannier approve`; or bring all of it back: `pannier approve --undo`.",
            status: 0)
    }
}

extension SyncTiming {
    /// As it is, but for what tests set: `PANNIER_SYNC_SETTLE`, in milliseconds.
    static var fromEnvironment: SyncTiming {
        var timing = SyncTiming()
        if let text = getenv("PANNIER_SYNC_SETTLE").flatMap({ String(validatingCString: $0) }), let value = Int64(text)
        {
            timing.settle = min(max(value, 0), 600_000)
        }
        return timing
    }
}
