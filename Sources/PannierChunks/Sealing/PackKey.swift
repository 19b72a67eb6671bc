package import PannierCore

/// The random secret of one pack. From it come one key for each chunk and one for the index, so that a reader of one
/// chunk learns nothing of the others.
package struct PackKey: Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    package static func random() -> PackKey { PackKey(unchecked: RandomBytes.make(ChunkFormat.keyBytes)) }

    /// Nil unless `bytes` holds exactly 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == ChunkFormat.keyBytes else { return nil }
        self.bytes = bytes
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// HMAC-SHA256(pack key, "pannier chunk v1" ‖ fingerprint), 32 bytes.
    package func chunkKey(for fingerprint: Fingerprint) -> [UInt8] {
        var message = ChunkFormat.chunkLabel
        message.append(fingerprint)
        return HMACSHA256.code(key: bytes, message)
    }

    /// HMAC-SHA256(pack key, "pannier index v1"), 32 bytes.
    package var indexKey: [UInt8] { HMACSHA256.code(key: bytes, ChunkFormat.indexLabel) }
}

/// A key must not stray into a log.
extension PackKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "PackKey(secret)" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
