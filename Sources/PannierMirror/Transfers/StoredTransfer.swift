package import PannierCore

/// Where the top item of an upload will stand.
package struct UploadTarget: Sendable, Hashable {
    package let namespace: NamespaceID
    package let folder: NodeID
    package let name: NodeName
    /// The same place as people write it.
    package let remote: RemotePath
    /// Of the file that was known there when the upload was asked for; nil: none.
    package var baseRevision: Revision?

    package init(
        namespace: NamespaceID, folder: NodeID, name: NodeName, remote: RemotePath, baseRevision: Revision? = nil
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
    package let node: Node
    package let remote: RemotePath

    package init(node: Node, remote: RemotePath) {
        self.node = node
        self.remote = remote
    }
}

/// Counters of a transfer as they are on the disk. Bytes are plain, but for those moved.
package struct TransferCounts: Sendable, Hashable {
    package var filesTotal: Int64 = 0
    package var filesDone: Int64 = 0
    package var filesFailed: Int64 = 0
    package var filesSkipped: Int64 = 0
    package var bytesTotal: Int64 = 0
    package var bytesDone: Int64 = 0
    package var bytesReused: Int64 = 0
    package var bytesMoved: Int64 = 0

    package init() {}

    /// Saturates: numbers of other machines never end this process.
    package static func += (left: inout Self, right: Self) {
        for field in fields {
            let (sum, overflow) = left[keyPath: field].addingReportingOverflow(right[keyPath: field])
            left[keyPath: field] = overflow ? (right[keyPath: field] < 0 ? .min : .max) : sum
        }
    }

    private static var fields: [WritableKeyPath<Self, Int64>] {
        [
            \.filesTotal, \.filesDone, \.filesFailed, \.filesSkipped, \.bytesTotal, \.bytesDone, \.bytesReused,
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
    }

    package enum Goal: Sendable, Hashable {
        case upload(UploadTarget)
        case download(DownloadSource)
    }

    /// Place in the queue; also its key in the other tables.
    package let number: Int64
    package let id: TransferID
    package let local: LocalPath
    package let goal: Goal
    package var state: State
    package var isScanned: Bool
    package var counts: TransferCounts
    package var partial: PartialProgress
    package var problem: Problem?

    package var direction: TransferState.Direction {
        switch goal {
        case .upload: .upload
        case .download: .download
        }
    }

    package var remote: RemotePath {
        switch goal {
        case .upload(let target): target.remote
        case .download(let source): source.remote
        }
    }

    /// Whether items are left that neither came through nor failed.
    package var isUnfinished: Bool { !isScanned || counts.filesDone + counts.filesFailed < counts.filesTotal }

    /// Shown: the top item's own name.
    package var name: String {
        switch goal {
        case .upload(let target): target.name.text
        case .download(let source): source.node.name.text
        }
    }
}
