package import PannierCore

/// The ordered list of chunks that make a file, as a blob: version (1) ‖ count (4) ‖ count times fingerprint (32) ‖
/// plain length (4).
package enum Manifest {
    package static let headerBytes = 5
    package static let entryBytes = ChunkFormat.fingerprintBytes + 4

    package static func encode(_ chunks: [ChunkReference]) -> [UInt8] {
        var blob: [UInt8] = []
        blob.reserveCapacity(headerBytes + chunks.count * entryBytes)
        blob.append(ChunkFormat.version)
        blob.append(littleEndian: UInt32(chunks.count))
        append(chunks[...], to: &blob)
        return blob
    }

    /// The entries alone, without what stands before them: how a part of a manifest is kept.
    package static func encodeEntries(_ chunks: ArraySlice<ChunkReference>) -> [UInt8] {
        var blob: [UInt8] = []
        blob.reserveCapacity(chunks.count * entryBytes)
        append(chunks, to: &blob)
        return blob
    }

    private static func append(_ chunks: ArraySlice<ChunkReference>, to blob: inout [UInt8]) {
        for chunk in chunks {
            blob.append(chunk.fingerprint)
            blob.append(littleEndian: UInt32(chunk.length))
        }
    }

    /// All entries; their lengths add up to at most the largest file.
    package static func decode(_ blob: [UInt8]) throws(ChunkError) -> [ChunkReference] {
        let chunks = try decode(blob, from: 0, limit: try count(blob))
        guard chunks.reduce(Int64(0), { $0 + Int64($1.length) }) <= Limits.fileBytes else { throw .tooLarge(.manifest) }
        return chunks
    }

    /// At most `limit` entries from index `first` on; none past the end.
    package static func decode(
        _ blob: [UInt8], from first: Int, limit: Int
    ) throws(ChunkError) -> [ChunkReference] {
        let count = try count(blob)
        guard first >= 0, limit >= 0, first < count else { return [] }
        let last = first + min(limit, count - first)
        return try blob.withUnsafeBufferPointer { (buffer) throws(ChunkError) in
            try entries(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[headerBytes...]), first..<last)
        }
    }

    /// At most `limit` of the entries that ``encodeEntries(_:)`` wrote, from index `first` on; none past the end.
    package static func decodeEntries(
        _ blob: [UInt8], from first: Int, limit: Int
    ) throws(ChunkError) -> [ChunkReference] {
        guard blob.count % entryBytes == 0 else { throw .truncated(.manifest) }
        let count = blob.count / entryBytes
        guard first >= 0, limit >= 0, first < count else { return [] }
        let last = first + min(limit, count - first)
        return try blob.withUnsafeBufferPointer { (buffer) throws(ChunkError) in
            try entries(UnsafeRawBufferPointer(buffer), first..<last)
        }
    }

    /// Of the entries that ``encodeEntries(_:)`` wrote, how many end at or before a byte, counted from where the first one
    /// begins, and the bytes in them.
    package static func entries(
        endingBy byte: Int64, in blob: [UInt8]
    ) throws(ChunkError) -> (count: Int, bytes: Int64) {
        guard blob.count % entryBytes == 0 else { throw .truncated(.manifest) }
        return blob.withUnsafeBytes { blob in
            var (count, bytes) = (0, Int64(0))
            while count < blob.count / entryBytes {
                let length = blob.littleEndian32(at: count * entryBytes + ChunkFormat.fingerprintBytes)
                guard bytes + Int64(length) <= byte else { break }
                bytes += Int64(length)
                count += 1
            }
            return (count, bytes)
        }
    }

    /// Entries of the manifest. Throws unless the blob has exactly the length that they need.
    package static func count(_ blob: [UInt8]) throws(ChunkError) -> Int {
        guard let version = blob.first else { throw .truncated(.manifest) }
        guard version == ChunkFormat.version else { throw .unknownVersion(.manifest, version) }
        guard blob.count >= headerBytes else { throw .truncated(.manifest) }
        let count = blob.withUnsafeBytes { $0.littleEndian32(at: 1) }
        let expected = headerBytes + count * entryBytes
        guard blob.count >= expected else { throw .truncated(.manifest) }
        guard blob.count == expected else { throw .malformed(.manifest, "bytes follow its end") }
        return count
    }

    private static func entries(
        _ blob: UnsafeRawBufferPointer, _ range: Range<Int>
    ) throws(ChunkError) -> [ChunkReference] {
        var chunks: [ChunkReference] = []
        chunks.reserveCapacity(range.count)
        for index in range {
            let start = index * entryBytes
            let length = blob.littleEndian32(at: start + ChunkFormat.fingerprintBytes)
            guard length > 0 else { throw .malformed(.manifest, "a chunk is empty") }
            guard length <= ChunkFormat.maximumChunk else { throw .tooLarge(.chunk) }
            chunks.append(ChunkReference(fingerprint: blob.fingerprint(at: start), length: length))
        }
        return chunks
    }
}
