internal import PannierCore
internal import PannierMirror

/// A chunk in its file.
struct ChunkPlace: Sendable, Hashable {
    let file: FileKey
    /// In the file.
    let offset: Int64
    let length: Int
}

/// What a flow tells of the chunks of its files, for the chunk map.
enum ChunkChange: Sendable, Hashable {
    /// A file is under way from now on, maybe not for the first time, and nothing of it is known. Nil: it takes no room in
    /// the map.
    case began(FileKey, MapSlot?)
    /// A chunk is known from now on.
    case found(ChunkPlace, Fingerprint, ChunkState)
    case became([ChunkPlace], ChunkState)
    /// All chunks of the file have been told.
    case read(FileKey)
    /// The file is not under way any more, and all of it waits to be begun anew.
    case dropped(FileKey)
    case failed(FileKey)
    /// The file stands complete.
    case ended(FileKey)
}
