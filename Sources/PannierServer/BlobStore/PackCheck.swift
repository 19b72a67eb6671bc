package import PannierChunks
package import PannierCore

/// What reading a whole pack has shown.
package enum PackVerdict: Sendable, Equatable {
    /// Every chunk was opened and has its fingerprint; the object has its checksum. In the pack's order.
    case verified([PackedChunk])
    case missing
    /// The stored bytes are not what was promised; the text says which, for the log.
    case damaged(String)
    /// The pack is sound, but holds something else than was claimed.
    case mismatch(String)
}

/// Reads one pack from its end: footer, index, then chunk by chunk. Holds one sealed chunk at a time, never the pack.
package struct PackCheck: Sendable {
    /// In bytes, as announced when the pack was opened.
    package let length: Int
    /// Of the whole object.
    package let sha256: Fingerprint
    package let key: PackKey
    /// What its uploader says is in it.
    package let claim: [PackedChunk]

    package init(length: Int, sha256: Fingerprint, key: PackKey, claim: [PackedChunk]) {
        self.length = length
        self.sha256 = sha256
        self.key = key
        self.claim = claim
    }

    /// Blocks while it reads and opens.
    /// - Throws: what the store throws when it cannot read; damage is a verdict.
    package func verdict(on reader: any BlobReader) throws -> PackVerdict {
        guard reader.length == length else {
            return .damaged("the object has \(reader.length) bytes instead of \(length)")
        }
        do {
            let (index, tail) = try openIndex(reader)
            let claimed = claim.sorted { $0.offset < $1.offset }
            guard claimed == index else {
                return .mismatch(
                    "the pack's own index names \(index.count) chunks, the claim \(claimed.count) or others")
            }
            return try openChunks(index, tail: tail, reader)
        } catch let error as ChunkError {
            // A chunk error is a whole sentence; a verdict is the part of one.
            return .damaged(String(error.description.prefix { $0 != "." }))
        } catch is ShortRead {
            return .damaged("the object is shorter than its length says")
        }
    }

    private struct ShortRead: Error {}

    /// - Returns: the chunks, and all bytes behind them.
    private func openIndex(_ reader: any BlobReader) throws -> (chunks: [PackedChunk], tail: [UInt8]) {
        let footerStart = max(0, length - PackIndex.footerBytes)
        let footer = try read(reader, footerStart..<length)
        let range = try PackIndex.sealedIndexRange(footer: footer, packLength: length)
        let sealed = try read(reader, range)
        return (try PackIndex.open(sealed, key: key, packLength: length), sealed + footer)
    }

    private func openChunks(_ index: [PackedChunk], tail: [UInt8], _ reader: any BlobReader) throws -> PackVerdict {
        var opener = ChunkOpener()
        var digest = SHA256Digest()
        let longest = index.reduce(0) { max($0, $1.sealedLength) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: longest, alignment: 16)
        defer { buffer.deallocate() }
        for place in index {
            let sealed = UnsafeMutableRawBufferPointer(rebasing: buffer[..<place.sealedLength])
            guard try reader.read(into: sealed, at: place.offset) == place.sealedLength else { throw ShortRead() }
            digest.update(UnsafeRawBufferPointer(sealed))
            let chunkKey = key.chunkKey(for: place.fingerprint)
            try opener.verify(UnsafeRawBufferPointer(sealed), place: place, chunkKey: chunkKey)
        }
        tail.withUnsafeBytes { digest.update($0) }
        guard digest.finish() == sha256 else { return .damaged("the object does not have its checksum") }
        return .verified(index)
    }

    private func read(_ reader: any BlobReader, _ range: Range<Int>) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        let count = try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: range.lowerBound) }
        guard count == range.count else { throw ShortRead() }
        return bytes
    }
}
