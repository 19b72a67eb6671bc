package import PannierCore

/// Where an item lies on this disk: links lead to its source as a person named it, and nowhere further.
package struct LocalPlace: Sendable, Hashable, CustomStringConvertible {
    package let source: LocalPath
    /// Names below the source, joined by slashes; empty for the source itself.
    package let below: [UInt8]

    package init(_ source: LocalPath, below: [UInt8]) {
        self.source = source
        self.below = below
    }

    package var path: LocalPath { below.isEmpty ? source : source.appending(below) }
    package var name: [UInt8] { path.lastComponent }
    /// For messages.
    package var description: String { path.description }
}

/// A file or folder found on this disk, to go up.
package struct ScannedItem: Sendable, Hashable {
    package var path: [UInt8]
    package var isFolder: Bool
    package var size: Int64
    package var modified: Nanoseconds
    package var isExecutable: Bool
    /// Of the file that was known at its remote place; nil: none.
    package var baseRevision: Revision?
    /// Why it will not go up.
    package var refusal: Refusal?

    package enum Refusal: Sendable, Hashable {
        case failed(Problem)
        /// Not a thing that is transferred: counted and said, but no failure.
        case skipped(SkippedItems.Kind, Problem)
    }

    package init(
        path: [UInt8], isFolder: Bool, size: Int64 = 0, modified: Nanoseconds = 0, isExecutable: Bool = false,
        refusal: Refusal? = nil
    ) {
        self.path = path
        self.isFolder = isFolder
        self.size = size
        self.modified = modified
        self.isExecutable = isExecutable
        self.refusal = refusal
    }
}

/// An item that failed, to be looked at anew.
package struct FailedItem: Sendable, Hashable {
    package let row: Int64
    package let path: [UInt8]
    package let isFolder: Bool
    /// A folder's children have been found.
    package let isListed: Bool
    /// There may be bytes of it on this disk.
    package let hasPart: Bool
}

/// An item of an upload that has still to be done.
package struct UploadItem: Sendable, Hashable {
    package let row: Int64
    package let path: [UInt8]
    package let isFolder: Bool
    package let size: Int64
    package let modified: Nanoseconds
    package let isExecutable: Bool
    package let attempts: Int
    /// Of the file that was known at its remote place when it was found; nil: none.
    package let baseRevision: Revision?
    /// Present when an upload was opened for it before.
    package let upload: OpenUpload?
    /// In the chunk map; nil while it has none.
    package let slot: MapSlot?
    /// In the synced folder; nil: a person asked for it.
    package let subject: SyncSubject?
}

/// An upload that the service has opened for a file.
package struct OpenUpload: Sendable, Hashable {
    package let id: UploadID
    package let chunkClass: ChunkClass

    package init(_ id: UploadID, _ chunkClass: ChunkClass) {
        self.id = id
        self.chunkClass = chunkClass
    }
}

/// A file that was read to its end, with all its chunks acknowledged: what its commit says.
package struct ReadyItem: Sendable, Hashable {
    package let row: Int64
    package let upload: UploadID
    package let size: Int64
    package let chunkCount: Int
    package let sha256: Fingerprint
    package let modified: Nanoseconds
    /// `st_ctime` of the state that was read.
    package let changed: Nanoseconds
    /// How it was compressed and why.
    package let note: String?

    package init(
        row: Int64, upload: UploadID, size: Int64, chunkCount: Int, sha256: Fingerprint, modified: Nanoseconds,
        changed: Nanoseconds, note: String?
    ) {
        self.row = row
        self.upload = upload
        self.size = size
        self.chunkCount = chunkCount
        self.sha256 = sha256
        self.modified = modified
        self.changed = changed
        self.note = note
    }
}

/// A remote file or folder, to come down.
package struct ListedItem: Sendable, Hashable {
    package let path: [UInt8]
    package let node: NodeID
    /// When it last changed. Files that were uploaded together lie together in the store, so they are fetched in this
    /// order.
    package let revision: Revision
    /// Nil for folders.
    package let content: Node.Content?

    package init(path: [UInt8], node: NodeID, revision: Revision, content: Node.Content?) {
        self.path = path
        self.node = node
        self.revision = revision
        self.content = content
    }
}

/// A folder of a download whose children have still to be found.
package struct UnlistedFolder: Sendable, Hashable {
    package let row: Int64
    package let path: [UInt8]
    package let node: NodeID
}

/// A folder of an upload whose children have still to be found: one that could not be read at first.
package struct UnscannedFolder: Sendable, Hashable {
    package let row: Int64
    package let path: [UInt8]
}

/// An item of a download that has still to be done.
package struct DownloadItem: Sendable, Hashable {
    package let row: Int64
    package let path: [UInt8]
    package let isFolder: Bool
    package let node: NodeID
    package let version: VersionID?
    package let size: Int64
    /// Of the whole content; nil for folders.
    package let sha256: Fingerprint?
    package let modified: Nanoseconds
    package let isExecutable: Bool
    /// There may be bytes of it on this disk.
    package let hasPart: Bool
    /// Where it is in the synced folder, for people, as it was when it was added; nil: a person asked for it.
    package var shown: [UInt8]?

    package init(
        row: Int64, path: [UInt8], isFolder: Bool, node: NodeID, version: VersionID?, size: Int64,
        sha256: Fingerprint?, modified: Nanoseconds, isExecutable: Bool, hasPart: Bool
    ) {
        self.row = row
        self.path = path
        self.isFolder = isFolder
        self.node = node
        self.version = version
        self.size = size
        self.sha256 = sha256
        self.modified = modified
        self.isExecutable = isExecutable
        self.hasPart = hasPart
    }
}

/// Why an item could not be done.
package struct ItemFailure: Sendable, Hashable {
    package let row: Int64
    package let problem: Problem

    package init(row: Int64, problem: Problem) {
        self.row = row
        self.problem = problem
    }
}

/// A pack whose sending began and whose end is not known.
package struct UnsettledPack: Sendable, Hashable {
    package let pack: PackID
    package let chunks: [PackedChunk]

    package init(pack: PackID, chunks: [PackedChunk]) {
        self.pack = pack
        self.chunks = chunks
    }
}
