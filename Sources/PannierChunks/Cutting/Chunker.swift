/// Finds where a file is cut into chunks: FastCDC with normalised cuts, under a gear table that is a secret of the
/// namespace (Xia et al., "FastCDC", USENIX ATC 2016; here with a hash that does not depend on where a chunk began).
///
/// The hash at a byte is the sum of gear[b(k)] · 2^k, modulo 2^64, over that byte and the 63 before it (k counts back).
/// A chunk of `n` bytes ends where the hash at its last byte has its top bits all zero: `averageBits + 1` of them while
/// minimum ≤ n < average, `averageBits - 2` from average on. At maximum it ends anyway. That one bit more and two bits
/// less gather sizes around the average, so that after an edit the old cuts are met again soon. In average chunks, one
/// byte put into random data costs (200,000 simulated edits; the last column is in one case of 1,000 exceeded):
///
///     bits       median   90%    99.9%   average length
///     +0, -0       1.8    3.8     8.9        1.22
///     +2, -2       1.2    1.9     8.9        1.14
///     +1, -2       1.2    1.8     6.7        1.05
///
/// One value for one file at a time: a file that is given up in the middle leaves its place behind, so copy a fresh one.
package struct Chunker: Sendable {
    package let sizes: ChunkSizes
    private let gear: [UInt64]
    private let strict: UInt64
    private let loose: UInt64
    /// Bytes of the chunk under way whose hash is known, and that hash.
    private var scanned: Int
    private var hash: UInt64 = 0

    /// Bytes that have a say in the hash: each shift pushes the oldest one's last bit out.
    private static let window = 64

    /// Makes the gear table, which takes longer than cutting a small file: make one and copy it for every file.
    /// - Parameter seed: the namespace's chunker seed, 32 bytes; check its length where it is decoded.
    package init(seed: [UInt8], sizes: ChunkSizes = .standard) {
        precondition(seed.count == GearTable.seedBytes, "a chunker seed has 32 bytes")
        self.sizes = sizes
        gear = GearTable.make(seed: seed)
        strict = Self.mask(topBits: sizes.averageBits + 1)
        loose = Self.mask(topBits: sizes.averageBits - 2)
        scanned = sizes.minimum - Self.window
    }

    private static func mask(topBits: Int) -> UInt64 { ~0 << UInt64(64 - topBits) }

    /// Length of the next chunk at the start of `bytes`. Nil: more bytes are needed to know. Then call again with the
    /// same bytes and more after them; what was looked at is not looked at again. The cuts are the same for every way
    /// of handing the bytes over.
    ///
    /// - Parameter isEnd: no more bytes follow. Then nil only if `bytes` is empty.
    package mutating func cut(_ bytes: UnsafeRawBufferPointer, isEnd: Bool) -> Int? {
        let end = min(bytes.count, sizes.maximum)
        if let length = end >= sizes.minimum ? scan(bytes, to: end) : nil { return ended(length) }
        if end == sizes.maximum { return ended(end) }
        return isEnd && end > 0 ? ended(end) : nil
    }

    private mutating func ended(_ length: Int) -> Int {
        // The hash needs no reset: a whole window goes through it before it is looked at.
        scanned = sizes.minimum - Self.window
        return length
    }

    /// Looks at the bytes from `scanned` to `end`, which is at least the minimum.
    private mutating func scan(_ bytes: UnsafeRawBufferPointer, to end: Int) -> Int? {
        precondition(scanned <= end, "fewer bytes than in the call before")
        guard let base = bytes.baseAddress else { return nil }
        let start = base.assumingMemoryBound(to: UInt8.self)
        return gear.withUnsafeBufferPointer { table -> Int? in
            guard let table = table.baseAddress else { return nil }
            // The window fills; nothing ends before the minimum.
            var position = scanned
            let warm = sizes.minimum - 1
            while position < warm {
                hash = (hash &<< 1) &+ table[Int(start[position])]
                position &+= 1
            }
            position = Self.run(start, from: position, to: min(end, sizes.average - 1), table, strict, &hash)
            if position < 0 { return -position }
            position = Self.run(start, from: position, to: end, table, loose, &hash)
            if position < 0 { return -position }
            scanned = position
            return nil
        }
    }

    /// Rolls the hash from `from` to `to`. Minus the length of the chunk when a cut was found, else where it stopped.
    @inline(__always)
    private static func run(
        _ start: UnsafePointer<UInt8>, from: Int, to end: Int, _ table: UnsafePointer<UInt64>, _ mask: UInt64,
        _ hash: inout UInt64
    ) -> Int {
        var rolling = hash
        var position = from
        while position < end {
            rolling = (rolling &<< 1) &+ table[Int(start[position])]
            position &+= 1
            if rolling & mask == 0 { return -position }
        }
        hash = rolling
        return position
    }
}
