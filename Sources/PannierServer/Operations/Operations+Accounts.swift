package import PannierCore

/// What sign-in compares a password with. The comparing itself (scrypt) runs elsewhere, outside of any transaction.
package struct StoredCredentials: Sendable {
    package let account: AccountID
    package let salt: [UInt8]
    package let hash: [UInt8]
    package let cost: PasswordCost
}

/// The parameters of scrypt: N = 2^exponent, r, p.
package struct PasswordCost: Sendable, Hashable {
    package let exponent: Int
    package let blockSize: Int
    package let parallel: Int

    package init(exponent: Int, blockSize: Int, parallel: Int) {
        self.exponent = exponent
        self.blockSize = blockSize
        self.parallel = parallel
    }

    /// A quarter of a second on one core.
    package static let standard = PasswordCost(exponent: 15, blockSize: 8, parallel: 3)
}

extension Operations {
    /// Nil for an unknown or removed address; the caller must then take as long as for a known one.
    package static func credentials(email: String, in transaction: any MetadataTransaction) throws -> StoredCredentials?
    {
        throw later
    }

    /// Signs a device in, after the password was found right.
    /// - Parameter tokenHash: SHA-256 of the device's bearer token, 32 bytes.
    package static func createDevice(
        account: AccountID, name: String, tokenHash: [UInt8], now: Milliseconds,
        in transaction: any MetadataTransaction
    ) throws -> (DeviceID, Account) { throw later }

    /// Whose token this is; nil when it was revoked or never given.
    package static func authenticate(tokenHash: [UInt8], in transaction: any MetadataTransaction) throws -> Caller? {
        throw later
    }

    /// Signs the caller's device out: its token is refused from the next request on.
    package static func removeDevice(in context: OperationContext) throws { throw later }

    package static func account(in context: OperationContext) throws -> Account { throw later }
}
