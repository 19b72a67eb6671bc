/// What screens and commands ask of the agent. The same values pass in process and over the agent's Unix socket.
/// Every command is answered by exactly one ``EngineReply``, or by a ``Problem``.
package enum EngineCommand: Codable, Sendable {
    // The account.
    case status
    /// The status after the server was asked for changes and for the account's figures. What cannot be asked for stays as
    /// it was known, and the status says why.
    case freshStatus
    case signIn(SignInRequest)
    /// Signs out and forgets the mirror. Transfers that are not over are cancelled, and named in the answer. Done here even
    /// when the server cannot be told, which the answer says, too.
    case signOut
    // Looking.
    /// A page of rows.
    case list(Listing, after: RowKey?, limit: Int)
    /// The last `limit` rows that come before the given row (nil: the end of the listing), in the order of the listing: how
    /// a screen goes to the end of a folder of 100,000 rows, and back up. `next` is nil when nothing follows the page, as
    /// for ``list(_:after:limit:)``.
    case listBefore(Listing, before: RowKey?, limit: Int)
    /// The next row whose name holds `text`, whatever the case, behind the given one (nil: from the start); backwards: the
    /// one before it (nil: from the end). Goes on at the other end of the listing.
    case find(Listing, text: String, from: RowKey?, isBackwards: Bool)
    /// Rows of a folder of this machine, from the given row on.
    case listLocal(LocalListing, start: Int, limit: Int)
    /// A piece of a file's content: at most ``Limits/previewBytes``.
    case preview(path: RemotePath, offset: Int64, length: Int)
    /// Whether there is a server at this address; nobody need be signed in.
    case probe(server: String)
    /// One file or folder.
    case describe(path: RemotePath)
    /// Asks the server for changes now, and answers when all it told are in the mirror.
    case refresh
    // Changing the tree. Sent again with the same key, such a command is carried out once and answered as before.
    /// With `parents`, folders that exist already and folders in between are no error (`mkdir -p`).
    case makeFolders(paths: [RemotePath], parents: Bool, key: CommandKey = .random())
    // With `expected`, a source at whose place another file or folder stands by now is refused: who looks at a screen
    // means what it shows.
    case move(
        sources: [RemotePath], target: RemotePath, as: TargetKind = .either, expected: [NodeID] = [],
        key: CommandKey = .random())
    /// Target as for a move. What is there already is never replaced. Within one person's tree, at no cost of bytes; what
    /// somebody else shares is copied by a transfer, which fetches it and then sends it, and which the answer names.
    case copy(
        sources: [RemotePath], target: RemotePath, as: TargetKind = .either, expected: [NodeID] = [],
        key: CommandKey = .random())
    case trash(paths: [RemotePath], expected: [NodeID] = [], key: CommandKey = .random())
    /// Out of the trash, to where they were; to the top of My Files, or under another name, where that cannot be.
    case restore(nodes: [NodeID], key: CommandKey = .random())
    // Versions of a file, for whoever may write in it.
    /// What it has held, the newest first, after the given one.
    case versions(path: RemotePath, after: VersionID?, limit: Int)
    /// A piece of what it has held: as ``preview(path:offset:length:)``.
    case previewVersion(FileVersion, path: RemotePath, offset: Int64, length: Int)
    /// An older content is its current one again, as a new version; its conflicts are settled. With `current`, only if that
    /// is what it holds still.
    case restoreVersion(
        path: RemotePath, version: VersionID, current: VersionID? = nil, expected: NodeID? = nil,
        key: CommandKey = .random())
    /// What it holds stays, and its conflicts are settled. With `version`, only if that is what it holds still.
    case keepCurrent(
        path: RemotePath, version: VersionID? = nil, expected: NodeID? = nil, key: CommandKey = .random())
    /// Files of My Files with conflicts that nobody has settled, by path; of so many at most, but all are counted.
    case conflicts(limit: Int)
    // Sharing.
    case share(
        path: RemotePath, emails: [String], role: Role, expected: NodeID? = nil, key: CommandKey = .random())
    case unshare(path: RemotePath, email: String, key: CommandKey = .random())
    /// Gives up one's own access to something in Shared With Me.
    case leave(path: RemotePath, key: CommandKey = .random())
    /// Who has access, through the node itself or a folder above it.
    case shares(path: RemotePath)
    // Transfers. Sources that cannot go are refused one by one; the others go.
    case put(sources: [LocalPath], target: RemotePath)
    case get(sources: [RemotePath], target: LocalPath)
    /// What a file held once. Target as for a download of one file.
    case getVersion(FileVersion, path: RemotePath, target: LocalPath)
    case transfers
    /// Files of one transfer that failed, after the given row.
    case failures(transfer: TransferID, after: Int64, limit: Int)
    /// What the control does not fit is left alone; the answer names those that it changed.
    case control(TransferControl, transfers: [TransferID]?)
    /// Answers with the transfer, when that changed anything: one that is over stands where it stands. Put first, a paused
    /// one goes on, and what runs gives way; otherwise what runs goes on to its end.
    case reorder(transfer: TransferID, Reorder)
    case limit(TransferLimits)
    /// Its chunks in so many cells, 10,000 at most.
    case chunkMap(transfer: TransferID, cells: Int)
    /// The worst chunk of one of so many cells.
    case chunk(transfer: TransferID, cell: Int, cells: Int)
    /// What sending these would cost, told by events under `number` until it is over; replaces the estimate before. No
    /// sources: only ends that.
    case estimate(sources: [LocalPath], number: Int64)
    // The synced folder. Paths are below it, without a slash at the beginning; the empty one is the folder itself.
    /// Makes a folder of this disk and My Files one. It is the one and only; asked again for the same folder, nothing
    /// changes.
    case sync(folder: LocalPath)
    /// The folder and My Files go their own ways; what is on both sides stays there.
    case unsync
    case syncState
    /// Problems after the given key, in the order of their keys: only what is merely left out, only what is not, or both.
    /// With `since`, only what came to be as it is after that change; the page counts all of them nevertheless, so that
    /// whoever knows more of them than there are knows that some are solved.
    case syncProblems(after: String?, limit: Int, leftOut: Bool? = nil, since: Int64? = nil)
    /// What would be done next. At most so many steps; they are counted all the same.
    case syncPlan(limit: Int)
    /// What was observed of one file or folder, what follows from it, and what came of it, in sentences.
    case why(path: LocalPath)
    /// Consents to the deletions that are held on this disk and on the server; nil: not to those. Refused when there are
    /// not as many any more. Who looked at a number has consented to these, and to no others.
    case approve(here: Int?, there: Int?)
    /// The other answer: what they would delete comes back to the side that it has gone from. Refused as consent is.
    case bringBack(here: Int?, there: Int?)
    /// Answers when all, or all at and below the path, is the same on both sides, by looks at the disk and at the server that
    /// began after it was asked. What is merely left out is no reason against that.
    ///
    /// Refused with what keeps it from that.
    case waitSynced(path: LocalPath?)
    /// Reads every file of the folder anew and compares; answers when that is over.
    case verifySync
    case pauseSync(Bool)
    /// In My Files alone, and no longer on this disk; or on both again.
    case keep(paths: [RemotePath], isOnlineOnly: Bool)
    // The agent.
    /// From now on this link also carries ``EngineEvent``s. The current state comes first.
    case subscribe
    /// Checks server, clock, mirror, disk and store.
    case doctor
    /// Stops the agent; transfers go on when it starts again.
    case stop

    /// Whether asking again, with the very same value, does no harm when it is not known if the first time took effect:
    /// questions, and changes of the tree, which carry a key. A second `put` or `get` would be a second transfer, a second
    /// sign-in another token, and what a second sign-out or stop would end has gone.
    package var mayBeRepeated: Bool {
        switch self {
        case .put, .get, .stop, .signIn, .signOut: false
        // One step more each time.
        case .reorder(_, .up), .reorder(_, .down): false
        default: true
        }
    }

    package struct SignInRequest: Codable, Sendable {
        package var server: String
        package var email: String
        package var password: String
        package var device: String
        package init(server: String, email: String, password: String, device: String) {
            self.server = server
            self.email = email
            self.password = password
            self.device = device
        }
    }
}

