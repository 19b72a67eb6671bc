internal import PannierCore
internal import PannierHTTP
internal import PannierMirror
internal import Synchronization

/// Carries one upload from where it stands to its end: performs what ``UploadFlow`` decides. Ended at any moment, by
/// kill -9 or by cancelling its task, another run of the same transfer goes on where it was.
///
/// What must hold, in this order:
/// 1. Items, upload ids and packs on their way stand in the mirror before they count.
/// 2. A pack is done when the service has acknowledged it, not when the store has.
/// 3. A commit stands in the mirror before it is sent, so that it can be sent again as it was.
/// 4. An item is done when the service has answered its commit.
final class UploadRun: Sendable {
    let transfer: StoredTransfer
    let target: UploadTarget
    let store: TransferStore
    let service: ServiceClient
    let objects: StoreClient
    let tree: RemoteTree
    let progress: RunProgress
    let settings: TransferSettings
    let batches: BatchSender
    let reader: UploadReader
    let sealer = PackSealer()
    let scan: UploadScan
    /// The last row that was opened, and folders that could not be made.
    let opened = Mutex<(row: Int64, badFolders: LostFolders)>((0, LostFolders()))
    private let keys = Atomic<Int>(0)

    init(
        _ transfer: StoredTransfer, _ target: UploadTarget, store: TransferStore, service: ServiceClient,
        tree: RemoteTree, seed: [UInt8], progress: RunProgress, settings: TransferSettings
    ) {
        self.transfer = transfer
        self.target = target
        self.store = store
        self.service = service
        self.tree = tree
        self.progress = progress
        self.settings = settings
        objects = StoreClient(http: service.http, service: service.server, limit: settings.limit)
        batches = BatchSender(progress, settings.patience)
        reader = UploadReader(
            seed: seed,
            synced: transfer.syncFolder.map { folder in
                SyncedFiles(folder) { local throws(Problem) in try store.syncPlace(of: local) }
            })
        scan = UploadScan(transfer, target, store, tree)
    }

    /// Ends when every item is done or has failed.
    /// - Throws: ``Problem`` that stops the whole transfer, `cancelled` when the task was cancelled.
    func run() async throws(Problem) {
        try await settlePacks()
        try await commitReady()
        try await scan.lookAgain { progress.grow(by: $0) }
        progress.adopt(try await store.map(of: transfer.number))
        let pending = try await store.pendingCount(transfer.number)
        let isScanned = try await scan.isComplete()
        progress.setScanned(isScanned)
        let driver = FlowDriver<UploadFlow>(progress, interval: .seconds(2)) { action throws(Problem) in
            try await self.perform(action)
        }
        try await driver.run(UploadFlow(pending: pending, isScanned: isScanned))
    }

    /// What cuts are made by in the account's own tree.
    static func seed(of account: Account) throws(Problem) -> [UInt8] {
        guard let seed = Hexadecimal.bytes(of: account.chunkerSeed), seed.count == 32 else {
            throw Problem(unreadableAnswerOf: "that keeps the account")
        }
        return seed
    }

    func nextKey() -> FileKey { keys.add(1, ordering: .relaxed).newValue }

    private typealias Outcome = FlowDriver<UploadFlow>.Outcome

    private func perform(_ action: UploadFlow.Action) async throws(Problem) -> Outcome {
        switch action {
        case .scan: return Outcome(event: try await findMore())
        case .open: return Outcome(event: try await openNext())
        case .read: return Outcome(event: .read(await reader.read()))
        case .declare(let files, let pages): return Outcome(event: .declared(try await declare(files, pages)))
        case .seal(let pieces): return Outcome(event: .sealed(await sealer.seal(pieces)))
        case .flush: return Outcome(event: .sealed(await sealer.flush()))
        case .openPacks(let packs): return Outcome(event: .packsOpened(try await openPacks(packs)))
        case .send(let pack, let opened):
            let passage = begin(pack)
            return Outcome(event: .sent(pack.number, try await send(pack, opened, passage)), passage: passage)
        case .commit(let items):
            let (problems, growth) = try await commit(items)
            return Outcome(event: .committed(problems), growth: growth)
        case .startOver(let file): return Outcome(event: .startedOver(try await startOver(file)))
        case .fail(let file, let problem): return Outcome(event: try await fail(file, problem))
        }
    }
}
