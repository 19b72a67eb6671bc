internal import Glibc
internal import PannierCore
internal import PannierMirror

/// The folder that a download goes to. Everything is opened beneath it and no link is followed on the way, so whatever
/// the server says, nothing is written outside.
struct DownloadRoot: Sendable {
    /// The folder that holds the sources.
    let folder: Descriptor
    private let transfer: TransferID
    /// The name that the only source gets, which the paths of items do not name; empty where there are several.
    private let top: [UInt8]
    /// For messages.
    private let local: LocalPath
    /// The synced folder, of what comes down for it.
    var synced: LocalPath { local }
    /// Nobody but pannier has anything in the folder: it is the synced folder's own part.
    let isOwn: Bool

    /// - Parameter local: final path of the top item; the folder that will hold it must exist.
    init(_ local: LocalPath, transfer: TransferID) throws(LocalError) {
        top = local.lastComponent
        guard !top.isEmpty, top != [0x2E], top != [0x2E, 0x2E] else { throw LocalError(EEXIST) }
        var parent = local.bytes[...]
        while parent.count > 1, parent.last == 0x2F { parent.removeLast() }
        parent.removeLast(min(parent.count, top.count))
        let path = LocalPath(bytes: parent.isEmpty ? [0x2E] : Array(parent))
        folder = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
        self.transfer = transfer
        self.local = local
        isOwn = false
    }

    /// - Parameter folder: of several sources; it must exist.
    init(folder: LocalPath, transfer: TransferID) throws(LocalError) {
        top = []
        self.folder = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
        self.transfer = transfer
        local = folder
        isOwn = false
    }

    /// - Parameter synced: the synced folder. What comes down goes into its own part.
    init(synced: LocalPath, transfer: TransferID) throws(LocalError) {
        top = []
        folder = try Descriptor.open(synced, O_RDONLY | O_DIRECTORY)
            .open(beneath: OwnPart.incoming, O_RDONLY | O_DIRECTORY, onDisk: true)
        self.transfer = transfer
        local = synced
        isOwn = true
    }

    private init(_ transfer: StoredTransfer) throws(LocalError) {
        if let synced = transfer.syncFolder {
            try self.init(synced: synced, transfer: transfer.id)
        } else if transfer.sources == 1 {
            try self.init(transfer.local, transfer: transfer.id)
        } else {
            try self.init(folder: transfer.local, transfer: transfer.id)
        }
    }

    /// Opens the folder on a thread that may hang with its disk.
    static func open(for transfer: StoredTransfer) async throws(Problem) -> DownloadRoot {
        try await BlockingThread.run { () throws(Problem) in
            do throws(LocalError) {
                return try DownloadRoot(transfer)
            } catch {
                if let synced = transfer.syncFolder { throw error.losing(synced) }
                throw error.writing(transfer.local.description)
            }
        }
    }

    /// Opens the folder, to see what is left in it.
    /// - Returns: nil when it is not there, and nothing in it therefore.
    /// - Throws: ``Problem`` when nobody knows, because it cannot be opened.
    static func openIfThere(for transfer: StoredTransfer) async throws(Problem) -> DownloadRoot? {
        try await BlockingThread.run { () throws(Problem) in
            do throws(LocalError) {
                return try DownloadRoot(transfer)
            } catch  where error.code == ENOENT {
                return nil
            } catch {
                throw error.writing(transfer.local.description)
            }
        }
    }

    /// Of what comes down for the synced folder, the place that it is meant for.
    func text(_ item: DownloadItem) -> String {
        item.shown.map { local.appending($0).description } ?? text(item.path)
    }

    func text(_ path: [UInt8]) -> String { (path.isEmpty ? local : local.appending(path)).description }

    /// The place of an item: its folder, opened, and its name there.
    func place(_ path: [UInt8]) throws(LocalError) -> (folder: Descriptor, name: [UInt8]) {
        let whole = ItemPath.join(top, path)
        guard let slash = whole.lastIndex(of: 0x2F) else { return (folder, whole) }
        let parent = try folder.open(beneath: Array(whole[..<slash]), O_RDONLY | O_DIRECTORY)
        return (parent, Array(whole[(slash + 1)...]))
    }

    func partName(_ row: Int64) -> [UInt8] { PartFile.name(transfer: transfer, row: row) }

    /// Opens the part of a file, making it if it is not there. Its mode is the one the file will have. What somebody else
    /// has put there under its name gives way, or is an error where it cannot.
    func openPart(_ path: [UInt8], row: Int64, isExecutable: Bool) throws(LocalError) -> Descriptor {
        let folder = try place(path).folder
        let name = partName(row)
        if let part = try Self.ownPart(name, in: folder) { return part }
        let mode: mode_t = isExecutable ? 0o777 : 0o666
        do throws(LocalError) {
            return try folder.open(beneath: name, O_RDWR | O_CREAT | O_EXCL, mode: mode)
        } catch  where error.code == EEXIST {
            // Another writer of ours has made it meanwhile: to remove that would lose what it writes.
            if let part = try Self.ownPart(name, in: folder) { return part }
            try Self.removePart(name, in: folder)
            return try folder.open(beneath: name, O_RDWR | O_CREAT | O_EXCL, mode: mode)
        }
    }

    /// The part of a file from an earlier run; nil if there is none of ours.
    func existingPart(_ path: [UInt8], row: Int64) throws(LocalError) -> Descriptor? {
        let folder: Descriptor
        do throws(LocalError) {
            folder = try place(path).folder
        } catch  where error.code == ENOENT {
            return nil
        }
        return try Self.ownPart(partName(row), in: folder)
    }

    /// In a folder that others may write to, a name says nothing: through a link our bytes would go into a file
    /// somewhere else, and a file that another user made stays theirs to change after it was checked. So a part is a
    /// regular file with this one name, owned by this user; or, on file systems that know no owners and give all files
    /// the same one (FAT, CIFS), by the folder's.
    private static func ownPart(_ name: [UInt8], in folder: Descriptor) throws(LocalError) -> Descriptor? {
        let part: Descriptor
        do throws(LocalError) {
            // Without waiting for whoever writes to a pipe.
            part = try folder.open(beneath: name, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
        } catch  where [ENOENT, ELOOP, EISDIR, ENXIO, EACCES, EPERM].contains(error.code) {
            return nil
        }
        let status = try part.status()
        guard status.isRegular, status.st_nlink <= 1 else { return nil }
        if status.st_uid == geteuid() { return part }
        return try status.st_uid == folder.status().st_uid ? part : nil
    }

    private static func removePart(_ name: [UInt8], in folder: Descriptor) throws(LocalError) {
        let result = LocalPath(bytes: name).withCString { unlinkat(folder.number, $0, 0) }
        if result != 0 && errno != ENOENT { throw LocalError(errno) }
    }

    /// Removes the part of a file, if there is one.
    func removePart(_ path: [UInt8], row: Int64) throws(LocalError) {
        let folder: Descriptor
        do throws(LocalError) {
            folder = try place(path).folder
        } catch  where error.code == ENOENT {
            return
        }
        try Self.removePart(partName(row), in: folder)
    }
}

extension LocalError {
    /// The synced folder, or its own part, cannot be opened.
    fileprivate func losing(_ folder: LocalPath) -> Problem {
        guard [ENOENT, ENOTDIR, ELOOP, EXDEV].contains(code) else { return writing(folder.description) }
        return Problem(
            .syncFolderLost, "“\(folder)” is not the synced folder any more: \(words).",
            detail: "Nothing was written.", status: 0)
    }
}
