internal import PannierChunks
internal import PannierCore

/// Opens and verifies fetched chunks, one after the other, on a thread of its own.
actor ChunkOpening {
    private let executor = BlockingExecutor("preview")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private var opener = ChunkOpener()

    /// - Returns: nil for what is not what it must be.
    func open(_ sealed: [UInt8], place: PackedChunk, key: [UInt8]) -> [UInt8]? {
        sealed.withUnsafeBytes { sealed in
            try? opener.open(sealed, place: place, chunkKey: key) { [UInt8]($0) }
        }
    }
}
