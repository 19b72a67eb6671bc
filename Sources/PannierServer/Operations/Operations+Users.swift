package import PannierCore

/// One line of `pannier-server user list`.
package struct UserSummary: Codable, Sendable, Hashable {
    package let account: AccountID
    package let email: String
    package let name: String
    package let createdAt: Milliseconds
    /// Stored bytes that count against the quota.
    package let usedBytes: Int64
    package let quotaBytes: Int64?
    /// Devices that are signed in.
    package let devices: Int
}

extension Operations {
    /// Makes an account with its namespace and root folder, and turns invitations of the address into grants.
    /// - Parameters:
    ///   - salt: and `hash`, `cost`: of the password.
    ///   - seed: 32 random bytes, the chunker's secret of the new namespace.
    package static func addUser(
        email: String, name: String, salt: [UInt8], hash: [UInt8], cost: PasswordCost, seed: [UInt8],
        now: Milliseconds, in transaction: any MetadataTransaction
    ) throws -> Account { throw later }

    package static func listUsers(in transaction: any MetadataTransaction) throws -> [UserSummary] { throw later }

    package static func removeUser(
        email: String, now: Milliseconds, bell: Bell, in transaction: any MetadataTransaction
    ) throws { throw later }
}
