// What happens to bytes between a file and the object store, on the processor alone: no files, no network, no clock.
// Client and server run the same code. The formats stand byte for byte in pannier-formats(7).
//
// chunk          a content-defined piece of a file; its fingerprint is the SHA-256 of its plain bytes
// cut            the end of a chunk; found by `Chunker` under the namespace's secret seed
// codec          how a chunk is stored before it is encrypted: as it is, or one zstd frame
// sealed chunk   nonce ‖ ciphertext ‖ tag; opens only under its own chunk key and with its own place
// pack           sealed chunks back to back, the sealed index, the footer; one object in the store
// index          what a pack holds, sealed under a key of its own
// footer         eight plain bytes at the very end of a pack that say where the index begins
// manifest       the ordered (fingerprint, length) pairs that make a file
//
// Rules:
// - Nothing read is trusted: every length is checked before memory is taken for it, and a chunk's bytes are handed out
//   only after their fingerprint was compared.
// - A libcrypto or libzstd context has one owner, a noncopyable value, and is reused from chunk to chunk.

import PannierCore

/// Numbers and labels of format version 1.
package enum ChunkFormat {
    package static let version: UInt8 = 1
    package static let keyBytes = 32
    package static let fingerprintBytes = 32
    /// What sealing adds: nonce before, tag after.
    package static let sealOverhead = AESGCM.nonceBytes + AESGCM.tagBytes
    /// No chunk of any class of sizes is longer.
    package static let maximumChunk = ChunkSizes.large.maximum
    package static let gearLabel = Array("pannier gear v1".utf8)
    package static let chunkLabel = Array("pannier chunk v1".utf8)
    package static let indexLabel = Array("pannier index v1".utf8)
}
