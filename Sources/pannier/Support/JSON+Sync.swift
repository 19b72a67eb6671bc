import PannierCore

extension JSON {
    struct Sync: Encodable {
        var folder: String
        /// starting, working, same, waiting, paused, offline, stopped
        var phase: String
        /// Why it stands still.
        var problem: Trouble?
        /// What the server says to requests as a whole.
        var refused: Trouble?
        /// Files and folders that may differ.
        var differing: Int64
        /// Files that both sides agree on.
        var files: Int64
        var problems: Int64
        /// What somebody should know of, and nothing waits for.
        var notes: Int64
        /// What is merely left out, by its reasons: link, device, mount, name, synced_folder, own_name.
        var leftOut: [String: Int64]
        /// Files that are being written, and the first of them.
        var beingWritten: Int
        var firstBeingWritten: String?
        /// Deletions that wait for consent.
        var heldHere: Int
        var heldThere: Int
        /// Milliseconds since 1970, on this machine's clock.
        var verifiedAt: Int64?
        /// Since when the server does not answer, as verifiedAt, and why.
        var offlineAt: Int64?
        var offline: Trouble?
        /// Why the folder's transfers do not go on.
        var transfers: Trouble?
        /// Folders.
        var watched: Int
        var unwatched: Int
        /// Of unwatched folders: those that this user may not read.
        var unreadable: Int
        /// Of unwatched folders: how often they are looked at.
        var looksEveryMilliseconds: Int64?

        init(_ state: SyncState) {
            folder = text(state.folder)
            phase = state.phase.rawValue
            problem = state.problem.map(Trouble.init)
            refused = state.refusal.map(Trouble.init)
            differing = state.differing
            files = state.files
            problems = state.problems
            notes = state.notes
            leftOut = Dictionary(state.leftOut.map { ($0.reason.rawValue, $0.count) }) { $0 + $1 }
            beingWritten = state.beingWritten
            firstBeingWritten = state.firstBeingWritten.map { text($0) }
            heldHere = state.heldHere
            heldThere = state.heldThere
            verifiedAt = state.verifiedAt
            offlineAt = state.offlineSince
            offline = state.offlineProblem.map(Trouble.init)
            transfers = state.transferProblem.map(Trouble.init)
            watched = state.watched
            unwatched = state.unwatched
            unreadable = state.unreadable
            looksEveryMilliseconds = state.looksEvery
        }
    }

    struct SyncTrouble: Encodable {
        /// Stays the same for the same thing.
        var key: String
        /// Below the synced folder; empty: the folder itself.
        var path: String
        var problem: Trouble
        /// Why it is merely left out; nothing else is wrong with it then.
        var leftOut: String?

        init(_ problem: SyncProblem) {
            key = problem.key
            leftOut = problem.leftOut?.rawValue
            path = text(problem.path)
            self.problem = Trouble(problem.problem)
        }
    }

    struct Plan: Encodable {
        struct Step: Encodable {
            var kind: String
            var path: String
            var detail: String?
            var isUnderWay: Bool
            /// It has failed, and is tried again or waits for somebody.
            var problem: Trouble?

            init(_ step: PlannedStep) {
                (kind, path) = (step.kind.rawValue, JSON.text(step.path))
                (detail, isUnderWay) = (step.detail, step.isUnderWay)
                problem = step.problem.map(Trouble.init)
            }
        }

        struct Held: Encodable {
            var count: Int
            /// The first of them; of a folder, all that goes with it is told with it.
            var paths: [String]
            /// How many others go with each of these.
            var inside: [Int]

            init(_ held: HeldPaths) {
                count = held.count
                paths = held.first.map { JSON.text($0.path) }
                inside = held.first.map(\.inside)
            }
        }

        var steps: [Step]
        /// Steps in all.
        var total: Int
        /// Others follow when these are done.
        var hasMore: Bool
        /// Something is being looked for; what may follow from that is not among the steps.
        var isIncomplete: Bool
        var heldHere: Held
        var heldThere: Held

        init(_ plan: SyncPlan) {
            steps = plan.steps.map(Step.init)
            total = plan.total
            hasMore = plan.hasMore
            isIncomplete = plan.isIncomplete
            heldHere = Held(plan.heldHere)
            heldThere = Held(plan.heldThere)
        }
    }

    fileprivate static func text(_ path: LocalPath) -> String { String(decoding: path.bytes, as: UTF8.self) }
}
