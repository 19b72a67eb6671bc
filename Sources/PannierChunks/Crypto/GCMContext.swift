import CCrypto

/// AES-256-GCM in one direction, over one libcrypto context that is keyed anew for every message. One owner.
struct GCMContext: ~Copyable {
    enum Direction: Int32 {
        case open = 0
        case seal = 1
    }

    private let context: OpaquePointer
    private let direction: Direction

    init(_ direction: Direction) {
        guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("no memory for a cipher") }
        let result = EVP_CipherInit_ex(context, Algorithms.aes256GCM, nil, nil, nil, direction.rawValue)
        precondition(result == 1, "no memory for a cipher")
        self.context = context
        self.direction = direction
    }

    deinit { EVP_CIPHER_CTX_free(context) }

    /// Writes nonce ‖ ciphertext ‖ tag to `sealed`, which is exactly ``ChunkFormat/sealOverhead`` longer than `plain`.
    /// `plain` may lie where the ciphertext goes: at byte 12 of `sealed`.
    mutating func seal(
        _ plain: UnsafeRawBufferPointer, key: [UInt8], nonce: [UInt8], associated: [UInt8],
        into sealed: UnsafeMutableRawBufferPointer
    ) throws(ChunkError) {
        precondition(direction == .seal && sealed.count == plain.count + ChunkFormat.sealOverhead)
        try start(key: key, nonce: nonce, associated: associated)
        sealed.copyBytes(from: nonce)
        let bytes = sealed.bindMemory(to: UInt8.self)
        let tag = sealed.count - AESGCM.tagBytes
        try run(plain, into: bytes.baseAddress! + AESGCM.nonceBytes)
        guard finish(), control(EVP_CTRL_AEAD_GET_TAG, bytes.baseAddress! + tag) else {
            throw .library("AES-GCM failed to seal")
        }
    }

    /// Opens nonce ‖ ciphertext ‖ tag into `plain`, which is exactly ``ChunkFormat/sealOverhead`` shorter than `sealed`.
    /// When it throws, what stands in `plain` must not be looked at.
    mutating func open(
        _ sealed: UnsafeRawBufferPointer, key: [UInt8], associated: [UInt8],
        into plain: UnsafeMutableRawBufferPointer, part: ChunkError.Part
    ) throws(ChunkError) {
        precondition(direction == .open && sealed.count == plain.count + ChunkFormat.sealOverhead)
        let tagStart = sealed.count - AESGCM.tagBytes
        try start(key: key, nonce: Array(sealed[..<AESGCM.nonceBytes]), associated: associated)
        try run(sealed.slice(AESGCM.nonceBytes..<tagStart), into: plain.bindMemory(to: UInt8.self).baseAddress)
        var tag = Array(sealed[tagStart...])
        guard control(EVP_CTRL_AEAD_SET_TAG, &tag) else { throw .library("AES-GCM refused a tag") }
        guard finish() else { throw .sealBroken(part) }
    }

    private func start(key: [UInt8], nonce: [UInt8], associated: [UInt8]) throws(ChunkError) {
        guard key.count == ChunkFormat.keyBytes else { throw .invalidKey }
        precondition(nonce.count == AESGCM.nonceBytes && associated.count <= Int(Int32.max))
        var length: Int32 = 0
        guard EVP_CipherInit_ex(context, nil, nil, key, nonce, direction.rawValue) == 1,
            EVP_CipherUpdate(context, nil, &length, associated, Int32(associated.count)) == 1
        else { throw .library("AES-GCM refused its key") }
    }

    private func run(_ input: UnsafeRawBufferPointer, into output: UnsafeMutablePointer<UInt8>?) throws(ChunkError) {
        guard !input.isEmpty else { return }
        guard input.count <= Int(Int32.max) else { throw .tooLarge(.value) }
        var length: Int32 = 0
        let bytes = input.bindMemory(to: UInt8.self).baseAddress
        guard EVP_CipherUpdate(context, output, &length, bytes, Int32(input.count)) == 1, length == Int32(input.count)
        else { throw .library("AES-GCM failed") }
    }

    /// GCM has nothing left to write at its end; opening, this is where the tag is compared.
    private func finish() -> Bool {
        var length: Int32 = 0
        var nothing: (UInt64, UInt64) = (0, 0)
        return withUnsafeMutableBytes(of: &nothing) { buffer in
            EVP_CipherFinal_ex(context, buffer.bindMemory(to: UInt8.self).baseAddress, &length) == 1
        }
    }

    private func control(_ what: Int32, _ tag: UnsafeMutablePointer<UInt8>) -> Bool {
        EVP_CIPHER_CTX_ctrl(context, what, Int32(AESGCM.tagBytes), tag) == 1
    }
}

// @unchecked: the context has no ties to a thread, its owner cannot be copied, and all that changes it is mutating, so
// the compiler already keeps two threads apart.
extension GCMContext: @unchecked Sendable {}
