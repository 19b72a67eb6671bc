package import PannierCore

/// Why bytes could not be turned into a chunk, a pack or a manifest, or back. None of them goes away by trying the same
/// bytes again.
package enum ChunkError: Error, Equatable, Sendable {
    /// What the bytes were meant to be.
    package enum Part: String, Sendable {
        case chunk, index, footer, manifest, value
    }

    /// Fewer bytes than there must be.
    case truncated(Part)
    /// The seal does not hold: the bytes were altered, or the key or the place named is another one's.
    case sealBroken(Part)
    /// A version of the format that this program does not know.
    case unknownVersion(Part, UInt8)
    /// The bytes break the format; the text says where.
    case malformed(Part, String)
    /// A chunk opened well, but is not the one that was asked for.
    case fingerprintMismatch(expected: Fingerprint, found: Fingerprint)
    /// A chunk was not the same any more right after it was sealed.
    case recheckFailed(Fingerprint)
    /// The chunk does not fit; ``PackWriter/fits(_:)`` says so before.
    case packFull
    case packEmpty
    case tooLarge(Part)
    case invalidKey
    case invalidParameters(String)
    /// libcrypto or libzstd refused for a reason of its own, such as no memory.
    case library(String)
}

extension ChunkError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let part): "The \(part) is truncated: bytes at its end are missing."
        case .sealBroken(let part):
            "The \(part) does not open: it is damaged, or the key is not the one it was sealed with."
        case .unknownVersion(let part, let version):
            "The \(part) has the unknown version \(version); a newer pannier wrote it."
        case .malformed(let part, let reason): "The \(part) is damaged: \(reason)."
        case .fingerprintMismatch(let expected, let found):
            "The chunk is damaged: its content has the fingerprint \(found), not \(expected)."
        case .recheckFailed(let fingerprint):
            """
            The chunk \(fingerprint) was not the same after it was sealed: its bytes changed meanwhile, or this machine's \
            memory is faulty. It was not sent.
            """
        case .packFull: "The pack is full."
        case .packEmpty: "The pack holds nothing."
        case .tooLarge(let part): "The \(part) is larger than the format allows."
        case .invalidKey: "The key is not 32 bytes long."
        case .invalidParameters(let reason): "The parameters cannot be used: \(reason)."
        case .library(let reason): "A library refused: \(reason)."
        }
    }
}
