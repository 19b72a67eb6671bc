/// Problems of the synced folder, a page of them.
package struct SyncProblemPage: Codable, Sendable, Hashable {
    package var problems: [SyncProblem]
    /// In all, of those that were asked for; also where only what is new was.
    package var total: Int
    /// Of all of them, those that are told and wait for nobody.
    package var notes: Int
    /// Where the next page goes on; nil: this was the last one.
    package var next: String?
    /// As of which change of them: ``SyncState/problemChanges``.
    package var changes: Int64

    package init(problems: [SyncProblem], total: Int, next: String?, notes: Int = 0, changes: Int64 = 0) {
        self.problems = problems
        self.total = total
        self.notes = notes
        self.next = next
        self.changes = changes
    }
}

/// What would be done next about the synced folder.
package struct SyncPlan: Codable, Sendable, Hashable {
    /// The first ones, in the order in which they are carried out.
    package var steps: [PlannedStep]
    /// Steps in all.
    package var total: Int
    /// There are more changes than one plan takes: others follow.
    package var hasMore: Bool
    /// Something was not found at one look, and is looked for again: what may follow from that is not among the steps.
    package var isIncomplete: Bool
    /// Deletions that wait for consent, and the first of what they would remove. Not among the steps.
    package var heldHere: HeldPaths
    package var heldThere: HeldPaths

    package init(
        steps: [PlannedStep] = [], total: Int = 0, hasMore: Bool = false, isIncomplete: Bool = false,
        heldHere: HeldPaths = HeldPaths(),
        heldThere: HeldPaths = HeldPaths()
    ) {
        self.steps = steps
        self.total = total
        self.hasMore = hasMore
        self.isIncomplete = isIncomplete
        self.heldHere = heldHere
        self.heldThere = heldThere
    }
}

/// Deletions on one side that wait for a person's word.
package struct HeldPaths: Codable, Sendable, Hashable {
    package var count: Int
    /// The first of them, in the order of their paths; what goes with a folder is told with it.
    package var first: [HeldPath]

    package init(count: Int = 0, first: [HeldPath] = []) {
        self.count = count
        self.first = first
    }

    /// How many the first ones do not tell of.
    /// - Parameter shown: so many of the first are shown.
    package func rest(after shown: Int) -> Int { count - first.prefix(shown).reduce(0) { $0 + 1 + $1.inside } }
}

/// Something that would be deleted.
package struct HeldPath: Codable, Sendable, Hashable {
    /// Below the synced folder.
    package var path: LocalPath
    /// Of a folder: how many others go with it.
    package var inside: Int

    package init(_ path: LocalPath, inside: Int = 0) {
        self.path = path
        self.inside = inside
    }

    /// For people.
    package var words: String { inside == 0 ? "\(path)" : "\(path)/ with \(Format.count(Int64(inside))) in it" }
}

/// One step of a plan, in words.
package struct PlannedStep: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        // On this disk.
        case makeFolderHere, download, replaceHere, moveHere, deleteHere
        // On the server.
        case makeFolderThere, upload, uploadVersion, moveThere, trashThere, restoreThere
        /// To be known before more can be said.
        case read
        /// Both sides are found to be the same, or to be gone; nothing moves.
        case note

        /// For people.
        package var words: String {
            switch self {
            case .makeFolderHere: "make folder here"
            case .download: "download"
            case .replaceHere: "download a new version"
            case .moveHere: "move here"
            case .deleteHere: "delete here"
            case .makeFolderThere: "make folder there"
            case .upload: "upload"
            case .uploadVersion: "upload a new version"
            case .moveThere: "move there"
            case .trashThere: "trash there"
            case .restoreThere: "restore there"
            case .read: "read"
            case .note: "note"
            }
        }
    }

    package var kind: Kind
    /// Below the synced folder.
    package var path: LocalPath
    /// What else there is to say: where it goes to, how many bytes, how many things go with it.
    package var detail: String?
    /// A transfer has it, which may wait for its turn, for the server or for a pause to end.
    package var isUnderWay = false
    /// It has failed; it is tried again by itself, or waits for somebody.
    package var problem: Problem?

    package init(_ kind: Kind, _ path: LocalPath, detail: String? = nil) {
        self.kind = kind
        self.path = path
        self.detail = detail
    }
}

/// How it stands with one file or folder of My Files on this disk.
package enum SyncMark: String, Codable, Sendable, CaseIterable {
    /// The same on both sides; a folder with all that is in it, but for what is ignored.
    case verified
    /// It, or something in it, has still to be carried over to one side.
    case waiting
    /// Not on this disk, because somebody chose so.
    case onlineOnly
    /// It cannot be synchronised as it is.
    case problem
    /// Not synchronised on this disk: ignored, or not what it is on the server.
    case ignored

    /// What is known of it. While nobody looks at the disk, what was the same may have been edited since.
    /// - Parameter phase: of the folder; nil: there is none.
    /// - Returns: nil: nothing.
    package func known(in phase: SyncState.Phase?) -> SyncMark? {
        switch phase {
        case .starting, .paused, .stopped: self == .verified ? nil : self
        case .working, .same, .waiting, .offline, nil: self
        }
    }
}
