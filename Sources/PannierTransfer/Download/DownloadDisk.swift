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
        var parents: [FileIdentity: Descriptor] = [:]
        for item in items {
            do throws(LocalError) {
                let (folder, name) = try root.place(item.path)
                if item.isFolder {
                    try makeFolder(name, in: folder)
                    // Also when it was there: a crash may have come between its making and this.
                    parents[try folder.identity()] = folder
                    if parents.count >= Self.parentsAtOnce { try sync(&parents) }
                    findings.append(.folder)
                } else {
                    findings.append(try look(at: item, name, in: folder))
                }
            } catch {
                let problem = error.writing(root.text(item.path))
                if problem.stopsTransfer { throw problem }
                findings.append(.refused(problem))
            }
        }
        do throws(LocalError) {
            try sync(&parents)
        } catch {
            throw error.writing(root.text([]))
        }
        return findings
    }

    /// Makes new names durable.
    private func sync(_ folders: inout [FileIdentity: Descriptor]) throws(LocalError) {
        for folder in folders.values { try durability.file(folder) }
        folders = [:]
    }

    private func makeFolder(_ name: [UInt8], in folder: Descriptor) throws(LocalError) {
        if LocalPath(bytes: name).withCString({ mkdirat(folder.number, $0, 0o777) }) == 0 { return }
        guard errno == EEXIST else { throw LocalError(errno) }
        guard let status = try folder.status(ofChild: name), status.isFolder else { throw LocalError(EEXIST) }
    }

    private func look(
        at item: DownloadItem, _ name: [UInt8], in folder: Descriptor
    ) throws(LocalError) -> Finding {
        if let status = try folder.status(ofChild: name) {
            guard status.isRegular, Int64(status.st_size) == item.size,
                try Self.digest(folder.open(beneath: name, O_RDONLY)) == item.sha256
            else { throw LocalError(EEXIST) }
            return .same
        }
        let part = item.hasPart ? try root.existingPart(item.path, row: item.row) : nil
        return .free(hasPart: part != nil)
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

    /// Bytes that can still be written where the download goes.
    func checkRoom(for bytes: Int64, path: [UInt8]) throws(Problem) {
        var status = statvfs()
        do throws(LocalError) {
            let (folder, _) = try root.place(path)
            try LocalError.check(fstatvfs(folder.number, &status))
            let free = Int64(status.f_bavail) * Int64(status.f_frsize)
            guard bytes <= free else { throw LocalError(ENOSPC) }
        } catch {
            throw error.writing(root.text(path))
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
