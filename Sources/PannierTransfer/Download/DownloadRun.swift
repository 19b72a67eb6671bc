internal import PannierCore
internal import PannierHTTP
internal import PannierMirror
internal import Synchronization

/// Carries one download from where it stands to its end: performs what ``DownloadFlow`` decides. Ended at any moment, by
/// kill -9 or by cancelling its task, another run of the same transfer goes on where it was.
///
/// What must hold, in this order:
/// 0. What is to be fetched is found in a mirror that was brought up to date after the transfer began: a folder that the
///    mirror knows in part only would come down in part, and nobody would notice.
/// 1. An item is marked as begun before its part is on the disk, so that no part is ever forgotten.
/// 2. Chunks are verified before they are written, the whole before it gets its name (see ``DownloadFinisher``).
/// 3. An item is done when it stands under its name, durable.
final class DownloadRun: Sendable {
    let transfer: StoredTransfer
    let store: TransferStore
    let service: ServiceClient
    let objects: StoreClient
    let progress: RunProgress
    let settings: TransferSettings
    let batches: BatchSender
    let root: DownloadRoot
    let tree: RemoteTree
    let urls = PackURLs()
    let disk: DownloadDisk
    let digester: PartDigester
    let finisher: DownloadFinisher
    let writers: [ChunkWriter]
    let parts = OpenParts()
    let scan: RemoteScan
    /// Of what comes down for the synced folder.
    let older: OlderCopies?
    /// Folders that could not be made.
    let badFolders = Mutex(LostFolders())
    private let keys = Atomic<Int>(0)
    private let fetches = Atomic<Int>(0)

    /// - Parameter seed: of the chunker, for what comes down for the synced folder.
    /// - Throws: ``Problem`` when the folder that the download goes to cannot be opened.
    init(
        _ transfer: StoredTransfer, store: TransferStore, service: ServiceClient, tree: RemoteTree,
        progress: RunProgress, settings: TransferSettings, seed: [UInt8]? = nil
    ) async throws(Problem) {
        root = try await DownloadRoot.open(for: transfer)
        batches = BatchSender(progress, settings.patience)
        self.transfer = transfer
        self.tree = tree
        self.store = store
        self.service = service
        self.progress = progress
        self.settings = settings
        objects = StoreClient(http: service.http, service: service.server, limit: settings.limit)
        disk = DownloadDisk(root)
        digester = PartDigester(root)
        finisher = DownloadFinisher(root)
        writers = [ChunkWriter(root, parts), ChunkWriter(root, parts)]
        scan = RemoteScan(transfer, store, tree, progress)
        if let synced = transfer.syncFolder, let seed {
            older = OlderCopies(
                root, parts, SyncedFiles(synced) { local throws(Problem) in try store.syncPlace(of: local) }, seed: seed
            ) { item throws(Problem) in try store.syncCopies(of: item) }
        } else {
            older = nil
        }
    }

    /// Ends when every item is done or has failed.
    /// - Throws: ``Problem`` that stops the whole transfer, `cancelled` when the task was cancelled.
    func run() async throws(Problem) {
        try await store.resumeDownload(transfer.number)
        let isListed = try await store.unlistedFolders(transfer.number, limit: 1).isEmpty
        let isScanned = transfer.isScanned && isListed
        progress.setScanned(isScanned)
        let mustLookAgain = try await !store.itemsAgain(transfer.number, limit: 1).isEmpty
        if !isScanned || mustLookAgain {
            try await progress.retrying(settings.patience) { _ throws(Problem) in try await tree.refresh() }
        }
        try await lookAgain()
        progress.adopt(try await store.map(of: transfer.number))
        let pending = try await store.pendingCount(transfer.number)
        let driver = FlowDriver<DownloadFlow>(progress, interval: .seconds(1)) { action throws(Problem) in
            let outcome = try await self.perform(action)
            try await self.checkCopy(after: action)
            return outcome
        }
        try await driver.run(DownloadFlow(pending: pending, isScanned: isScanned))
        try await checkWholeCopy()
    }

    /// Takes up what failed before a retry, with what stands at its place now.
    private func lookAgain() async throws(Problem) {
        while true {
            let items = try await store.itemsAgain(transfer.number, limit: Limits.batchItems)
            guard !items.isEmpty else { return }
            // Nothing is known of what an earlier failure left.
            try await disk.remove(items.filter(\.hasPart).map { (row: $0.row, path: $0.path) })
            let now = try await isFixed ? items.map { _ in nil } : nodes(items.map(\.path))
            let found = zip(items, now).map { (before: $0, now: $1) }
            progress.grow(by: try await store.lookedAt(transfer.number, found))
            if Task.isCancelled { throw .cancelled }
        }
    }

    private var isFixed: Bool { if case .download(let source) = transfer.goal { source.isFixed } else { false } }

    /// What stands at items' places now, as far as the mirror knows.
    private func nodes(_ paths: [[UInt8]]) async throws(Problem) -> [Node?] {
        let tops = try await store.downloadTops(transfer, of: paths)
        var nodes: [Node?] = []
        var rest = paths[...]
        while let first = rest.first {
            let prefix = transfer.prefix(of: first)
            guard let top = tops[prefix] else { throw .sourceLost }
            let neighbours = rest.prefix { transfer.prefix(of: $0) == prefix }
            rest = rest.dropFirst(neighbours.count)
            var names: [[NodeName]] = []
            for path in neighbours { names.append(try NodeName.path(ItemPath.below(prefix, path))) }
            nodes += try UploadRun.complete(try await tree.nodes(top.node.id, names), names.count)
        }
        return nodes
    }

    func nextKey() -> FileKey { keys.add(1, ordering: .relaxed).newValue }

    /// Takes turns.
    func nextWriter() -> ChunkWriter { writers[fetches.add(1, ordering: .relaxed).oldValue % writers.count] }

    private typealias Outcome = FlowDriver<DownloadFlow>.Outcome

    private func perform(_ action: DownloadFlow.Action) async throws(Problem) -> Outcome {
        switch action {
        case .list:
            let (pending, isEnd, growth) = try await scan.next()
            progress.found(growth.bytesTotal)
            if isEnd { progress.setScanned(true) }
            return Outcome(event: .listed(pending: pending, isEnd: isEnd), growth: growth)
        case .prepare: return Outcome(event: try await prepareNext())
        case .ask(let questions): return Outcome(event: .answered(try await ask(questions)))
        case .fetch(let range, let files):
            let passage = Passage(plainBytes: range.plainBytes, wireBytes: range.range.count)
            progress.begin(passage)
            return Outcome(event: .fetched(range, try await fetch(range, files, passage)), passage: passage)
        case .digest(let file, let end, let isEnd):
            return Outcome(event: .digested(file.key, await digester.digest(file, upTo: end, isEnd: isEnd)))
        case .finish(let files):
            let (outcomes, growth) = try await finish(files)
            return Outcome(event: .finished(outcomes), growth: growth)
        case .fail(let file, let problem): return Outcome(event: try await fail(file, problem))
        }
    }
}
