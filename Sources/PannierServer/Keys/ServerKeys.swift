import Foundation
import PannierChunks
package import PannierCore

/// What the server alone knows: the master keys that wrap pack keys, the key of the cursors, and the access key that
/// signs requests to the directory store. Kept in `DIR/keys`; losing them is losing the files.
package struct ServerKeys: Sendable, Hashable {
    /// A key that wraps pack keys. New packs use the last one of the list; the others only open what they wrapped.
    package struct Master: Sendable, Hashable {
        package let id: UInt64
        /// 32 bytes.
        package let bytes: [UInt8]

        package init(id: UInt64, bytes: [UInt8]) {
            self.id = id
            self.bytes = bytes
        }
    }

    /// Names and signs like an S3 account.
    package struct StoreAccess: Sendable, Hashable {
        package let id: String
        package let secret: String

        package init(id: String, secret: String) {
            self.id = id
            self.secret = secret
        }
    }

    /// Never empty.
    package let masters: [Master]
    /// 32 bytes.
    package let cursor: [UInt8]
    package let store: StoreAccess

    package init(masters: [Master], cursor: [UInt8], store: StoreAccess) {
        precondition(!masters.isEmpty, "a server needs a master key")
        self.masters = masters
        self.cursor = cursor
        self.store = store
    }

    /// Fresh random keys.
    package static func make() -> ServerKeys {
        ServerKeys(
            masters: [Master(id: UInt64.random(in: .min ... .max), bytes: RandomBytes.make(32))],
            cursor: RandomBytes.make(32),
            store: StoreAccess(
                id: "PANNIER" + Hexadecimal.text(of: RandomBytes.make(6)).uppercased(),
                secret: Hexadecimal.text(of: RandomBytes.make(32))))
    }
}

/// Why something that was wrapped or sealed does not open.
package enum ServerKeyError: Error, Equatable, CustomStringConvertible {
    case unknownMaster(UInt64)
    case malformed

    package var description: String {
        switch self {
        case .unknownMaster(let id):
            """
            A pack was wrapped with the master key \(Hexadecimal.text(of: [id])), which is not in the file `keys`. Put \
            back the file that belongs to this database.
            """
        case .malformed: "A wrapped key in the database is damaged."
        }
    }
}

// Wrapped pack key: format 1 (one byte) ‖ id of the master key (8 bytes, big-endian) ‖ nonce ‖ ciphertext ‖ tag.
// Cursor: base64url without padding of nonce ‖ ciphertext ‖ tag.
extension ServerKeys: ServerSecrets {
    private static let format: UInt8 = 1

    package func wrap(packKey: [UInt8], namespace: NamespaceID, pack: PackID) throws -> [UInt8] {
        let master = masters[masters.count - 1]
        let sealed = try AESGCM.seal(packKey, key: master.bytes, associated: Self.place(namespace, pack))
        return [Self.format] + Self.bigEndian(master.id) + sealed
    }

    package func unwrap(packKey wrapped: [UInt8], namespace: NamespaceID, pack: PackID) throws -> [UInt8] {
        guard wrapped.count > 9, wrapped[0] == Self.format else { throw ServerKeyError.malformed }
        let id = wrapped[1...8].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard let master = masters.first(where: { $0.id == id }) else { throw ServerKeyError.unknownMaster(id) }
        return try AESGCM.open(Array(wrapped[9...]), key: master.bytes, associated: Self.place(namespace, pack))
    }

    package func seal(cursor plain: [UInt8], account: AccountID) throws -> String {
        Base64URL.text(of: try AESGCM.seal(plain, key: cursor, associated: Self.owner(account)))
    }

    package func open(cursor text: String, account: AccountID) -> [UInt8]? {
        guard let sealed = Base64URL.bytes(of: text) else { return nil }
        // Whatever does not open was not made here for this account, which is all that the caller asks.
        return try? AESGCM.open(sealed, key: cursor, associated: Self.owner(account))
    }

    private static func place(_ namespace: NamespaceID, _ pack: PackID) -> [UInt8] {
        Array("pannier pack v1".utf8) + namespace.bytes + pack.bytes
    }

    private static func owner(_ account: AccountID) -> [UInt8] { Array("pannier cursor v1".utf8) + account.bytes }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
    }
}
