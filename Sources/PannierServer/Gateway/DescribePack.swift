import Foundation
import Logging
import PannierChunks
import PannierCore

extension Gateway {
    /// “It is there, this is in it”: the service looks itself before it believes any of it.
    ///
    /// Order that must hold: the object is durable in its store → every byte of it was read, opened and compared → the
    /// chunks are recorded as verified. A commit relies on nothing less.
    func describePack(_ call: Call) async throws -> Answer {
        let id = try call.parameter("id", as: PackID.self)
        let claim = try call.decode(DescribePack.Request.self).chunks
        let pack = try await inRead(call) { try Operations.packForDescription(pack: id, in: $0) }
        if pack.isVerified { return try Self.verified }
        guard let key = PackKey(bytes: pack.key) else { throw ServerKeyError.malformed }
        let check = PackCheck(length: pack.length, sha256: pack.sha256, key: key, claim: claim)
        let verdict = try await packs.verify(BlobName(namespace: pack.namespace, pack: pack.pack), check)
        switch verdict {
        case .verified(let chunks):
            Failpoint.packVerified.pass()
            try await inChange(call) { try Operations.recordVerifiedPack(id, chunks: chunks, in: $0) }
            return try Self.verified
        case .missing:
            throw Problem(
                .packMissing, "The pack is not in the store.", detail: "Send it again; ask for a new URL if need be.")
        case .mismatch(let reason):
            throw Problem(
                .manifestMismatch, "The pack holds something else than was said.",
                detail: "\(reason). Describe it as it is, or send a new one.")
        case .damaged(let reason):
            logger.warning("A pack is damaged.", metadata: ["pack": "\(id)", "reason": "\(reason)"])
            try await inChange(call) { try Operations.recordDamagedPack(id, in: $0) }
            throw Problem(
                .packDamaged, "The stored pack is damaged.",
                detail: "\(reason). It is not used. Send its chunks again in a new pack.")
        }
    }

    private static var verified: Answer {
        get throws { .json([UInt8](try WireJSON.encode(DescribePack.Response(isVerified: true)))) }
    }
}
