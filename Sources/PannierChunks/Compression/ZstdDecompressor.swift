import CZstd

/// Opens zstd frames, and only such as ``ZstdCompressor`` makes. One owner.
struct ZstdDecompressor: ~Copyable {
    private let context: OpaquePointer

    init() {
        guard let context = ZSTD_createDCtx() else { preconditionFailure("no memory for decompression") }
        self.context = context
    }

    deinit { _ = ZSTD_freeDCtx(context) }

    /// Refuses everything but one whole frame that says it holds exactly `plainLength` bytes; call it before memory is
    /// taken for them. Legacy and skippable frames begin with another number.
    static func check(_ frame: UnsafeRawBufferPointer, plainLength: Int) throws(ChunkError) {
        guard frame.count >= 4, frame.littleEndian32(at: 0) == Int(ZSTD_MAGICNUMBER) else {
            throw .malformed(.chunk, "no zstd frame")
        }
        guard ZSTD_getFrameContentSize(frame.baseAddress, frame.count) == UInt64(plainLength) else {
            throw .malformed(.chunk, "the zstd frame is not of the expected size")
        }
        guard ZSTD_getDictID_fromFrame(frame.baseAddress, frame.count) == 0 else {
            throw .malformed(.chunk, "the zstd frame wants a dictionary")
        }
        guard ZSTD_findFrameCompressedSize(frame.baseAddress, frame.count) == frame.count else {
            throw .malformed(.chunk, "not exactly one zstd frame")
        }
    }

    /// `frame` has passed ``check(_:plainLength:)`` with the length of `plain`.
    mutating func decompress(
        _ frame: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer
    ) throws(ChunkError) {
        let length = ZSTD_decompressDCtx(context, plain.baseAddress, plain.count, frame.baseAddress, frame.count)
        guard length == plain.count else {
            let reason = ZSTD_isError(length) == 0 ? "wrong length" : String(cString: ZSTD_getErrorName(length))
            throw .malformed(.chunk, "the zstd frame does not decompress (\(reason))")
        }
    }
}

// @unchecked: the context has no ties to a thread, its owner cannot be copied, and all that changes it is mutating, so
// the compiler already keeps two threads apart.
extension ZstdDecompressor: @unchecked Sendable {}
