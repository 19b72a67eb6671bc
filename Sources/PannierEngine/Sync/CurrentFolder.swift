import PannierSync
import Synchronization

/// The synced folder while it is open, for those who only ring: the feed and the transfers.
final class CurrentFolder: Sendable {
    private let folder = Mutex<SyncedFolder?>(nil)

    func set(_ folder: SyncedFolder?) { self.folder.withLock { $0 = folder } }

    func put(_ event: SyncEvent) { folder.withLock { $0 }?.put(event) }

    /// Something new stands in the mirror.
    func moved() { put(.mirrorMoved) }
}
