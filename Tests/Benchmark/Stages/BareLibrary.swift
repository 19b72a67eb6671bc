import CCrypto
import CZstd
import PannierChunks
import PannierCore

/// The libraries called as directly as they can be, with contexts and buffers that are used again: what a stage may
/// cost at least.
final class BareLibrary {
    private let compression = ZSTD_createCCtx()
    private let decompression = ZSTD_createDCtx()
    private let digesting = EVP_MD_CTX_new()
    private let packDigesting = EVP_MD_CTX_new()
    private let cipher = EVP_CIPHER_CTX_new()
    private let sha256 = EVP_MD_fetch(nil, "SHA256", nil)
    private let gcm = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
    private let frame = UnsafeMutableRawBufferPointer.allocate(byteCount: 5 << 20, alignment: 64)
    private let sealed = UnsafeMutableRawBufferPointer.allocate(byteCount: 5 << 20, alignment: 64)
    private let opened = UnsafeMutableRawBufferPointer.allocate(byteCount: 5 << 20, alignment: 64)
    private let plain = UnsafeMutableRawBufferPointer.allocate(byteCount: 5 << 20, alignment: 64)
    private let key = [UInt8](repeating: 1, count: 32)
    private var nonce = [UInt8](repeating: 2, count: 12)
    private var tag = [UInt8](repeating: 0, count: 16)
    private var code = [UInt8](repeating: 0, count: 32)
    private let message = [UInt8](repeating: 0, count: 48)

    init() {
        ZSTD_CCtx_setParameter(compression, ZSTD_c_compressionLevel, 3)
        EVP_CipherInit_ex(cipher, gcm, nil, nil, nil, 1)
    }

    deinit {
        ZSTD_freeCCtx(compression)
        ZSTD_freeDCtx(decompression)
        EVP_MD_CTX_free(digesting)
        EVP_MD_CTX_free(packDigesting)
        EVP_CIPHER_CTX_free(cipher)
        EVP_MD_free(sha256)
        EVP_CIPHER_free(gcm)
        for buffer in [frame, sealed, opened, plain] { buffer.deallocate() }
    }

    func digest(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestInit_ex(digesting, sha256, nil)
        EVP_DigestUpdate(digesting, bytes.baseAddress, bytes.count)
        EVP_DigestFinal_ex(digesting, &code, nil)
    }

    @discardableResult
    func compress(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let length = ZSTD_compress2(
            compression, frame.baseAddress, ZSTD_compressBound(bytes.count), bytes.baseAddress, bytes.count)
        return UnsafeRawBufferPointer(rebasing: frame[..<length])
    }

    /// nonce ‖ ciphertext ‖ tag
    @discardableResult
    func encrypt(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var length: Int32 = 0
        let target = sealed.bindMemory(to: UInt8.self).baseAddress!
        EVP_CipherInit_ex(cipher, nil, nil, key, nonce, 1)
        EVP_CipherUpdate(cipher, nil, &length, message, 38)
        let source = bytes.bindMemory(to: UInt8.self).baseAddress
        EVP_CipherUpdate(cipher, target + 12, &length, source, Int32(bytes.count))
        EVP_CipherFinal_ex(cipher, &code, &length)
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, 16, target + 12 + bytes.count)
        sealed.copyBytes(from: nonce)
        return UnsafeRawBufferPointer(rebasing: sealed[..<(bytes.count + 28)])
    }

    func open(_ bytes: UnsafeRawBufferPointer, isCompressed: Bool) -> UnsafeRawBufferPointer {
        var length: Int32 = 0
        let source = bytes.bindMemory(to: UInt8.self).baseAddress!
        let count = bytes.count - 28
        EVP_CipherInit_ex(cipher, nil, nil, key, nonce, 0)
        EVP_CipherUpdate(cipher, nil, &length, message, 38)
        EVP_CipherUpdate(cipher, opened.bindMemory(to: UInt8.self).baseAddress, &length, source + 12, Int32(count))
        tag.withUnsafeMutableBytes { $0.copyBytes(from: bytes[(bytes.count - 16)...]) }
        EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, 16, &tag)
        precondition(EVP_CipherFinal_ex(cipher, &code, &length) == 1)
        guard isCompressed else { return UnsafeRawBufferPointer(rebasing: opened[..<count]) }
        let size = ZSTD_decompressDCtx(decompression, plain.baseAddress, plain.count, opened.baseAddress, count)
        return UnsafeRawBufferPointer(rebasing: plain[..<size])
    }

    // One pack: key of each chunk, random nonce, compress, encrypt, decrypt, decompress, digest, digest of the whole.

    func startPack() { EVP_DigestInit_ex(packDigesting, sha256, nil) }

    func appendToPack(_ bytes: UnsafeRawBufferPointer, compressed: Bool) {
        HMAC(sha256, key, 32, message, message.count, &code, nil)
        RAND_bytes(&nonce, 12)
        let packed = compressed ? compress(bytes) : bytes
        let shrinks = packed.count < bytes.count
        let chunk = encrypt(shrinks ? packed : bytes)
        digest(open(chunk, isCompressed: shrinks))
        EVP_DigestUpdate(packDigesting, chunk.baseAddress, chunk.count)
    }

    func finishPack() { EVP_DigestFinal_ex(packDigesting, &code, nil) }
}

extension Material {
    /// Sealed by the bare library, for it to open.
    func sealed(by bare: BareLibrary, _ choice: CompressionChoice) -> [[UInt8]] {
        var result: [[UInt8]] = []
        forEachPiece { piece in
            result.append(Array(bare.encrypt(choice.codec == .zstd ? bare.compress(piece) : piece)))
        }
        return result
    }
}
