package import PannierCore
package import PannierMirror
package import PannierTransfer

package struct WatchEvent: Sendable { package var folder: LocalID; package var name: [UInt8] }

package final class FolderWatcher: Sendable {
    package init(_ tree: DiskTree, _ heard: @escaping @Sendable ([WatchEvent]) -> Void) throws(LocalError) {}
    package func watch(_ folder: LocalID, at path: TreePath) {}
    package func forget(_ folder: LocalID) {}
    package func stop() {}
    package var coverage: (watched: Int, unwatched: Int) { (0, 1) }
}

package struct WatchCleaner: Sendable {
    package struct Due { package var isOverflow = false; package var looks: [FolderLook] = [] }
    package init(settle: Milliseconds) {}
    package var isEmpty: Bool { true }
    package var nextDue: Milliseconds? { nil }
    package mutating func take(_ events: [WatchEvent], now: Milliseconds) {}
    package mutating func due(now: Milliseconds) -> Due { Due() }
}
