import Logging
package import PannierCore
import PannierMirror
import PannierTransfer

/// The synced folder of one profile at work. The engine asks it, tells it of sessions and of news from the feed, and tells
/// subscribers of ``states``.
package actor SyncRunner {
    /// How it stands, whenever that changed; nil: there is no synced folder. One reader.
    package nonisolated let states: AsyncStream<SyncState?>
    private let tell: AsyncStream<SyncState?>.Continuation
    private let mirror: Mirror
    private let transfers: TransferManager
    private let log: Logger
    /// Nil: there is no synced folder.
    private(set) package var state: SyncState?

    init(mirror: Mirror, transfers: TransferManager, log: Logger) {
        self.mirror = mirror
        self.transfers = transfers
        self.log = log
        (states, tell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes up the folder that the mirror names, if there is one. Before anything else.
    func begin() async throws(Problem) {}

    /// Works until the task is cancelled.
    func run() async {}

    /// Whoever is signed in now, and the way to the server; nil: nobody is.
    func use(_ service: ServiceClient?) async {}

    /// The feed has put something new into the mirror.
    nonisolated func feedMoved() {}

    /// Pairs the folder with My Files.
    /// - Throws: ``Problem`` `syncFolderUnfit`, or that another one is paired.
    func pair(_ folder: LocalPath) async throws(Problem) { throw .notYet }

    /// Ends the pairing; what is on both sides stays.
    func unpair() async throws(Problem) { throw .notYet }

    /// Carries on, or stands still until told otherwise; kept in the mirror.
    func pause(_ isPaused: Bool) async throws(Problem) { throw .notYet }

    /// What would be done next; at most `limit` steps, and as many paths of held deletions.
    func plan(limit: Int) async throws(Problem) -> SyncPlan { throw .notYet }

    /// The mirror holds a person's new word on deletions: a new plan may carry them out.
    func consented() async throws(Problem) { throw .notYet }

    /// Which files are kept here has changed in the mirror.
    func keptChanged() async throws(Problem) { throw .notYet }

    /// Returns when all at and below the path (nil: everything) is settled and verified.
    /// - Throws: what keeps it from that.
    func waitUntilSynced(_ path: LocalPath?) async throws(Problem) { throw .notYet }

    /// Reads every file anew; returns when that pass is over.
    func verify() async throws(Problem) { throw .notYet }

    private func change(to new: SyncState?) {
        guard new != state else { return }
        state = new
        tell.yield(new)
    }
}
