/// AES-256-GCM for small values: wrapped keys, cursors, indexes.
package enum AESGCM {
    package static let nonceBytes = 12
    package static let tagBytes = 16

    /// - Parameters:
    ///   - key: 32 bytes.
    ///   - associated: bytes that are not in the result, but without which it does not open.
    /// - Returns: nonce ‖ ciphertext ‖ tag, 28 bytes longer than `plain`, under a random nonce.
    /// - Throws: ``ChunkError/invalidKey``, ``ChunkError/tooLarge(_:)``, ``ChunkError/library(_:)``.
    package static func seal(_ plain: [UInt8], key: [UInt8], associated: [UInt8]) throws(ChunkError) -> [UInt8] {
        try seal(plain, key: key, associated: associated, nonce: RandomBytes.make(nonceBytes))
    }

    /// The nonce is fixed in tests only: two values sealed under one key and one nonce give both away.
    package static func seal(
        _ plain: [UInt8], key: [UInt8], associated: [UInt8], nonce: [UInt8]
    ) throws(ChunkError) -> [UInt8] {
        var context = GCMContext(.seal)
        var sealed = [UInt8](repeating: 0, count: plain.count + ChunkFormat.sealOverhead)
        try sealed.withUnsafeMutableBufferPointer { (target) throws(ChunkError) in
            try plain.withUnsafeBufferPointer { (source) throws(ChunkError) in
                try context.seal(
                    UnsafeRawBufferPointer(source), key: key, nonce: nonce, associated: associated,
                    into: UnsafeMutableRawBufferPointer(target))
            }
        }
        return sealed
    }

    /// - Throws: ``ChunkError/sealBroken(_:)`` when the key, the associated bytes or any byte is another one than at
    ///   sealing; ``ChunkError/truncated(_:)``; as ``seal(_:key:associated:)``.
    package static func open(_ sealed: [UInt8], key: [UInt8], associated: [UInt8]) throws(ChunkError) -> [UInt8] {
        try open(sealed, key: key, associated: associated, part: .value)
    }

    package static func open(
        _ sealed: [UInt8], key: [UInt8], associated: [UInt8], part: ChunkError.Part
    ) throws(ChunkError) -> [UInt8] {
        guard sealed.count >= ChunkFormat.sealOverhead else { throw .truncated(part) }
        var context = GCMContext(.open)
        var plain = [UInt8](repeating: 0, count: sealed.count - ChunkFormat.sealOverhead)
        try plain.withUnsafeMutableBufferPointer { (target) throws(ChunkError) in
            try sealed.withUnsafeBufferPointer { (source) throws(ChunkError) in
                try context.open(
                    UnsafeRawBufferPointer(source), key: key, associated: associated,
                    into: UnsafeMutableRawBufferPointer(target), part: part)
            }
        }
        return plain
    }
}
