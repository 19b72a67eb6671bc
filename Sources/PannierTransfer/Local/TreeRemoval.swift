internal import Glibc
internal import PannierCore

/// Removes a folder with all that is in it, however deep: no recursion, a handful of descriptors, and for each level its
/// name and what it is known by. Follows no link. Blocks.
///
/// A folder that is empty is left through its `..`, which must be the folder through which it was entered: one that
/// somebody moves meanwhile leads elsewhere, and nothing may be removed there.
enum TreeRemoval {
    /// What a folder is, wherever it is moved.
    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t

        init(_ folder: Descriptor) throws(LocalError) {
            let status = try folder.status()
            (device, inode) = (status.st_dev, status.st_ino)
        }
    }

    /// A folder that is entered, and the one that it was entered from.
    private struct Level {
        let name: [UInt8]
        let above: Identity
    }

    /// - Parameter name: of a child of the folder: a file, a link or a folder. That there is none is no error.
    static func remove(_ name: [UInt8], in top: Descriptor) throws(LocalError) {
        guard let status = try top.status(ofChild: name) else { return }
        guard status.isFolder else {
            try unlink(name, 0, in: top)
            return
        }
        var levels: [Level] = []
        guard var current = try enter(name, of: top, &levels) else { return }
        var isStuck = false
        while let level = levels.last {
            let found = try removeFiles(in: current)
            let entered =
                if let folder = found.folder { try enter(folder, of: current, &levels) } else { nil as Descriptor? }
            // A damaged folder, or a file system that mangles names, may go on telling what nobody finds there.
            let isFruitless = !found.isEmpty && !found.hasRemoved && entered == nil
            guard !isFruitless || !isStuck else { throw LocalError(ENOTEMPTY) }
            isStuck = isFruitless
            if let entered {
                current = entered
            } else if found.isEmpty {
                levels.removeLast()
                current = try leave(current, to: level.above)
                try unlink(level.name, AT_REMOVEDIR, in: current)
            }
        }
    }

    /// - Returns: nil when it has gone meanwhile.
    private static func enter(
        _ name: [UInt8], of folder: Descriptor, _ levels: inout [Level]
    ) throws(LocalError) -> Descriptor? {
        do throws(LocalError) {
            let entered = try folder.open(beneath: name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            levels.append(Level(name: name, above: try Identity(folder)))
            return entered
        } catch  where error.code == ENOENT {
            return nil
        }
    }

    private static func leave(_ folder: Descriptor, to above: Identity) throws(LocalError) -> Descriptor {
        let parent = try LocalError.retrying { openat(folder.number, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard try Identity(parent) == above else { throw LocalError(EXDEV) }
        return parent
    }

    /// Removes what is no folder, up to the first folder that is found.
    /// - Returns: that folder; whether nothing was found; and whether anything was removed.
    private static func removeFiles(
        in folder: Descriptor
    ) throws(LocalError) -> (folder: [UInt8]?, isEmpty: Bool, hasRemoved: Bool) {
        var reader = try folder.reader()
        var (isEmpty, hasRemoved) = (true, false)
        while let (name, kind) = try next(&reader) {
            isEmpty = false
            if try isFolder(name, kind, in: folder) { return (name, false, hasRemoved) }
            if try unlink(name, 0, in: folder) { hasRemoved = true }
        }
        return (nil, isEmpty, hasRemoved)
    }

    private static func next(
        _ reader: inout FolderReader
    ) throws(LocalError) -> (name: [UInt8], kind: FolderReader.Kind)? {
        do throws(FolderReader.Failure) {
            return try reader.next().map { ($0.name, $0.kind) }
        } catch {
            throw LocalError(error.code)
        }
    }

    private static func isFolder(
        _ name: [UInt8], _ kind: FolderReader.Kind, in folder: Descriptor
    ) throws(LocalError) -> Bool {
        switch kind {
        case .folder: true
        case .unknown: try folder.status(ofChild: name)?.isFolder ?? false
        case .file, .link, .other: false
        }
    }

    /// - Returns: false when it has gone already.
    @discardableResult
    private static func unlink(_ name: [UInt8], _ flags: Int32, in folder: Descriptor) throws(LocalError) -> Bool {
        let result = LocalPath(bytes: name).withCString { unlinkat(folder.number, $0, flags) }
        guard result != 0 else { return true }
        guard errno == ENOENT else { throw LocalError(errno) }
        return false
    }
}
