/// What the agent tells those who subscribed. Events are state, not steps: a missed one costs nothing when a later one
/// of its kind arrives.
package enum EngineEvent: Codable, Sendable {
    case status(EngineStatus)
    /// Rows of these folders changed: ask for the pages that are on the screen. Nil: look at everything. Also of folders
    /// out of which something went into the trash, or into which it came back: who shows the trash looks whenever this
    /// comes.
    case foldersChanged([NodeID]?)
    /// Shared With Me gained, lost or renamed something.
    case sharedChanged
    /// At most ten times a second, only transfers that changed.
    case transfers([TransferState])
    /// A transfer was cleared from the list.
    case transfersCleared([TransferID])
    case estimate(Estimate)
    /// How it stands with the synced folder; nil: there is none.
    case sync(SyncState?)
    /// The agent ends; reconnecting starts another.
    case stopping
}

package struct EngineStatus: Codable, Sendable, Hashable {
    package enum Connection: String, Codable, Sendable {
        case signedOut
        case connecting
        /// A WebSocket is open: changes are pushed.
        case live
        /// The feed is asked regularly.
        case polled
        case offline
    }

    package var server: String?
    package var account: Account?
    package var device: DeviceID?
    package var connection: Connection
    /// Why it is offline, in words.
    package var problem: Problem?
    /// When the mirror was last known to equal the server, on this machine's clock.
    package var verifiedAt: Milliseconds?
    /// Round trip to the server.
    package var latencyMilliseconds: Int?
    package var fileCount: Int64
    /// Files of My Files with conflicts that nobody has settled: ``EngineCommand/conflicts(limit:)`` lists them.
    package var conflictCount = 0
    package var agentProcess: Int32
    package var version: String
    package var limits = TransferLimits()
    /// Between two times that the feed is asked, where nothing else gives cause; nil: not known yet.
    package var pollMilliseconds: Milliseconds?

    package init(
        server: String?, account: Account?, device: DeviceID?, connection: Connection, problem: Problem?,
        verifiedAt: Milliseconds?, latencyMilliseconds: Int?, fileCount: Int64, agentProcess: Int32, version: String,
        limits: TransferLimits = TransferLimits(), pollMilliseconds: Milliseconds? = nil
    ) {
        self.limits = limits
        self.pollMilliseconds = pollMilliseconds
        self.server = server
        self.account = account
        self.device = device
        self.connection = connection
        self.problem = problem
        self.verifiedAt = verifiedAt
        self.latencyMilliseconds = latencyMilliseconds
        self.fileCount = fileCount
        self.agentProcess = agentProcess
        self.version = version
    }

    /// How it hears of changes, for people.
    package var connectionWords: String {
        switch connection {
        case .signedOut: return "signed out"
        case .connecting: return "connecting"
        case .live: return "live: changes are pushed"
        case .offline: return "offline"
        case .polled:
            let minutes = ((pollMilliseconds ?? 60_000) + 30_000) / 60_000
            return minutes > 1 ? "polled: asked every \(minutes) minutes" : "polled: asked every minute"
        }
    }
}

