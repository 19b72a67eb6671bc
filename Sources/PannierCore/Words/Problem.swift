/// What went wrong, in the form of RFC 9457, with a code that stays the same for ever. On the wire (media type
/// `application/problem+json`), in the agent's answers and on the screen.
package struct Problem: Error, Codable, Hashable, Sendable {
    package let code: Code
    /// HTTP status of the answer; 0 where no server answered.
    package let status: Int
    /// What happened, in one sentence.
    package let title: String
    /// What it means for the data, and what to do.
    package let detail: String?
    /// Seconds after which trying again makes sense, where the server said so.
    package let retryAfter: Int?

    package init(_ code: Code, _ title: String, detail: String? = nil, retryAfter: Int? = nil, status: Int? = nil) {
        self.code = code
        self.status = status ?? code.status
        self.title = title
        self.detail = detail
        self.retryAfter = retryAfter
    }

    private enum CodingKeys: CodingKey { case code, status, title, detail, retryAfter }

    /// A code that this version does not know, of a newer server or agent, becomes the one that its status stands for: the
    /// words are still worth showing, and the answer around it is still worth reading.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let status = try values.decodeIfPresent(Int.self, forKey: .status)
        let code = Code(rawValue: try values.decode(String.self, forKey: .code)) ?? Code(httpStatus: status ?? 500)
        self.init(
            code, try values.decode(String.self, forKey: .title),
            detail: try values.decodeIfPresent(String.self, forKey: .detail),
            retryAfter: try values.decodeIfPresent(Int.self, forKey: .retryAfter), status: status)
    }

    /// As it counts when a server said it: one that uses a code of this side of the wire has a fault. Taken at its word it
    /// could end a transfer as cancelled, or have people rebuild their mirrors.
    package var fromServer: Problem {
        if code.status != 0 { return self }
        return Problem(.internalError, title, detail: detail, retryAfter: retryAfter)
    }

    /// Milliseconds for which the server wants to be left alone; an hour at most, whatever number it sent.
    package var retryDelay: Milliseconds { Milliseconds(min(max(retryAfter ?? 0, 0), 3_600)) * 1_000 }

    /// Whether the same request may succeed later without anyone doing anything.
    package var isTransient: Bool { code.isTransient }
}

extension Problem: CustomStringConvertible {
    package var description: String { detail.map { "\(title) \($0)" } ?? title }
}

