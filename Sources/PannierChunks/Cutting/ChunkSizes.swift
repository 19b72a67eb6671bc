/// A class of chunk sizes. A file keeps its class for life.
package struct ChunkSizes: Hashable, Sendable {
    /// Bytes. Only a file's last chunk may be shorter.
    package let minimum: Int
    /// Bytes; a power of two. Cuts get likelier from here on.
    package let average: Int
    /// Bytes. No chunk is longer.
    package let maximum: Int

    /// 256 KiB, 1 MiB, 4 MiB.
    package static let standard = ChunkSizes(averageBits: 20)
    /// 1 MiB, 4 MiB, 16 MiB: for new files over 64 GiB.
    package static let large = ChunkSizes(averageBits: 22)

    /// Tests cut smaller.
    package init(averageBits: Int) {
        precondition((8...22).contains(averageBits))
        average = 1 << averageBits
        minimum = average / 4
        maximum = average * 4
    }

    var averageBits: Int { average.trailingZeroBitCount }
}
