package import PannierCore

/// Where an upload goes.
package struct UploadTarget: Sendable, Hashable {
    package let namespace: NamespaceID
    package let folder: NodeID
    /// What the only source will be called in the folder; nil: there are several, each with a name of its own.
    package let name: NodeName?
    /// The place of the only source as people write it; of several, that of the folder.
    package let remote: RemotePath
    /// Of the file that was known at the only source's place when the upload was asked for; nil: none.
    package var baseRevision: Revision?

    package init(
        namespace: NamespaceID, folder: NodeID, name: NodeName?, remote: RemotePath, baseRevision: Revision? = nil
    ) {
        self.baseRevision = baseRevision
        self.namespace = namespace
        self.folder = folder
        self.name = name
        self.remote = remote
    }
}

/// What a download fetches.
package struct DownloadSource: Sendable, Hashable {
    /// Nil: there are several (see ``DownloadTop``).
    package let node: Node?
    /// Of several, the first one's.
    package let remote: RemotePath
    /// The node's content is what is wanted, whatever has become of the node by then.
    package let isFixed: Bool

    package init(node: Node?, remote: RemotePath, isFixed: Bool = false) {
        self.isFixed = isFixed
        self.node = node
        self.remote = remote
    }
}

/// What makes a transfer a copy between two people's trees: fetched into a folder of its own on this disk, then sent from
/// there. The transfer's goal says which of the two is under way.
package struct CopyAcross: Sendable, Hashable {
    /// Of several sources, the first one's.
    package let from: RemotePath
    package let target: UploadTarget
    /// The names at the target were looked at after all had been fetched, and were free.
    package var isPlaced = false

    package init(from: RemotePath, target: UploadTarget) {
        self.from = from
        self.target = target
    }
}

/// Counters of a transfer as they are on the disk. ``TransferState`` says what each of them means.
package struct TransferCounts: Sendable, Hashable {
    package var filesTotal: Int64 = 0
    package var filesDone: Int64 = 0
    package var filesFailed: Int64 = 0
    package var foldersFailed: Int64 = 0
    package var skipped = SkippedItems()
    package var bytesTotal: Int64 = 0
    package var bytesDone: Int64 = 0
    package var bytesReused: Int64 = 0
    package var bytesMoved: Int64 = 0

    package init() {}

    /// Saturates: numbers of other machines never end this process.
    package static func += (left: inout Self, right: Self) {
        for field in fields { left[keyPath: field] = sum(left[keyPath: field], right[keyPath: field]) }
        for kind in SkippedItems.Kind.allCases { left.skipped[kind] = sum(left.skipped[kind], right.skipped[kind]) }
    }

    private static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? .min : .max) : sum
    }

    private static var fields: [WritableKeyPath<Self, Int64>] {
        [
            \.filesTotal, \.filesDone, \.filesFailed, \.foldersFailed, \.bytesTotal, \.bytesDone, \.bytesReused,
            \.bytesMoved,
        ]
    }
}

/// How far the unfinished files of a transfer were when it was last written down.
package struct PartialProgress: Sendable, Hashable {
    /// Plain bytes that need no more work.
    package var done: Int64
    /// Those of them that crossed the network.
    package var moved: Int64

    package init(done: Int64 = 0, moved: Int64 = 0) {
        self.done = done
        self.moved = moved
    }
}

/// One of the files and folders that an upload sends.
package struct UploadSource: Sendable, Hashable {
    /// What its items' paths begin with: its name, or nothing where it is the only one.
    package let prefix: [UInt8]
    /// Absolute.
    package let local: LocalPath
    /// Of the file that was known at its place when the upload was asked for; nil: none.
    package let baseRevision: Revision?

    package init(prefix: [UInt8], local: LocalPath, baseRevision: Revision?) {
        self.prefix = prefix
        self.local = local
        self.baseRevision = baseRevision
    }
}

/// One of the files and folders that a download fetches.
package struct DownloadTop: Sendable, Hashable {
    /// What its items' paths begin with: its name on this disk, or nothing where it is the only one.
    package let prefix: [UInt8]
    package let node: Node
    package let remote: RemotePath

    package init(prefix: [UInt8], node: Node, remote: RemotePath) {
        self.prefix = prefix
        self.node = node
        self.remote = remote
    }
}

/// Paths of a transfer's items: names joined by slashes.
package enum ItemPath {
    /// The source's name, where the transfer has several.
    package static func top(_ path: [UInt8]) -> [UInt8] { Array(path.prefix { $0 != slash }) }

    /// What follows the prefix of the path's source; empty for the source itself.
    package static func below(_ prefix: [UInt8], _ path: [UInt8]) -> [UInt8] {
        prefix.isEmpty ? path : Array(path.dropFirst(prefix.count + 1))
    }

    /// - Parameter below: a path below the source; the rest of the source's own folder is a slash alone.
    package static func join(_ prefix: [UInt8], _ below: [UInt8]) -> [UInt8] {
        if prefix.isEmpty || below.isEmpty { return prefix + below }
        return below.first == slash ? prefix + below : prefix + [slash] + below
    }

    /// The folders that an item lies in, without the top of a transfer of one source; the deepest first.
    package static func folders(above path: [UInt8]) -> some Sequence<ArraySlice<UInt8>> {
        path.indices.reversed().lazy.filter { path[$0] == slash }.map { path[..<$0] }
    }

    private static let slash = UInt8(ascii: "/")
}

/// One transfer as it is on the disk.
package struct StoredTransfer: Sendable {
    package enum State: String, Sendable {
        /// Runs, or waits for its turn or for a fault to pass.
        case waiting
        case paused
        case done
        case partlyFailed
        case failed
        case cancelled
        /// Forgotten by people, but not all that it left on this disk could be removed yet. In no list.
        case cleared
    }

    package enum Goal: Sendable, Hashable {
        case upload(UploadTarget)
        case download(DownloadSource)
    }

    /// Its key in the tables.
    package let number: Int64
    package let id: TransferID
    /// Of the only source here, or the place that it will have. Of several sources that go up, the first one's; of several
    /// that come down, the folder that they come into.
    package let local: LocalPath
    package let goal: Goal
    /// Nil: it is no copy.
    package var copy: CopyAcross?
    /// Shown: the own name of the only or first source.
    package let name: String
    /// Files and folders that it was asked for.
    package var sources: Int64 = 1
    package var state: State
    package var isScanned: Bool
    package var counts: TransferCounts
    package var partial: PartialProgress
    /// Plain bytes in packs of it that the server has acknowledged.
    package var acknowledged: Int64 = 0
    /// Time in which it ran and did not wait.
    package var ran: Milliseconds = 0
    package var problem: Problem?
    /// In the queue: smaller ones come first.
    package var place: Int64 = 0
    /// The synced folder that it is about; nil: a person asked for it.
    package var syncFolder: LocalPath?

    package var direction: TransferState.Direction {
        switch goal {
        case .upload: .upload
        case .download: .download
        }
    }

    /// Of a copy where it goes to, from the beginning on.
    package var remote: RemotePath {
        if let copy { return copy.target.remote }
        return switch goal {
        case .upload(let target): target.remote
        case .download(let source): source.remote
        }
    }

    /// A copy of which all has still to be fetched before anything is sent.
    package var isFetchedToCopy: Bool { copy != nil && direction == .download }

    /// Whether items are left that neither came through nor failed.
    package var isUnfinished: Bool { !isScanned || counts.filesDone + counts.filesFailed < counts.filesTotal }
}
