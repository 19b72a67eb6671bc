import Foundation
import Logging
import PannierChunks
import PannierCore

extension Gateway {
    /// “This does not open”: the service reads the pack itself. What is damaged is no longer given to readers, nor taken
    /// for content that is there already; so whoever still has the file can send it again.
    func checkPack(_ call: Call) async throws -> Answer {
        let id = try call.parameter("id", as: PackID.self)
        let request = try call.decode(CheckPack.Request.self)
        let known = try await inRead(call) { try Operations.packForCheck(pack: id, request, in: $0) }
        if known.isDamaged { return try Self.answer(isDamaged: true) }
        guard let reason = try await damage(known, for: try await reader(call)) else {
            return try Self.answer(isDamaged: false)
        }
        let namespace = known.pack.namespace
        logger.error(
            "A stored pack is damaged.",
            metadata: ["namespace": "\(namespace)", "pack": "\(id)", "reason": "\(reason)"])
        try await inChange(call) { try Operations.recordDamagedPack(id, of: namespace, in: $0.transaction) }
        return try Self.answer(isDamaged: true)
    }

    /// What can be read. Where damage stands in the way, the service looks once more before it says so: what was put back
    /// is whole again.
    func content(_ call: Call) async throws -> Answer {
        let request = try call.decode(GetContent.Request.self)
        var response = try await inRead(call) { try Operations.content(request, in: $0) }
        if response.items.contains(where: \.isDamaged), try await heal(request, call) {
            response = try await inRead(call) { try Operations.content(request, in: $0) }
        }
        return .json([UInt8](try WireJSON.encode(response)))
    }

    /// Packs that one request looks at again: a reader need not wait for more.
    private static let healedAtOnce = 4

    /// - Returns: whether anything is whole again.
    private func heal(_ request: GetContent.Request, _ call: Call) async throws -> Bool {
        let known = try await inRead(call) {
            try Operations.damagedPacks(of: request, limit: Self.healedAtOnce, in: $0)
        }
        let reader = try await reader(call)
        var isHealed = false
        for pack in known {
            do {
                guard try await damage(pack, for: reader) == nil else { continue }
            } catch {
                // It cannot be looked at just now: it stays as it is.
                logger.debug("A damaged pack was not looked at.", metadata: ["error": "\(error)"])
                continue
            }
            let (namespace, id) = (pack.pack.namespace, pack.pack.pack)
            logger.notice("A damaged pack is whole again.", metadata: ["namespace": "\(namespace)", "pack": "\(id)"])
            try await inChange(call) { try Operations.recordWholePack(id, of: namespace, in: $0.transaction) }
            isHealed = true
        }
        return isHealed
    }

    private func reader(_ call: Call) async throws -> AccountID { try await inRead(call) { $0.caller.account } }

    /// Nil: the pack is whole.
    private func damage(_ known: PackToCheck, for reader: AccountID) async throws -> String? {
        guard let key = PackKey(bytes: known.pack.key) else { throw ServerKeyError.malformed }
        let blob = BlobName(namespace: known.pack.namespace, pack: known.pack.pack)
        let check = PackCheck(length: known.pack.length, sha256: known.pack.sha256, key: key, claim: known.chunks)
        switch try await packs.verify(blob, check, for: reader) {
        case .verified: return nil
        case .damaged(let reason), .mismatch(let reason): return reason
        case .missing:
            // Where nothing is to be found, a disk is not mounted rather than every pack lost.
            let others = known.others.map { BlobName(namespace: blob.namespace, pack: $0) }
            guard try await packs.isAnyThere(of: others) else {
                throw Problem(
                    .packMissing, "The server does not find what it has stored.",
                    detail: "Whoever runs it should look whether its disk is there. Nothing was changed.")
            }
            return "the object is not there"
        }
    }

    private static func answer(isDamaged: Bool) throws -> Answer {
        .json([UInt8](try WireJSON.encode(CheckPack.Response(isDamaged: isDamaged))))
    }
}

extension ItemResult<GetContent.Page> {
    fileprivate var isDamaged: Bool {
        if case .problem(let problem) = self { problem.code == .packDamaged } else { false }
    }
}
