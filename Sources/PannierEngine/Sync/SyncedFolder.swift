import Glibc
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// The folder that is kept the same as My Files, opened: its disk, its watcher and its thread. One for as long as the folder
/// at its path is the one that was opened.
final class SyncedFolder: Sendable {
    let path: LocalPath
    let tree: DiskTree
    let work: SyncWork
    private let thread: SyncThread
    private let watcher: FolderWatcher
    private let lock: SyncFolderLock

    /// Opens it, and begins. Blocks. ``end()`` ends it.
    /// - Parameters:
    ///   - device: what this one is called, for names of what is in conflict.
    ///   - listener: see ``SyncThread/Listener``.
    /// - Throws: ``Problem``: why it cannot be opened, or that another program has it.
    init(
        _ folder: SyncFolder, _ mirror: Mirror, _ transfers: SyncTransferQueue, timing: SyncTiming,
        device: @escaping @Sendable () -> String, _ listener: SyncThread.Listener
    ) throws(Problem) {
        path = folder.path
        do throws(LocalError) {
            tree = try DiskTree(folder.path)
        } catch {
            throw .lost(folder.path)
        }
        lock = try SyncFolderLock(folder.path)
        let (tree, heard) = (tree, HeardEvents())
        let watcher: FolderWatcher
        do throws(LocalError) {
            watcher = try FolderWatcher(tree) { events in heard.put(events) }
        } catch {
            throw error.reading(folder.path.description)
        }
        self.watcher = watcher
        work = SyncWork(
            mirror: mirror.database, tree: tree, transfers: transfers,
            watch: SyncWatch(begin: { watcher.watch($0, at: $1) }, forget: { watcher.forget($0) }),
            settle: timing.settle,
            conflictMark: { ConflictMark(device: device(), now: WallClock.now) })
        thread = SyncThread(SyncLoop(work, timing: timing), listener)
        heard.lead(to: thread)
        if folder.isPaused { thread.put(.paused(true)) }
        thread.begin()
    }

    /// Returns when nothing is done any more, which is after the piece of work that is under way; or when the task is
    /// cancelled.
    func end() async {
        let watcher = watcher
        await BlockingThread.run { watcher.stop() }
        await thread.end()
    }

    func put(_ event: SyncEvent) { thread.put(event) }
    func put(_ answer: ThereAnswer, to request: ThereRequest) { thread.put(.answer(answer, request)) }

    /// Folders of which changes are heard at once, and others.
    var coverage: WatchCoverage { watcher.coverage }
}
