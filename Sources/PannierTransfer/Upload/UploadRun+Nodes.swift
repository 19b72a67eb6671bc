internal import PannierCore
internal import PannierMirror
internal import Synchronization

// Finding items, opening uploads for them, making folders.
extension UploadRun {
    func findMore() async throws(Problem) -> UploadFlow.Event {
        let found = try await scan.next()
        progress.grow(by: found.growth)
        progress.found(found.growth.bytesTotal, failed: found.failed)
        progress.setScanned(found.isEnd)
        return .scanned(pending: found.pending, isEnd: found.isEnd)
    }

    func openNext() async throws(Problem) -> UploadFlow.Event {
        let last = opened.withLock { $0.row }
        // Before what they rest on is read.
        let epoch = try await store.epoch()
        let items = try await store.uploadItems(transfer.number, after: last, limit: Limits.batchItems)
        guard let end = items.last else { throw Self.nothingPending }
        let files = try await open(try await failLost(items), epoch)
        opened.withLock { $0.row = end.row }
        await reader.add(files)
        return .opened(taken: items.count, files: files)
    }

    /// What lies in a folder that could not be made has no place to go to.
    /// - Returns: the others.
    private func failLost(_ items: [UploadItem]) async throws(Problem) -> [UploadItem] {
        let (living, lost) = opened.withLock { $0.badFolders }.parting(items, by: \.path)
        try await fail(lost.map { ItemFailure(row: $0.row, problem: Self.folderMissing) })
        return living
    }

    /// Opens the uploads of a batch that are not open yet, and makes its folders.
    /// - Parameter epoch: in which they were read.
    private func open(_ items: [UploadItem], _ epoch: Int64?) async throws(Problem) -> [OpenedFile] {
        let wanted = items.filter { $0.upload == nil }
        let sources = try await store.uploadSources(transfer, of: items.map(\.path))
        let answers = try await create(wanted, epoch)
        var uploads: [Int64: OpenUpload] = [:]
        var folders: [Int64] = []
        var failures: [ItemFailure] = []
        for (item, answer) in zip(wanted, answers) {
            switch answer {
            case .done(let created):
                if let upload = created.upload, !item.isFolder {
                    uploads[item.row] = OpenUpload(upload, created.chunkClass ?? ChunkClass(ofNew: item.size))
                }
                if created.folder != nil, item.isFolder { folders.append(item.row) }
            case .problem(let problem):
                if problem.stopsTransfer(ofSync: transfer.isSync) { throw problem }
                failures.append(
                    ItemFailure(row: item.row, problem: named(problem, item.path, try place(item, sources))))
                if item.isFolder { opened.withLock { $0.badFolders.insert(item.path) } }
            }
        }
        let slots = try await store.opened(
            transfer.number, uploads: uploads.map { ($0.key, $0.value) }, folders: folders)
        Failpoint.uploadOpened.pass()
        try await fail(failures)
        var files: [OpenedFile] = []
        for item in try await failLost(items) where !item.isFolder {
            guard let upload = item.upload ?? uploads[item.row] else { continue }
            files.append(
                OpenedFile(
                    key: nextKey(), row: item.row, place: try place(item, sources), upload: upload.id, size: item.size,
                    chunkClass: upload.chunkClass, attempts: item.attempts, path: item.subject?.shown ?? item.path,
                    slot: item.slot ?? slots[item.row], local: item.subject?.local))
        }
        return files
    }

    /// - Returns: of a file of the synced folder the place where it was when it was added.
    private func place(_ item: UploadItem, _ sources: [[UInt8]: UploadSource]) throws(Problem) -> LocalPlace {
        if let subject = item.subject, let folder = transfer.syncFolder {
            return LocalPlace(folder, below: subject.shown)
        }
        guard let source = sources[transfer.prefix(of: item.path)] else { throw .sourceLost }
        return LocalPlace(source.local, below: ItemPath.below(source.prefix, item.path))
    }

    private func create(
        _ items: [UploadItem], _ epoch: Int64?
    ) async throws(Problem) -> [ItemResult<CreateNodes.Created>] {
        var wanted: [CreateNodes.Item] = []
        for item in items {
            if let subject = item.subject {
                wanted.append(Self.creation(of: item, subject))
            } else {
                let names = try target.names(item.path)
                let file = Self.file(item, name: names.last?.bytes ?? [])
                wanted.append(CreateNodes.Item(path: names, file: item.isFolder ? nil : file))
            }
        }
        // Files of the synced folder say themselves where they go.
        let folder = transfer.isSync ? nil : target.folder
        return try await batches.send(wanted) { items, key throws(Problem) in
            try await service.asOf(epoch).createNodes(CreateNodes.Request(parent: folder, items: items), key: key).items
        }
    }