/// What the target of a move or a copy is.
package enum TargetKind: String, Codable, Sendable {
    /// As `mv` takes it. Several sources, or a folder that is there: into it. One source and no such folder: its new name.
    case either
    /// A folder that is there, or nothing is done.
    case folder
    /// The new name of the one source, never a folder to put it into.
    case name
}

/// `transfers: nil` in ``EngineCommand/control(_:transfers:)`` means all.
package enum TransferControl: String, Codable, Sendable {
    case pause
    case resume
    case cancel
    /// Tries again what failed.
    case retry
    /// Forgets transfers that have ended.
    case clear
}

package enum EngineReply: Codable, Sendable {
    case done
    case status(EngineStatus)
    case rows(RowPage)
    case row(Row)
    /// Nil: nothing was found.
    case found(FoundRow?)
    case localRows(LocalPage)
    case part(FilePart)
    case probe(ServerProbe)
    case restored([Restored], refused: [Refusal])
    case versions(FileVersions)
    case access([Access])
    case started([TransferID], refused: [Refusal])
    /// Transfers that were cancelled; why the server could not be told.
    case signedOut([TransferID], untold: Problem?)
    /// Transfers that a command changed.
    case changed([TransferID])
    case transfers([TransferState])
    case failures([TransferFailure])
    case chunkMap(ChunkMap)
    case chunk(ChunkDetail)
    /// Paths that were refused, each with its problem; empty when all went well.
    case refused([Refusal])
    case findings([Finding])
    /// Nil: there is no synced folder.
    case sync(SyncState?)
    case syncProblems(SyncProblemPage)
    case syncPlan(SyncPlan)
    case why([String])
}

/// One path of a command that was refused, while the others went through.
package struct Refusal: Codable, Sendable {
    package var path: String
    package var problem: Problem
    package init(path: String, problem: Problem) {
        self.path = path
        self.problem = problem
    }
}

/// Somebody's access, and the place that was shared for it.
package struct Access: Codable, Sendable, Hashable {
    package var path: RemotePath
    package var grant: Grant
    package init(path: RemotePath, grant: Grant) {
        self.path = path
        self.grant = grant
    }
}

/// One line of `doctor`.
package struct Finding: Codable, Sendable {
    package enum Verdict: String, Codable, Sendable {
        case ok
        case warning
        case failure
    }

    package var topic: String
    package var verdict: Verdict
    package var text: String
    package init(topic: String, verdict: Verdict, text: String) {
        self.topic = topic
        self.verdict = verdict
        self.text = text
    }
}
