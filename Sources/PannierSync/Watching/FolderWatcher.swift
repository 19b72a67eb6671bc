import CLinux
import Dispatch
import Foundation
package import PannierMirror
package import PannierTransfer
import Synchronization

/// Hears from the kernel what happens in folders (inotify), on a thread of its own.
///
/// A folder must be watched before it is listed: then whatever changes is in the listing, or is heard of, or both. Nothing
/// outside of the synced folder is ever watched: the way to a folder follows no link and enters no other file system, and
/// the watch is put on what was found there.
package final class FolderWatcher: Sendable {
    private let disk: DiskTree
    private let limit: Int
    /// Nil: this user has as many as may be, and no folder is watched.
    private let inotify: Descriptor?
    private let bell: Descriptor
    private let table = Mutex(WatchTable())
    private let sink: @Sendable ([WatchEvent]) -> Void
    private let ended = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)

    /// Bytes taken from the kernel at once: some 1,500 events.
    private static let step = 64 << 10

    /// - Parameters:
    ///   - limit: of folders; more of them are unwatched.
    ///   - sink: is given what happened, in order, on the watcher's thread: it should be quick, and must not call ``stop()``.
    package init(
        _ disk: DiskTree, limit: Int = FolderWatcher.fairShare, _ sink: @escaping @Sendable ([WatchEvent]) -> Void
    ) throws(LocalError) {
        self.disk = disk
        self.limit = limit
        self.sink = sink
        inotify = try Self.open()
        bell = try LocalError.retrying { pannier_eventfd(0) }
        let thread = Thread { self.run() }
        thread.name = "pannier watcher"
        thread.start()
    }

    private static func open() throws(LocalError) -> Descriptor? {
        do throws(LocalError) {
            return try LocalError.retrying { inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK)) }
        } catch  where error.code == EMFILE {
            return nil
        }
    }

    /// Nine tenths of the watches that this user may have: editors need some too.
    package static var fairShare: Int {
        let text = try? String(contentsOfFile: "/proc/sys/fs/inotify/max_user_watches", encoding: .utf8)
        let all = text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return (all ?? .max) / 10 * 9
    }

    package var coverage: WatchCoverage { table.withLock { $0.coverage } }

    /// Ends the thread; returns when nothing is told any more.
    package func stop() {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        var one: UInt64 = 1
        // It can only fail when the counter is full: then it has been rung already.
        _ = write(bell.number, &one, MemoryLayout<UInt64>.size)
        ended.wait()
    }

    // MARK: - Folders

    /// Watches a folder. One that is watched already costs nothing; one that could not be is tried again.
    /// - Returns: false when it is not watched: there are too many, or this user may not read it (then it counts as
    ///   unwatched), or no folder of this tree stands there any more.
    @discardableResult package func watch(_ folder: LocalID, at path: TreePath) -> Bool {
        if table.withLock({ $0.isWatched(folder) }) { return true }
        guard let opened = opened(path) else {
            forget(folder)
            return false
        }
        // Whoever reads what is heard of it waits until it is known which folder that is.
        return table.withLock { table in
            let watch = table.coverage.watched < limit ? add(opened) : -ENOSPC
            guard watch >= 0 else {
                table.fail(folder, isUnreadable: watch == -EACCES)
                return false
            }
            table.add(folder, watch)
            return true
        }
    }

    /// - Returns: nil when no folder of this tree stands there. A folder that may not be opened is none that is listed.
    private func opened(_ path: TreePath) -> Descriptor? {
        if path == OwnPart.name || path.starts(with: OwnPart.name + [UInt8(ascii: "/")]) { return nil }
        guard (try? TreePathParts(path)) != nil else { return nil }
        return try? disk.openFolder(path, pannier_o_path).folder
    }

    /// inotify takes a path only: this one leads to what is open, and nowhere else.
    /// - Returns: the watch; where there is none, why, as the kernel writes it: the error below zero.
    private func add(_ folder: Descriptor) -> Int32 {
        guard let inotify else { return -EMFILE }
        let watch = inotify_add_watch(inotify.number, "/proc/self/fd/\(folder.number)", WatchBatch.mask)
        return watch < 0 ? -errno : watch
    }

    /// It is gone, or is not to be looked at any more.
    package func forget(_ folder: LocalID) {
        table.withLock { table in
            // Fails when the kernel has ended it already.
            if let watch = table.forget(folder), let inotify { _ = inotify_rm_watch(inotify.number, watch) }
        }
    }

    // MARK: - Thread

    private func run() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.step, alignment: 8)
        defer {
            buffer.deallocate()
            ended.signal()
        }
        while let isHeard = wait() {
            if isHeard, !listen(buffer) {
                table.withLock { $0.lose() }
                return sink([.overflow])
            }
        }
    }

    /// - Returns: whether there is something to be heard; nil when it is to end.
    private func wait() -> Bool? {
        var descriptors = [
            // Where there is none, poll passes over it.
            pollfd(fd: inotify?.number ?? -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: bell.number, events: Int16(POLLIN), revents: 0),
        ]
        // A signal came in between: nothing is said to be ready.
        guard poll(&descriptors, 2, -1) >= 0 else { return false }
        return descriptors[1].revents != 0 ? nil : descriptors[0].revents != 0
    }

    /// - Returns: false when the kernel refuses to tell.
    private func listen(_ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard let inotify else { return true }
        let count = read(inotify.number, buffer.baseAddress, buffer.count)
        guard count >= 0 else { return errno == EAGAIN || errno == EINTR }
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        let events = table.withLock { table in WatchBatch(bytes, &table).events }
        if !events.isEmpty { sink(events) }
        return true
    }
}
