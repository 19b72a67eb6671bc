internal import PannierChunks
internal import PannierCore
internal import PannierMirror

/// A file of an upload on its way, told apart from an earlier try at the same file.
typealias FileKey = Int

/// A file whose upload was opened, to be read.
struct OpenedFile: Sendable {
    let key: FileKey
    let row: Int64
    var place: LocalPlace
    let upload: UploadID
    let size: Int64
    let chunkClass: ChunkClass
    let attempts: Int
    /// Of the item, for people.
    var path: [UInt8] = []
    /// In the chunk map.
    var slot: MapSlot?
    /// In the synced folder: it is read where it stands by then. Nil: a person asked for it.
    var local: LocalID?
}

/// A chunk that was cut and digested. Its bytes lie in the window's buffer, which lives as long as one piece does.
struct Piece: Sendable {
    let file: FileKey
    /// Place in the file's manifest, and first byte in the file.
    let index: Int
    let offset: Int64
    let fingerprint: Fingerprint
    let bytes: ArraySlice<UInt8>
    let choice: CompressionChoice

    var reference: ChunkReference { ChunkReference(fingerprint: fingerprint, length: bytes.count) }
    var place: ChunkPlace { ChunkPlace(file: file, offset: offset, length: bytes.count) }
}

/// How reading a file ended.
struct FileEnd: Sendable {
    enum Outcome: Sendable {
        case whole(
            size: Int64, chunkCount: Int, sha256: Fingerprint, modified: Nanoseconds, changed: Nanoseconds,
            note: String?)
        /// It changed meanwhile: what was read may be torn.
        case changed
        case failed(Problem)
    }

    let file: FileKey
    let outcome: Outcome
}

/// What one go at the disk brought: pieces of one or many files, in order.
struct ReadWindow: Sendable {
    var pieces: [Piece] = []
    var ends: [FileEnd] = []
    /// What the reader has still to read, and what it was given in all.
    var unread = Backlog()
    var added = Backlog()
}

/// Files and their bytes, as they were when they were found.
struct Backlog: Sendable, Equatable {
    var files = 0
    var bytes: Int64 = 0

    static func + (left: Backlog, right: Backlog) -> Backlog {
        Backlog(files: left.files + right.files, bytes: left.bytes + right.bytes)
    }

    static func - (left: Backlog, right: Backlog) -> Backlog {
        Backlog(files: left.files - right.files, bytes: left.bytes - right.bytes)
    }
}
