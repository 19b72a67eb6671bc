import Glibc
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// Whether a folder may be the synced one. One that is missing is made, where its place may hold one. Blocks.
struct SyncFolderCheck {
    private let own: [String]

    init(_ paths: ClientPaths) { own = [paths.state, paths.database] }

    /// - Throws: ``Problem`` `syncFolderUnfit`.
    func check(_ path: LocalPath) throws(Problem) {
        guard path.bytes.first == UInt8(ascii: "/") else {
            throw .unfit(path, "is no absolute path")
        }
        if try !Self.isThere(path) {
            guard let parent = path.folder, try Self.isThere(parent) else {
                throw .unfit(path, "cannot be made: the folder that it would lie in is not there")
            }
            let (real, name) = (try Self.real(parent, for: path), String(decoding: path.lastComponent, as: UTF8.self))
            try checkPlace(of: path, as: real == "/" ? real + name : "\(real)/\(name)")
            try Self.make(path)
        }
        try checkPlace(of: path, as: try Self.real(path, for: path))
    }

    /// - Parameter folder: the path without links in it.
    private func checkPlace(of path: LocalPath, as folder: String) throws(Problem) {
        for own in own {
            let place = (try? Self.real(LocalPath(own), for: path)) ?? own
            let isInside = place == folder || place.hasPrefix(folder == "/" ? "/" : folder + "/")
            let isAround = folder.hasPrefix(place + "/")
            if isInside || isAround { throw .unfit(path, "holds pannier's own data, or lies in it") }
        }
        for system in ["/", "/proc", "/sys", "/dev"]
        where folder == system || folder.hasPrefix(system + "/") && system != "/" {
            throw .unfit(path, "belongs to the system")
        }
        if let outer = Self.syncedFolder(above: folder) {
            throw .unfit(
                path,
                "lies in “\(outer)”, which is a synced folder itself: what is in one would get into the other")
        }
    }

    /// The nearest folder above it that is a synced one, whoever keeps it.
    private static func syncedFolder(above folder: String) -> String? {
        var path = Substring(folder)
        while let slash = path.lastIndex(of: "/") {
            path = path[..<slash]
            if isSynced(path) { return path.isEmpty ? "/" : String(path) }
        }
        return nil
    }

    /// Into somebody else's own part nobody may look: that it is there says enough.
    private static func isSynced(_ folder: Substring) -> Bool {
        var status = stat()
        guard lstat("\(folder)/\(String(decoding: OwnPart.marker, as: UTF8.self))", &status) != 0 else { return true }
        guard errno == EACCES else { return false }
        return lstat("\(folder)/\(String(decoding: OwnPart.name, as: UTF8.self))", &status) == 0
            && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isThere(_ path: LocalPath) throws(Problem) -> Bool {
        if path.withCString({ access($0, F_OK) }) == 0 { return true }
        let error = LocalError(errno)
        guard error.code == ENOENT else { throw .unfit(path, "cannot be looked at: \(error.words)") }
        return false
    }

    private static func make(_ path: LocalPath) throws(Problem) {
        guard path.withCString({ mkdir($0, 0o777) }) != 0 else { return }
        throw .unfit(path, "cannot be made: \(LocalError(errno).words)")
    }

    private static func real(_ path: LocalPath, for folder: LocalPath) throws(Problem) -> String {
        guard let real = path.withCString({ realpath($0, nil) }) else {
            throw .unfit(folder, "cannot be looked at: \(LocalError(errno).words)")
        }
        defer { free(real) }
        return String(cString: real)
    }

    /// Opens the disk beneath it.
    static func tree(at path: LocalPath) throws(Problem) -> DiskTree {
        do throws(LocalError) {
            return try DiskTree(path)
        } catch  where error.code == ENOTDIR {
            throw .unfit(path, "is no folder")
        } catch {
            throw .unfit(path, "cannot be looked at: \(error.words)")
        }
    }
}

extension Problem {
    fileprivate static func unfit(_ path: LocalPath, _ words: String) -> Problem {
        Problem(
            .syncFolderUnfit, "“\(path)” \(words).",
            detail: "Nothing was changed. Choose another folder: `pannier sync DIR`.", status: 0)
    }

    /// - Parameter inner: below the folder.
    static func holdsSynced(_ path: LocalPath, _ inner: LocalPath) -> Problem {
        Problem(
            .syncFolderUnfit, "“\(path)” holds “\(inner)”, which is a synced folder itself.",
            detail: "Nothing was changed. What is in that one would get into these My Files, too, as soon as it is no "
                + "synced folder any more. Choose another folder; or let that one go first (`pannier --profile NAME sync "
                + "--stop`; one that nobody keeps has .pannier in it, to be removed); or leave it out by a line in "
                + "`.pannierignore` of this one.", status: 0)
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
        .syncPaused, "The synced folder is paused.", detail: "`pannier resume --sync` lets it go on.", status: 0)

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
