internal import Foundation
internal import PannierChunks
internal import PannierCore

/// Finds names of one folder that differ only in their Unicode spelling. Keeps 16 bytes for each name that is not
/// ASCII, none for the others.
struct TwinFinder {
    private struct Key: Hashable {
        let first: UInt64
        let second: UInt64
    }

    private var keys: Set<Key> = []

    /// Another spelling of a name that its folder holds: the composed or the decomposed one, which are what systems write.
    /// Nil where it is one that mixes them.
    /// - Parameter exists: whether the folder holds a name of exactly these bytes.
    static func otherSpelling(of name: NodeName, exists: ([UInt8]) -> Bool) -> NodeName? {
        let decomposed = Array(name.text.decomposedStringWithCanonicalMapping.utf8)
        let found = [name.uniqueKey, decomposed].first { $0 != name.bytes && exists($0) }
        return found.flatMap { try? NodeName(bytes: $0) }
    }

    /// Whether no other name of the folder has the same normal form; the first one that is asked about is.
    ///
    /// Both of them non-ASCII: told from the digests. One of them ASCII (as with the Kelvin sign, which is `K`): the
    /// other one gives way, so its normal form is looked for in the folder.
    /// - Parameter exists: whether the folder holds a name of exactly these bytes.
    mutating func isFirst(_ name: NodeName, exists: ([UInt8]) -> Bool) -> Bool {
        guard name.bytes.contains(where: { $0 >= 0x80 }) else { return true }
        let normal = name.uniqueKey
        if !normal.contains(where: { $0 >= 0x80 }), exists(normal) { return false }
        let digest = SHA256Digest.of(normal)
        return keys.insert(Key(first: digest.words.0, second: digest.words.1)).inserted
    }
}
