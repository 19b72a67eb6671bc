internal import Glibc
internal import PannierChunks
internal import PannierCore
internal import PannierMirror

/// Looks at the places where a download will write, makes its folders, and removes what it leaves behind.
actor DownloadDisk {
    private let executor = BlockingExecutor("places")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What stands at an item's place.
    enum Finding: Sendable, Equatable {
        /// A folder that is there now.
        case folder
        /// Nothing: the file is to be fetched. With a part from an earlier run, what is right in it is kept.
        case free(hasPart: Bool)
        /// The very same content.
        case same
        case refused(Problem)
    }

    /// A folder of the download, until its entry is durable.
    private struct NewFolder {
        let parent: Descriptor
        let name: [UInt8]
        /// Made just now, and not found there.
        let isNew: Bool
        /// Of the parent.
        let place: FileIdentity

        /// As far as it is ours and empty.
        func remove() {
            guard isNew else { return }
            _ = LocalPath(bytes: name).withCString { unlinkat(parent.number, $0, AT_REMOVEDIR) }
        }
    }

    private let root: DownloadRoot
    private let durability: Durability
    /// Folders kept open until what was made in them is durable; descriptors are few.
    private static let parentsAtOnce = 64

    init(_ root: DownloadRoot, durability: Durability = Durability()) {
        self.root = root
        self.durability = durability
    }

    /// Looks at a batch, in order; folders are made and durable when this returns.
    /// - Throws: ``Problem`` that concerns all items, such as a full disk.
    func prepare(_ items: [DownloadItem]) throws(Problem) -> [Finding] {
        var findings: [Finding] = []
        var made: [NewFolder] = []
        do throws(Problem) {
            for item in items {
                findings.append(try prepare(item, &made))
                if made.count >= Self.parentsAtOnce { try settle(&made) }
            }
            try settle(&made)
        } catch {
            // Another run would find them and take them for durable.
            for folder in made.reversed() { folder.remove() }
            throw error
        }
        return findings
    }

    private func prepare(_ item: DownloadItem, _ made: inout [NewFolder]) throws(Problem) -> Finding {
        do throws(LocalError) {
            let (folder, name) = try root.place(item.path)
            guard item.isFolder else { return try look(at: item, name, in: folder) }
            let isNew = try makeFolder(name, in: folder)
            // Also when it was there: a crash may have come between its making and this.
            made.append(NewFolder(parent: folder, name: name, isNew: isNew, place: try folder.identity()))
            return .folder
        } catch {
            let problem = error.writing(root.text(item))
            if problem.stopsTransfer(ofSync: root.isOwn) { throw problem }
            return .refused(problem)
        }
    }

    /// Makes the names of folders durable.
    private func settle(_ made: inout [NewFolder]) throws(Problem) {
        do throws(LocalError) {
            var settled: Set<FileIdentity> = []
            for folder in made where settled.insert(folder.place).inserted { try durability.file(folder.parent) }
            made = []
        } catch {
            throw error.writing(root.text([]))
        }
    }

    /// - Returns: whether it was not there before.
    private func makeFolder(_ name: [UInt8], in folder: Descriptor) throws(LocalError) -> Bool {
        if LocalPath(bytes: name).withCString({ mkdirat(folder.number, $0, 0o777) }) == 0 { return true }
        guard errno == EEXIST else { throw LocalError(errno) }
        guard let status = try folder.status(ofChild: name), status.isFolder else { throw LocalError(EEXIST) }
        return false
    }

    private func look(
        at item: DownloadItem, _ name: [UInt8], in folder: Descriptor
    ) throws(LocalError) -> Finding {
        if let status = try folder.status(ofChild: name) {
            if try holdsSame(status, item, name, in: folder) { return .same }
            guard root.isOwn else { throw LocalError(EEXIST) }
            try LocalError.check(LocalPath(bytes: name).withCString { unlinkat(folder.number, $0, 0) })
        }
        let part = item.hasPart ? try root.existingPart(item.path, row: item.row) : nil
        return .free(hasPart: part != nil)
    }

    private func holdsSame(
        _ status: stat, _ item: DownloadItem, _ name: [UInt8], in folder: Descriptor
    ) throws(LocalError) -> Bool {
        guard status.isRegular, Int64(status.st_size) == item.size else { return false }
        // It may be a pipe by now, which would be waited for.
        let file = try folder.open(beneath: name, O_RDONLY | O_NONBLOCK)
        guard try file.status().isRegular else { return false }
        return try Self.digest(file) == item.sha256
    }

    static func digest(_ file: Descriptor) throws(LocalError) -> Fingerprint {
        var digest = SHA256Digest()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file.number, &buffer, buffer.count)
            guard count >= 0 else { throw LocalError(errno) }
            if count == 0 { return digest.finish() }
            buffer.withUnsafeBytes { digest.update(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// - Throws: ``Problem`` `localDiskFull` when so many bytes cannot be written any more where the item goes.
    func checkRoom(for bytes: Int64, _ item: DownloadItem) throws(Problem) {
        guard bytes <= (try room(item)) else { throw LocalError(ENOSPC).writing(root.text(item)) }
    }

    /// Bytes that can still be written where the item goes.
    func room(_ item: DownloadItem) throws(Problem) -> Int64 {
        var status = statvfs()
        do throws(LocalError) {
            let (folder, _) = try root.place(item.path)
            try LocalError.check(fstatvfs(folder.number, &status))
            return Int64(status.f_bavail) * Int64(status.f_frsize)
        } catch {
            throw error.writing(root.text(item))
        }
    }

    /// Removes parts; one that cannot be removed holds up none of the others.
    /// - Throws: ``Problem``: why the first of those that stayed did.
    func remove(_ parts: [(row: Int64, path: [UInt8])]) throws(Problem) {
        var first: Problem?
        for part in parts {
            do throws(LocalError) {
                try root.removePart(part.path, row: part.row)
            } catch {
                first = first ?? error.writing(root.text(part.path))
            }
        }
        if let first { throw first }
    }
}