extension Problem {
    /// Stable codes. The raw value is what stands on the wire, in `--json` and in `pannier explain`.
    package enum Code: String, Codable, Sendable, CaseIterable {
        // Asked wrongly.
        case badRequest = "bad_request"
        case tooLarge = "too_large"
        case nameNotAllowed = "name_not_allowed"
        case idempotencyMismatch = "idempotency_mismatch"
        // Who and whether.
        case signInFailed = "sign_in_failed"
        case tokenInvalid = "token_invalid"
        /// Also what is not allowed: the two look the same.
        case notFound = "not_found"
        // The tree.
        case nameTaken = "name_taken"
        /// A living sibling has the same name in another Unicode spelling.
        case nameTwin = "name_twin"
        case cycle = "cycle"
        case notFolder = "not_a_folder"
        case notFile = "not_a_file"
        case tooDeep = "too_deep"
        case trashed = "trashed"
        /// Something is newer than what the asker said to know.
        case changedSince = "changed_since"
        /// Somebody replaced what another had just put there, without having seen it. Nothing is lost; somebody is asked.
        case conflict = "conflict"
        /// Somebody else's, who lets one look at it and no more. Told by this side, which knows what it may see: the
        /// server says `notFound`.
        case viewOnly = "view_only"
        // Uploads and packs.
        case chunksMissing = "chunks_missing"
        case manifestMismatch = "manifest_mismatch"
        case packMissing = "pack_missing"
        /// The stored bytes are not what the checksum, index or fingerprint promised.
        case packDamaged = "pack_damaged"
        case quotaExceeded = "quota_exceeded"
        case storageFull = "storage_full"
        // The feed.
        case cursorExpired = "cursor_expired"
        /// What the asker said to know is of another past: the server was restored since.
        case epochChanged = "epoch_changed"
        // The service.
        case rateLimited = "rate_limited"
        case unavailable = "unavailable"
        case internalError = "internal_error"
        // Only on this side of the wire.
        case serverUnreachable = "server_unreachable"
        case serverUntrusted = "server_untrusted"
        case storeRefused = "store_refused"
        case notSignedIn = "not_signed_in"
        case agentUnreachable = "agent_unreachable"
        case localFileChanged = "local_file_changed"
        case localFileUnreadable = "local_file_unreadable"
        case localDiskFull = "local_disk_full"
        case localExists = "local_exists"
        case localWriteFailed = "local_write_failed"
        /// A link, device, pipe or socket: left out, and no failure.
        case notTransferable = "not_transferable"
        // The synced folder.
        /// Another folder stands at its place, or none.
        case syncFolderLost = "sync_folder_lost"
        /// Something that the synced folder holds stays on this disk alone.
        case notSynchronised = "not_synchronised"
        /// What comes from the server finds its name taken by something that stays on this disk alone.
        case nameInTheWay = "name_in_the_way"
        /// So many deletions that a person has to say that they are meant.
        case deletionsHeld = "deletions_held"
        /// A file on this disk holds something else than it held, though nobody has changed it.
        case localFileDamaged = "local_file_damaged"
        /// Somebody has paused it.
        case syncPaused = "sync_paused"
        /// The folder cannot be the synced one.
        case syncFolderUnfit = "sync_folder_unfit"
        case mirrorTooNew = "mirror_too_new"
        case mirrorDamaged = "mirror_damaged"
        case cancelled = "cancelled"
        case partlyFailed = "partly_failed"

        /// The HTTP status that goes with the code; 0 where it never crosses the wire.
        package var status: Int {
            switch self {
            case .badRequest, .nameNotAllowed, .notFolder, .notFile, .tooDeep: 400
            case .signInFailed, .tokenInvalid: 401
            case .notFound, .packMissing: 404
            case .nameTaken, .nameTwin, .cycle, .trashed, .changedSince, .chunksMissing, .manifestMismatch,
                .idempotencyMismatch, .epochChanged:
                409
            case .cursorExpired: 410
            case .tooLarge: 413
            case .packDamaged: 422
            case .rateLimited: 429
            case .internalError: 500
            case .unavailable: 503
            case .quotaExceeded, .storageFull: 507
            default: 0
            }
        }

        /// What an HTTP status means where no code that we know came with it.
        package init(httpStatus status: Int) {
            self =
                switch status {
                case 401: .tokenInvalid
                case 404: .notFound
                case 410: .cursorExpired
                case 413: .tooLarge
                case 429: .rateLimited
                case 502...504: .unavailable
                case 507: .storageFull
                case 500..., ..<400: .internalError
                default: .badRequest
                }
        }

        package var isTransient: Bool {
            switch self {
            case .rateLimited, .unavailable, .internalError, .serverUnreachable, .storeRefused: true
            default: false
            }
        }
    }
}

extension Problem {
    private static let folderNotMade = "The folder it lies in could not be made."

    /// Of a file or folder whose folder could not be made: that has a problem of its own, which says why.
    package static func ofItsFolder(_ code: Code, detail: String) -> Problem {
        Problem(code, folderNotMade, detail: detail, status: 0)
    }

    package var isOfItsFolder: Bool { title.hasSuffix(Self.folderNotMade) }
}

/// One item's answer in a batch: what was asked for, or why not. A batch never fails as a whole for one item.
package enum ItemResult<Value: Codable & Sendable>: Codable, Sendable {
    case done(Value)
    case problem(Problem)

    private enum CodingKeys: CodingKey { case done, problem }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let problem = try container.decodeIfPresent(Problem.self, forKey: .problem) {
            self = .problem(problem.fromServer)
        } else {
            self = .done(try container.decode(Value.self, forKey: .done))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .done(let value): try container.encode(value, forKey: .done)
        case .problem(let problem): try container.encode(problem, forKey: .problem)
        }
    }

    package func get() throws(Problem) -> Value {
        switch self {
        case .done(let value): return value
        case .problem(let problem): throw problem
        }
    }
}
