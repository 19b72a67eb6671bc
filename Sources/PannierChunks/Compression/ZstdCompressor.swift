import CZstd

/// Makes one zstd frame (RFC 8878) a call: with its content size, without a dictionary and without a checksum, since the
/// seal and the fingerprint already hold every byte. One owner.
package struct ZstdCompressor: ~Copyable {
    private let context: OpaquePointer
    private var level = ZSTD_defaultCLevel()

    package init() {
        guard let context = ZSTD_createCCtx() else { preconditionFailure("no memory for compression") }
        self.context = context
    }

    deinit { _ = ZSTD_freeCCtx(context) }

    /// - Returns: length of the frame at the start of `target`, or nil when it would not fit there.
    package mutating func compress(
        _ plain: UnsafeRawBufferPointer, level: Int, into target: UnsafeMutableRawBufferPointer
    ) throws(ChunkError) -> Int? {
        try set(level: Int32(clamping: level))
        let length = ZSTD_compress2(context, target.baseAddress, target.count, plain.baseAddress, plain.count)
        guard ZSTD_isError(length) == 0 else {
            guard ZSTD_getErrorCode(length) == ZSTD_error_dstSize_tooSmall else { throw .zstd(length) }
            return nil
        }
        return length
    }

    private mutating func set(level: Int32) throws(ChunkError) {
        guard level != self.level else { return }
        let result = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        guard ZSTD_isError(result) == 0 else { throw .zstd(result) }
        self.level = level
    }
}

// @unchecked: the context has no ties to a thread, its owner cannot be copied, and all that changes it is mutating, so
// the compiler already keeps two threads apart.
extension ZstdCompressor: @unchecked Sendable {}

extension ChunkError {
    static func zstd(_ code: Int) -> ChunkError { .library("zstd: " + String(cString: ZSTD_getErrorName(code))) }
}