/// One transfer: a file or a folder that goes up or comes down, or several that were asked for together.
///
/// Its figures, true at every moment:
/// - **Files** are files alone, never folders. Of `filesTotal` found so far, `filesDone` stand at their place, durable;
///   `filesFailed` could not be done, each with its reason; `filesLeft` have still to be done, or were not begun when the
///   transfer was stopped as a whole (`problem` says why).
/// - **Folders** are counted only when one could not be read or made: `foldersFailed`. Files that were found in it count as
///   failed; what was never found in it counts nowhere.
/// - **Skipped** is what is never transferred, by kind. It is in no other figure.
/// - **Bytes** are plain bytes of files. `bytesTotal`: of all that were found. `bytesDone`: those that need no more work,
///   of unfinished files, too. Of these, `bytesReused` were there already and did not cross the network, and the others,
///   `bytesSent`, did, in one direction or the other. So reused and sent together are what is done, never more.
/// - `bytesUnderWay` are such as have gone out or come in, while the transfer runs, and are not done before the server has
///   acknowledged them or they stand on this disk: they grow with every byte, in no other figure, and are taken back when
///   they have to cross the network again. ``bytesAdvanced`` is both together: what a bar shows.
/// - `bytesMoved` is what the network carried: packs, compressed and sealed, sent again included.
package struct TransferState: Codable, Sendable, Hashable, Identifiable {
    package enum Direction: String, Codable, Sendable {
        case upload
        case download
    }

    package enum State: String, Codable, Sendable {
        /// Waits for its turn or, when there is a `problem`, until somebody signs in again.
        case queued
        case running
        case paused
        /// Waits to try again after a fault that may pass; `problem` says which.
        case retrying
        case done
        /// Ended; some files could not be done. See ``EngineCommand/failures(transfer:after:limit:)``.
        case partlyFailed
        case failed
        case cancelled

        /// For people.
        package var words: String { self == .partlyFailed ? "partly failed" : rawValue }

        package var isOver: Bool {
            switch self {
            case .done, .partlyFailed, .failed, .cancelled: true
            case .queued, .running, .paused, .retrying: false
            }
        }
    }

    package var id: TransferID
    package var direction: Direction
    package var state: State
    /// The own name of what goes up or comes down; of several, the first one's, or that of a folder, with a slash behind it.
    package var name: String
    /// Files and folders that it was asked for.
    package var sources: Int64
    /// Of several sources, the side they come from has the first one's place, the other one the folder they all go to.
    package var local: LocalPath
    package var remote: RemotePath
    /// Of a copy between two people's trees, which is a download first and then an upload: where the only or first source
    /// is. Then `remote` is where it goes to all along, and `local` where it lies meanwhile. Nil: it is no copy.
    package var from: RemotePath?
    package var filesTotal: Int64
    package var filesDone: Int64
    package var filesFailed: Int64
    package var foldersFailed: Int64
    package var skipped: SkippedItems
    package var bytesTotal: Int64
    package var bytesDone: Int64
    package var bytesReused: Int64
    package var bytesMoved: Int64
    package var bytesUnderWay: Int64 = 0
    /// Of `bytesTotal`, what is known to be there already or to have to cross the network: read, and asked for. Of it,
    /// `bytesReused` are there already.
    package var bytesExamined: Int64 = 0
    /// The file under way: its path below the top, or its name; nil when there is none.
    package var file: String?
    /// How the file under way is compressed, and why.
    package var note: String?
    /// In the queue of its direction: smaller ones come first. ``EngineCommand/reorder(transfer:_:)`` changes it, and then
    /// every transfer that stands elsewhere is told of. Lists are in this order.
    package var place: Int64 = 0
    /// Whether all files have been found; until then the totals grow.
    package var isScanned: Bool
    /// Plain bytes a second that crossed the network, over the last seconds.
    package var bytesPerSecond: Double
    package var lanes: Int
    package var problem: Problem?
    /// Milliseconds until the next try, when retrying.
    package var retryIn: Milliseconds?
    /// Time in which it ran and did not wait, as it was last written down; final when it is over.
    package var ranMilliseconds: Milliseconds

    package init(
        id: TransferID, direction: Direction, state: State, name: String, local: LocalPath, remote: RemotePath,
        filesTotal: Int64 = 0, filesDone: Int64 = 0, filesFailed: Int64 = 0, bytesTotal: Int64 = 0,
        bytesDone: Int64 = 0, bytesReused: Int64 = 0, bytesMoved: Int64 = 0, isScanned: Bool = false,
        bytesPerSecond: Double = 0, lanes: Int = 0, problem: Problem? = nil, retryIn: Milliseconds? = nil,
        foldersFailed: Int64 = 0, skipped: SkippedItems = SkippedItems(), sources: Int64 = 1,
        ranMilliseconds: Milliseconds = 0
    ) {
        self.ranMilliseconds = ranMilliseconds
        self.sources = sources
        self.id = id
        self.direction = direction
        self.state = state
        self.name = name
        self.local = local
        self.remote = remote
        self.filesTotal = filesTotal
        self.filesDone = filesDone
        self.filesFailed = filesFailed
        self.foldersFailed = foldersFailed
        self.skipped = skipped
        self.bytesTotal = bytesTotal
        self.bytesDone = bytesDone
        self.bytesReused = bytesReused
        self.bytesMoved = bytesMoved
        self.isScanned = isScanned
        self.bytesPerSecond = bytesPerSecond
        self.lanes = lanes
        self.problem = problem
        self.retryIn = retryIn
    }
}

extension TransferState {
    /// For people: the name, and of several sources how many there are.
    package var title: String { name + others }

    /// What ``title`` says beyond the name: ` and 3,213 more`, or of a folder that holds them all `, 3,214 files`; empty for
    /// one source.
    package var others: String {
        guard sources > 1 else { return "" }
        return isNamedByFolder ? ", \(Format.count(sources)) files" : " and \(Format.count(sources - 1)) more"
    }

    /// Of several files of the synced folder: no name of one of them, but of the folder that they all lie in.
    package var isNamedByFolder: Bool { name.last == "/" }

    /// For people: where it comes from, and where it goes to.
    package var ends: (from: String, to: String) {
        if let from { return (from.description, remote.description) }
        let (here, there) = (local.description, remote.description)
        return direction == .upload ? (here, there) : (there, here)
    }

    package var filesLeft: Int64 { max(0, filesTotal - filesDone - filesFailed) }
    package var filesSkipped: Int64 { skipped.total }
    /// Whether it was stopped as a whole, before all was tried; ``problem`` says why.
    package var isStopped: Bool { state == .failed && (filesLeft > 0 || !isScanned) }
    /// A copy that ended before anything of it was sent.
    package var isUnsentCopy: Bool { from != nil && direction == .download && state.isOver }
    /// How far it is, and of how much: bytes; of many small files, files, since each takes longer than its bytes.
    package var advance: (done: Int64, total: Int64) {
        isMeasuredByFiles ? (filesDone + filesFailed, filesTotal) : (bytesAdvanced, bytesTotal)
    }

    package var isMeasuredByFiles: Bool { isScanned && filesTotal > 1 && bytesTotal / filesTotal < 16 << 10 }

    /// Done, or at least across the network.
    package var bytesAdvanced: Int64 { min(bytesTotal, bytesDone + bytesUnderWay) }

    /// Plain bytes that have still to cross the network, as far as can be told: of what has not been examined, as large a
    /// part is taken to be there already as of what has. Divided by the rate, the time that is left.
    package var bytesToCross: Int64 {
        let examined = min(max(bytesExamined, bytesAdvanced), bytesTotal)
        let new = examined > 0 ? 1 - Double(min(bytesReused, examined)) / Double(examined) : 1
        return examined - bytesAdvanced + Int64(Double(bytesTotal - examined) * new)
    }

    package var bytesSent: Int64 { max(0, bytesDone - bytesReused) }
}

/// One file of a transfer that could not be done.
package struct TransferFailure: Codable, Sendable {
    package var row: Int64
    package var path: String
    package var problem: Problem
    package init(row: Int64, path: String, problem: Problem) {
        self.row = row
        self.path = path
        self.problem = problem
    }
}
