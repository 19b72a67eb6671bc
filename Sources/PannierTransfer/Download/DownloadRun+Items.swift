internal import PannierCore
internal import PannierMirror
internal import Synchronization

// Places on the disk: before and after the bytes.
extension DownloadRun {
    func prepareNext() async throws(Problem) -> DownloadFlow.Event {
        let bad = badFolders.withLock { $0 }
        let items = try await store.downloadItems(transfer.number, limit: Limits.batchItems)
        guard !items.isEmpty else { throw UploadRun.nothingPending }
        let (living, lost) = bad.parting(items, by: \.path)
        var failures = lost.map { ItemFailure(row: $0.row, problem: Self.folderMissing) }
        let findings = try await disk.prepare(living)
        var folders: [Int64] = []
        var same: [DownloadItem] = []
        var files: [DownloadFile] = []
        for (item, finding) in zip(living, findings) {
            switch finding {
            case .folder: folders.append(item.row)
            case .same: same.append(item)
            case .free(let hasPart): files.append(DownloadFile(key: nextKey(), item: item, hasPart: hasPart))
            case .refused(let problem):
                // The folder it lies in may have been refused in this very batch; that says why.
                let isHomeless = !badFolders.withLock { $0.parting([item], by: \.path).lost.isEmpty }
                failures.append(ItemFailure(row: item.row, problem: isHomeless ? Self.folderMissing : problem))
                if item.isFolder { badFolders.withLock { $0.insert(item.path) } }
            }
        }
        if transfer.isSync {
            failures += try await removeWithoutRoom(of: &files)
        } else {
            try await checkRoom(for: files)
        }
        let slots = try await store.begun(transfer.number, files.map(\.item.row))
        for place in files.indices { files[place].slot = slots[files[place].item.row] }
        let reused = same.reduce(0) { $0 + $1.size }
        let there = try await store.downloaded(
            transfer.number, folders: folders, files: same, reused: reused, areThere: true)
        progress.end(there, as: .there)
        progress.end(try await store.fail(transfer.number, failures), as: .failed)
        return .prepared(taken: items.count, files: files)
    }

    /// A disk that cannot hold what comes next is said to be full before it is.
    private func checkRoom(for files: [DownloadFile]) async throws(Problem) {
        let wanted = files.filter { !$0.hasPart }
        guard let largest = wanted.max(by: { $0.item.size < $1.item.size }) else { return }
        let bytes = max(wanted.reduce(0) { $0 + $1.item.size }, roomForCopy())
        try await disk.checkRoom(for: bytes, largest.item)
    }

    /// What does not fit into a synced folder's disk holds up nothing that does: the small ones go first.
    private func removeWithoutRoom(of files: inout [DownloadFile]) async throws(Problem) -> [ItemFailure] {
        guard let any = files.first else { return [] }
        var room = try await disk.room(any.item)
        var failures: [ItemFailure] = []
        for file in files.filter({ !$0.hasPart }).sorted(by: { $0.item.size < $1.item.size }) {
            if file.item.size <= room {
                room -= file.item.size
                continue
            }
            let problem = Problem.noRoom(for: root.text(file.item), file.item.size)
            failures.append(ItemFailure(row: file.item.row, problem: problem))
        }
        let late = Set(failures.map(\.row))
        files.removeAll { late.contains($0.item.row) }
        return failures
    }

    func finish(
        _ items: [DownloadFlow.FinishItem]
    ) async throws(Problem) -> (outcomes: [FileKey: FinishOutcome], growth: TransferCounts) {
        for item in items { parts.close(item.file.key) }
        let outcomes = await finisher.finish(items.map(\.file))
        let done = items.filter { outcomes[$0.file.key] == .done }
        let reused = progress.settle(reused: done.reduce(0) { $0 + $1.reused })
        let pieces = done.map { ($0.file.item.row, $0.chunkCount ?? 0) }
        Failpoint.fileDurable.pass()
        defer { Failpoint.fileRecorded.pass() }
        let growth = try await store.downloaded(
            transfer.number, folders: [], files: done.map(\.file.item), reused: reused,
            pieces: Dictionary(pieces, uniquingKeysWith: max)
        ).growth
        for problem in outcomes.values.compactMap(\.problem) where problem.stopsTransfer(ofSync: transfer.isSync) {
            throw problem
        }
        return (outcomes, growth)
    }

    func fail(_ file: DownloadFile, _ problem: Problem) async throws(Problem) -> DownloadFlow.Event {
        if problem.stopsTransfer(ofSync: transfer.isSync) { throw problem }
        parts.close(file.key)
        await digester.drop(file.key)
        try await disk.remove([(file.item.row, file.item.path)])
        let failure = ItemFailure(row: file.item.row, problem: named(problem, file.item))
        progress.end(try await store.fail(transfer.number, [failure]), as: .failed)
        return .failed
    }

    /// Removes every part that is on the disk, when a transfer ends before its time.
    /// - Throws: ``Problem``: parts may be left, or nobody knows because the disk does not say.
    static func removeParts(of transfer: StoredTransfer, _ store: TransferStore) async throws(Problem) {
        guard let root = try await DownloadRoot.openIfThere(for: transfer) else { return }
        let disk = DownloadDisk(root)
        var last: Int64 = 0
        var first: Problem?
        while true {
            let begun = try await store.begunFiles(transfer.number, after: last, limit: Limits.batchItems)
            guard let end = begun.last else { break }
            last = end.row
            do throws(Problem) {
                try await disk.remove(begun)
            } catch {
                first = first ?? error
            }
        }
        if let first { throw first }
        try await store.forgetPartial(transfer.number)
    }

    /// A problem of one file, told with its name.
    private func named(_ problem: Problem, _ item: DownloadItem) -> Problem {
        let name = transfer.copiedText(of: item.path) ?? root.text(item)
        if transfer.isSync, problem.code == .localDiskFull { return .noRoom(for: name, item.size) }
        guard !problem.title.contains(name) else { return problem }
        return Problem(
            problem.code, "“\(name)”: \(problem.title)", detail: problem.detail, retryAfter: problem.retryAfter,
            status: problem.status)
    }

    private static let folderMissing = Problem.ofItsFolder(.localWriteFailed, detail: "It was not written.")
}