    private static func creation(of item: UploadItem, _ subject: SyncSubject) -> CreateNodes.Item {
        switch subject.goal {
        case .new(let parent, let name):
            CreateNodes.Item(parent: parent, path: [name], file: file(item, name: name.bytes))
        case .version(let node):
            CreateNodes.Item(
                node: node, file: file(item, name: LocalPath(bytes: subject.shown).lastComponent))
        }
    }

    private static func file(_ item: UploadItem, name: [UInt8]) -> CreateNodes.File {
        CreateNodes.File(
            size: item.size, modified: item.modified, isExecutable: item.isExecutable,
            mimeType: MIMEType.guess(name: name), baseRevision: item.baseRevision)
    }

    /// Lets a file settle and opens it anew.
    func startOver(_ file: OpenedFile) async throws(Problem) -> OpenedFile? {
        await reader.drop(file.key)
        try await forget(file.upload)
        try await store.startOver(row: file.row)
        guard (try? await Task.sleep(for: .milliseconds(settings.settleMilliseconds))) != nil else {
            throw .cancelled
        }
        let epoch = try await store.epoch()
        guard let item = try await store.uploadItem(row: file.row) else { return nil }
        let files = try await open([item], epoch)
        await reader.add(files)
        return files.first
    }

    func fail(_ file: OpenedFile, _ problem: Problem) async throws(Problem) -> UploadFlow.Event {
        if problem.stopsTransfer(ofSync: transfer.isSync) { throw problem }
        await reader.drop(file.key)
        try await fail([ItemFailure(row: file.row, problem: named(problem, file.path, file.place))])
        try await forget(file.upload)
        return .failed
    }

    private func fail(_ failures: [ItemFailure]) async throws(Problem) {
        progress.end(try await store.fail(transfer.number, failures), as: .failed)
    }

    /// Frees what the service holds for an upload. One that it does not know needs no freeing.
    private func forget(_ upload: UploadID) async throws(Problem) {
        let key = IdempotencyKey()
        do throws(Problem) {
            try await progress.retrying(settings.patience) { _ throws(Problem) in
                try await service.cancelUpload(upload, key: key)
            }
        } catch  where error.stopsTransfer {
            throw error
        } catch {
            // It expires by itself.
        }
    }

    /// A problem of one item, told with its name.
    private func named(_ problem: Problem, _ path: [UInt8], _ place: LocalPlace) -> Problem {
        let name = transfer.copiedText(of: path) ?? place.description
        guard !problem.title.contains(name) else { return problem }
        return Problem(
            problem.code, "“\(name)”: \(problem.title)", detail: problem.detail, retryAfter: problem.retryAfter,
            status: problem.status)
    }

    static let folderMissing = Problem.ofItsFolder(.notFound, detail: "It was not uploaded.")

    /// Asking again and again would never end.
    static let nothingPending = Problem(
        .mirrorDamaged, "pannier's own database has lost items of this transfer.",
        detail: "No file is lost. Start the transfer anew.")

    /// Batches are answered item by item, in order.
    static func complete<Value>(_ answers: [Value], _ count: Int) throws(Problem) -> [Value] {
        guard answers.count == count else {
            throw Problem(
                .internalError, "The server answered \(answers.count) of \(count) items.",
                detail: "The client and the server do not fit: update both.", status: 0)
        }
        return answers
    }
}

extension NodeName {
    /// The names of an item's path.
    static func path(_ path: [UInt8]) throws(Problem) -> [NodeName] {
        var names: [NodeName] = []
        for part in path.split(separator: 0x2F) {
            do throws(NodeNameError) {
                names.append(try NodeName(bytes: Array(part)))
            } catch {
                throw Problem(.mirrorDamaged, "A row of pannier's own database cannot be read.")
            }
        }
        return names
    }
}

extension UploadTarget {
    /// The names that lead from the folder of the upload to an item.
    func names(_ path: [UInt8]) throws(Problem) -> [NodeName] { (name.map { [$0] } ?? []) + (try NodeName.path(path)) }
}
