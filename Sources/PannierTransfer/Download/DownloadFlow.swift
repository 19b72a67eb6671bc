internal import PannierCore
internal import PannierMirror

/// What a download does next: a value without I/O, clock or tasks. The shell (``DownloadRun``) performs the actions and
/// hands the events back; any number may be under way at once.
///
/// What must hold:
/// 1. A file gets its name only when every chunk of it was verified and the digest of the whole is the one promised.
/// 2. Whatever fails takes only the files with it that need it.
/// 3. A file that the disk may have lost is fetched again from its first byte, a bounded number of times.
/// 4. Bytes asked for and not yet written stay within ``Bounds/flightBytes``.
struct DownloadFlow: TransferFlow {
    /// Bounds; tests make them small.
    struct Bounds: Sendable {
        var lanes = 4
        var flightBytes = 24 << 20
        /// Items looked at, asked for, or finished together.
        var batch = Limits.batchItems
        /// Items found before the first of them are begun, unless that is all: in the order of their revisions, files lie
        /// side by side in the store.
        var foundAhead = 20_000
        var finishBatch = 256
        /// Ranges planned before more is asked of the service.
        var plannedRanges = 32
        /// Plain bytes of a file's known prefix that are digested in one go.
        var digestBytes: Int64 = 64 << 20
        var longestRange = 6 << 20
        /// Times that a file is fetched which the disk then loses.
        var attempts = 2
    }

    enum Action: Sendable {
        /// Find more items.
        case list
        /// Look at the next items' places.
        case prepare
        /// Ask the service where the chunks of these files lie.
        case ask([Question])
        case fetch(FetchRange, [FileKey: DownloadFile])
        /// Digest the file up to a byte. With `isEnd`, the whole digest is wanted.
        case digest(DownloadFile, upTo: Int64, isEnd: Bool)
        /// Make files durable and give them their names.
        case finish([FinishItem])
        case fail(DownloadFile, Problem)
    }

    enum Event: FlowEvent {
        case listed(pending: Int, isEnd: Bool)
        /// - taken: items that are not pending any more; files: those of them to be fetched.
        case prepared(taken: Int, files: [DownloadFile])
        case answered([Answer])
        case fetched(FetchRange, [FileKey: Problem])
        /// - digest: of the whole file, when that was wanted.
        case digested(FileKey, Result<Fingerprint?, Problem>)
        case finished([FileKey: FinishOutcome])
        case failed
        /// Comes every second: finished files do not wait for company for ever.
        case tick
    }

    struct FinishItem: Sendable {
        let file: DownloadFile
        /// Plain bytes that were not fetched.
        let reused: Int64
        let chunkCount: Int?
    }

    struct Question: Sendable, Hashable {
        let file: DownloadFile
        /// Index of the first manifest entry wanted, and its first byte in the file.
        let first: Int
        let offset: Int64
    }

    /// The service's answer for one file.
    struct Answer: Sendable {
        let question: Question
        /// Nil: there was no room for it, ask again.
        let page: Result<GetContent.Page, Problem>?
        /// Entries, counted from the manifest's beginning, that are in the part already.
        var present: Set<Int> = []
        /// Entries that were put into it from other files of this disk.
        var copied: Set<Int> = []
    }

    struct File {
        let file: DownloadFile
        /// Entries of the manifest, known from the first page on.
        var chunkCount: Int?
        /// Where the entries known so far end.
        var known: (count: Int, bytes: Int64) = (0, 0)
        /// Entries that are written, beyond the prefix, with their ends.
        var written: [Int: Int64] = [:]
        /// The prefix that is written as a whole, and how much of it is digested or on its way to be.
        var prefix: (count: Int, bytes: Int64) = (0, 0)
        var digested: Int64 = 0
        var isDigesting = false
        /// Ends of known entries that are not written, by index.
        var ends: [Int: Int64] = [:]
        var done: Int64 = 0
        var reused: Int64 = 0
        /// The fingerprint of its only chunk, when it has just one.
        var only: Fingerprint?
        var isWhole = false
    }

    let bounds: Bounds
    var isScanned: Bool
    var pending: Int
    var files: [FileKey: File] = [:]
    /// Plain bytes of unfinished files that are written, and how many of them were not fetched: the sums over `files`.
    var unfinished: (done: Int64, reused: Int64) = (0, 0)
    /// Plain bytes of them of which is known where they come from.
    var examined: Int64 = 0
    /// The file of which something was asked for last.
    var latest: FileKey?
    /// Files of which more may be digested since that was last decided.
    var touched: [FileKey] = []
    var questions: [Question] = []
    var ranges: [FetchRange] = []
    var flightBytes = 0
    var lanes = 0
    var whole: [FileKey] = []
    var isListing = false
    var isPreparing = false
    var isAsking = false
    var isFinishing = false
    /// Ranges on their way that a file waits for; and files that are failed when there are none.
    var flights: [FileKey: Int] = [:]
    var toFail: [FileKey: (DownloadFile, Problem)] = [:]
    /// Files being failed.
    var recording = 0
    /// Ticks since files were finished.
    var finishAge = 0
    var actions: [Action] = []
    var changes: [ChunkChange] = []

    init(pending: Int, isScanned: Bool, bounds: Bounds = Bounds()) {
        self.pending = pending
        self.isScanned = isScanned
        self.bounds = bounds
    }

    /// Takes an event in.
    /// - Returns: what is to be done now. The first call is made without an event.
    mutating func step(_ event: Event?) -> [Action] {
        if let event { take(event) }
        decide()
        defer { actions = [] }
        return actions
    }

    mutating func takeChanges() -> [ChunkChange] {
        defer { changes = [] }
        return changes
    }

    var underWay: FileUnderWay? {
        latest.flatMap { files[$0] }.map { FileUnderWay(path: $0.file.item.shown ?? $0.file.item.path, note: nil) }
    }

    var isFinished: Bool {
        isScanned && pending == 0 && !isPreparing && files.isEmpty && lanes == 0 && !isFinishing && recording == 0
    }
}

/// A file on its way down.
struct DownloadFile: Sendable, Hashable {
    let key: FileKey
    let item: DownloadItem
    /// A part from an earlier run is there.
    var hasPart: Bool
    /// Times that it was fetched and lost.
    var losses = 0
    /// In the chunk map.
    var slot: MapSlot?
}
