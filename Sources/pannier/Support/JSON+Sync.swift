import PannierCore

extension JSON {
    struct Sync: Encodable {
        var folder: String
        /// starting, working, same, waiting, paused, stopped
        var phase: String
        var problem: Trouble?
        /// Files and folders that may differ.
        var differing: Int64
        /// Files that both sides agree on.
        var files: Int64
        var problems: Int64
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
        /// Folders.
        var watched: Int
        var unwatched: Int
        /// Of unwatched folders: how often they are looked at.
        var looksEveryMilliseconds: Int64?

        init(_ state: SyncState) {
            folder = text(state.folder)
            phase = state.phase.rawValue
            problem = state.problem.map(Trouble.init)
            differing = state.differing
            files = state.files
            problems = state.problems
            leftOut = Dictionary(state.leftOut.map { ($0.reason.rawValue, $0.count) }) { $0 + $1 }
            beingWritten = state.beingWritten
            firstBeingWritten = state.firstBeingWritten.map { text($0) }
            heldHere = state.heldHere
            heldThere = state.heldThere
            verifiedAt = state.verifiedAt
            watched = state.watched
            unwatched = state.unwatched
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
        }

        struct Held: Encodable {
            var count: Int
            /// The first of them.
            var paths: [String]
        }

        var steps: [Step]
        /// Steps in all.
        var total: Int
        /// Others follow when these are done.
        var hasMore: Bool
        var heldHere: Held
        var heldThere: Held

        init(_ plan: SyncPlan) {
            steps = plan.steps.map { Step(kind: $0.kind.rawValue, path: text($0.path), detail: $0.detail) }
            total = plan.total
            hasMore = plan.hasMore
            heldHere = Held(count: plan.heldHere.count, paths: plan.heldHere.first.map(JSON.text))
            heldThere = Held(count: plan.heldThere.count, paths: plan.heldThere.first.map(JSON.text))
        }
    }

    private static func text(_ path: LocalPath) -> String { String(decoding: path.bytes, as: UTF8.self) }
}
