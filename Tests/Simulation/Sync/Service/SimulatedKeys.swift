import PannierCore
import PannierServer

/// URLs that say what they are for and prove nothing.
struct SimulatedSigner: BlobSigner {
    func put(
        namespace: NamespaceID, pack: PackID, length: Int, sha256: Fingerprint, now: Milliseconds
    ) -> SignedRequest {
        SignedRequest(url: "put", headers: [:], expiresAt: now + Milliseconds(Limits.putSeconds) * 1_000)
    }

    func get(namespace: NamespaceID, pack: PackID, now: Milliseconds) -> SignedRequest {
        SignedRequest(url: "get", headers: [:], expiresAt: now + Milliseconds(Limits.getSeconds) * 1_000)
    }
}

/// Keeps no secret: the same text for the same cursor, each time.
struct SimulatedSecrets: ServerSecrets {
    func wrap(packKey: [UInt8], namespace: NamespaceID, pack: PackID) throws -> [UInt8] { packKey }
    func unwrap(packKey: [UInt8], namespace: NamespaceID, pack: PackID) throws -> [UInt8] { packKey }
    func seal(cursor: [UInt8], account: AccountID) throws -> String { Hexadecimal.text(of: cursor) }
    func open(cursor: String, account: AccountID) -> [UInt8]? { Hexadecimal.bytes(of: cursor) }
}
