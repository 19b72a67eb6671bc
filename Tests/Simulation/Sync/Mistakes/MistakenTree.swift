import DiskSimulation
import Glibc
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// A disk as a process sees it that makes a mistake (of those of the disk; all others leave it as it is).
///
/// Used by one thread, hence the unchecked sendability.
final class MistakenTree: FileTree, @unchecked Sendable {
    let disk: SimulatedTree
    let mistake: Mistake
    /// What was told last of what stands at a path.
    private var told: [TreePath: TreeStatus] = [:]
    /// What is told once of a path instead of what stands there.
    private var lies: [TreePath: TreeStatus] = [:]
    private var listed: Set<TreeIdentity> = []
    private var unsynced: [TreePath] = []

    init(_ disk: SimulatedTree, _ mistake: Mistake) {
        self.disk = disk
        self.mistake = mistake
    }

    // MARK: Looking

    func presence() -> TreePresence { disk.presence() }
    func read(_ path: TreePath) throws(LocalError) -> [UInt8]? { try disk.read(path) }

    func status(_ path: TreePath) throws(LocalError) -> TreeStatus? {
        let status = try disk.status(path)
        told[path] = status
        return lies.removeValue(forKey: path) ?? status
    }

    func list(
        _ folder: TreePath, _ body: (_ name: [UInt8], _ status: TreeStatus) -> Void
    ) throws(LocalError) {
        try syncLate()
        if mistake == .forgetsNewFolders, !folder.isOwn, !folder.isEmpty, let status = try disk.status(folder),
            listed.insert(status.identity).inserted
        {
            return
        }
        do throws(LocalError) {
            try disk.list(folder, body)
        } catch  where error.code == EIO && mistake == .believesHalfListing {
        } catch  where error.code == EMFILE && mistake == .takesFailureForEmpty {}
    }

    func content(of path: TreePath) throws(LocalError) -> TreeContent? {
        guard mistake == .tellsTornReads else { return try disk.content(of: path) }
        guard let bytes = try disk.read(path), let status = try disk.status(path), status.kind == .file else {
            return nil
        }
        return TreeContent(digest: SHA256Digest.of(bytes), status: status)
    }

    // MARK: Names

    func makeFolder(_ path: TreePath) throws(LocalError) { try disk.makeFolder(path) }
    func makeOwnFolder(_ path: TreePath) throws(LocalError) { try disk.makeOwnFolder(path) }
    func removeFile(_ path: TreePath) throws(LocalError) { try disk.removeFile(path) }

    func move(_ path: TreePath, to target: TreePath) throws(LocalError) {
        let isDeletion = target.starts(with: OwnPart.quarantine) && !path.isOwn
        switch mistake {
        case .forgetsDeletionCheck where isDeletion:
            try disk.move(path, to: target)
            lies[target] = told[path]
        case .deletesForGood where isDeletion:
            try disk.removeFile(path)
            lies[target] = told[path]
        case .overwritesQuarantine where target.starts(with: OwnPart.quarantine):
            if try disk.status(target) != nil { try disk.removeFile(target) }
            try disk.move(path, to: target)
        case .movesOver where !target.isOwn: try disk.moveOver(path, to: target)
        default: try disk.move(path, to: target)
        }
    }

    func exchange(_ path: TreePath, _ other: TreePath) throws(LocalError) {
        let isNew = path.starts(with: OwnPart.incoming)
        if mistake == .writesInPlace, isNew, let bytes = try disk.read(path) {
            try disk.overwrite(other, bytes)
        } else {
            try disk.exchange(path, other)
        }
        if isNew, mistake == .writesInPlace || mistake == .forgetsExchangeCheck { lies[path] = told[other] }
    }

    func removeFolder(_ path: TreePath) throws(LocalError) {
        if mistake == .removesFullFolders { try empty(path) }
        try disk.removeFolder(path)
    }

    private func empty(_ folder: TreePath) throws(LocalError) {
        var inside: [(name: [UInt8], kind: TreeStatus.Kind)] = []
        try disk.list(folder) { name, status in inside.append((name, status.kind)) }
        for (name, kind) in inside {
            let path = folder + [UInt8(ascii: "/")] + name
            if kind == .folder { try removeFolder(path) } else { try disk.removeFile(path) }
        }
    }

    // MARK: Content and durability

    func write(_ bytes: [UInt8], to path: TreePath) throws(LocalError) { try disk.write(bytes, to: path) }

    func copyAccess(from other: TreePath, to path: TreePath) throws(LocalError) {
        try disk.copyAccess(from: other, to: path)
    }

    func sync(_ folders: [TreePath]) throws(LocalError) {
        switch mistake {
        case .skipsNameSync: break
        case .syncsAfterCommit: unsynced += folders
        default: try disk.sync(folders)
        }
    }

    func syncFiles(_ paths: [TreePath]) throws(LocalError) { try disk.syncFiles(paths) }
    func syncDisk() throws(LocalError) { try disk.syncDisk() }

    private func syncLate() throws(LocalError) {
        guard !unsynced.isEmpty else { return }
        let folders = unsynced
        unsynced = []
        try disk.sync(folders)
    }
}
