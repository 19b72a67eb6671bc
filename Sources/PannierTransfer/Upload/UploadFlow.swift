internal import PannierChunks
internal import PannierCore
internal import PannierMirror

typealias PackNumber = Int

/// What an upload does next: a value without I/O, clock or tasks. The shell (``UploadRun``) performs the actions and
/// hands the events back; any number may be under way at once.
///
/// What must hold:
/// 1. A commit is asked for only when every chunk of the file was either said to be present or acknowledged.
/// 2. A chunk that is on its way is not sent a second time.
/// 3. Whatever fails takes only the files with it that need it.
/// 4. At most two windows and four packs are in memory, besides the pack being written; of larger packs fewer.
struct UploadFlow: TransferFlow {
    /// Bounds; tests make them small.
    struct Bounds: Sendable {
        var windows = 2
        var packs = 4
        /// Bytes of finished packs from which on no further one is begun.
        var packBytes = 4 * PackSealer.packBytes
        var lanes = 4
        /// Opened files waiting to be read before more are opened.
        var unread = Limits.declaredPages
        /// Bytes of opened files that fill a window.
        var windowBytes = Int64(UploadReader.windowBytes)
        /// Items of one request that opens, and of one that commits.
        var batch = Limits.batchItems
        var commits = Limits.commitItems
        var packsAtOnce = Limits.packsAtOnce
        /// Times a file is begun.
        var attempts = 3
        /// Ticks after which files are read, a pack is sent, or files are committed, that could still gain company.
        var patience = 2
    }

    enum Action: Sendable {
        /// Find more items.
        case scan
        /// Open uploads for the next items, make folders.
        case open
        case read
        /// Pages of chunks, each with its file.
        case declare([FileKey], [DeclareChunks.Page])
        case seal([Piece])
        /// End the pack under way.
        case flush
        case openPacks([NumberedPack])
        case send(NumberedPack, OpenPacks.Opened)
        case commit([CommitItem])
        /// Forget the upload, let the file settle, open it again.
        case startOver(OpenedFile)
        case fail(OpenedFile, Problem)
    }

    enum Event: FlowEvent {
        case scanned(pending: Int, isEnd: Bool)
        /// - taken: items that are not pending any more; files: those of them to be read.
        case opened(taken: Int, files: [OpenedFile])
        case read(ReadWindow)
        case declared([DeclaredFile])
        case sealed(PackSealer.Step)
        case packsOpened([PackNumber: Result<OpenPacks.Opened, Problem>])
        case sent(PackNumber, Problem?)
        /// Each file with its problem, nil for none.
        case committed([FileKey: Problem?])
        case startedOver(OpenedFile?)
        case failed
        /// Comes every two seconds: what waits for company does not wait for ever.
        case tick
    }

    struct NumberedPack: Sendable {
        let number: PackNumber
        let pack: FinishedPack
        /// Where its chunks stand in their files.
        let places: [ChunkPlace]
    }

    struct CommitItem: Sendable {
        let file: FileKey
        let ready: ReadyItem
        /// Plain bytes that were not sent.
        let reused: Int64
    }

    /// The service's answer for the chunks of one file.
    struct DeclaredFile: Sendable {
        let file: FileKey
        let missing: Result<Set<Fingerprint>, Problem>
    }

    struct File {
        let opened: OpenedFile
        /// Pieces read, but not declared yet; and pieces that wait for their pack's acknowledgement.
        var undeclared = 0
        var unacknowledged = 0
        var end: FileEnd.Outcome?
        var done: Int64 = 0
        var reused: Int64 = 0
        /// Bytes of it that the service was asked about, and has answered.
        var examined: Int64 = 0
        /// How it is compressed, and why.
        var note: String?
    }

    struct Window {
        let number: Int
        let pieces: [Piece]
    }

    /// A chunk on its way, and where it stands in the files that wait for it.
    struct Awaited {
        let length: Int64
        var places: [ChunkPlace]
    }

    let bounds: Bounds
    var isScanned: Bool
    /// Items found, but neither opened nor failed.
    var pending: Int
    var files: [FileKey: File] = [:]
    /// Plain bytes of files that are not committed, acknowledged so far, and how many of them were not sent: the sums over
    /// `files`.
    var unfinished: (done: Int64, reused: Int64) = (0, 0)
    /// Plain bytes of them that the service was asked about, and has answered.
    var examined: Int64 = 0
    /// The file of which something was read or acknowledged last.
    var latest: FileKey?
    var windowsRead: [Window] = []
    var declaring: Window?
    /// Pieces of each window that are still held, by its number.
    var held: [Int: Int] = [:]
    var windowCount = 0
    var toSeal: [(window: Int, piece: Piece)] = []
    var awaited: [Fingerprint: Awaited] = [:]
    /// Chunks acknowledged while a declaration was under way: its answer may not know of them yet.
    var acknowledgedMeanwhile: Set<Fingerprint> = []
    /// Chunks in the pack under way.
    var chunksInWriter = 0
    var packs: [PackNumber: FinishedPack] = [:]
    var packCount = 0
    var packBytes = 0
    var packsToOpen: [PackNumber] = []
    var packsToSend: [(PackNumber, OpenPacks.Opened)] = []
    var ready: [CommitItem] = []
    var filesOpened = Backlog()
    var unread = Backlog()
    var isScanning = false
    var isOpening = false
    var isReading = false
    var isSealing = false
    var isOpeningPacks = false
    var isCommitting = false
    var sending = 0
    /// Files being begun anew or failed.
    var settling = 0
    var recording = 0
    /// Ticks since files were read, since chunks were sealed, and since files were committed.
    var readAge = 0
    var sealAge = 0
    var commitAge = 0
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

    var isFinished: Bool {
        isScanned && pending == 0 && files.isEmpty && isUpstreamIdle && isDownstreamIdle && ready.isEmpty
            && !isCommitting && settling == 0 && recording == 0
    }

    /// Lanes in use.
    var lanes: Int { sending }

    mutating func takeChanges() -> [ChunkChange] {
        defer { changes = [] }
        return changes
    }

    var underWay: FileUnderWay? {
        latest.flatMap { files[$0] }.map { FileUnderWay(path: $0.opened.path, note: $0.note) }
    }

    /// Nothing comes from the disk any more, as far as is known.
    var isUpstreamIdle: Bool {
        pending == 0 && isScanned && !isOpening && unread.files == 0 && !isReading && held.isEmpty
    }

    var isDownstreamIdle: Bool { toSeal.isEmpty && !isSealing && chunksInWriter == 0 && packs.isEmpty }
}
