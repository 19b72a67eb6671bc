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
    /// A read. Nil for an unknown or removed address; the caller must then take as long as for a known one.
    package static func credentials(email: String, in transaction: any MetadataTransaction) throws -> StoredCredentials?
    {
        guard let email = EmailAddress.normalised(email) else { return nil }
        let query = """
            SELECT id, salt, hash, cost_exponent, cost_block_size, cost_parallel FROM accounts
            WHERE email = $1 AND removed_at IS NULL
            """
        guard var reader = try transaction.row(query, [.text(email)])?.reader else { return nil }
        return StoredCredentials(
            account: try reader.id(), salt: try reader.bytes(), hash: try reader.bytes(),
            cost: PasswordCost(
                exponent: try reader.count(), blockSize: try reader.count(), parallel: try reader.count()))
    }

    /// Signs a device in, after the password was found right.
    /// - Parameter tokenHash: SHA-256 of the device's bearer token, 32 bytes.
    /// - Throws: ``Problem`` `signInFailed` when the account was removed meanwhile, `badRequest` for a name that is
    ///   empty, longer than 255 bytes, or holds control characters.
    package static func createDevice(
        account id: AccountID, name: String, tokenHash: [UInt8], now: Milliseconds,
        in transaction: any MetadataTransaction
    ) throws -> (DeviceID, Account) {
        guard !name.isEmpty, PlainText.isAllowed(name) else {
            throw Problem.badRequest("A device's name has 1 to \(Limits.nameBytes) bytes and no control characters.")
        }
        guard let account = try account(id, in: transaction) else {
            throw Problem(.signInFailed, "The e-mail address or the password is wrong.")
        }
        let device = DeviceID.random()
        try transaction.run(
            "INSERT INTO devices (account, id, name, token_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
            [.id(id), .id(device), .text(name), .bytes(tokenHash), .integer(now)])
        try transaction.audit(.signedIn, name, account: id, device: device, now: now)
        return (device, account)
    }

    /// A read. Whose token this is; nil when it was revoked or never given.
    package static func authenticate(tokenHash: [UInt8], in transaction: any MetadataTransaction) throws -> Caller? {
        let query = """
            SELECT devices.account, devices.id, accounts.email, accounts.namespace FROM devices
            JOIN accounts ON accounts.id = devices.account
            WHERE devices.token_hash = $1 AND accounts.removed_at IS NULL
            """
        guard var reader = try transaction.row(query, [.bytes(tokenHash)])?.reader else { return nil }
        return Caller(
            account: try reader.id(), device: try reader.id(), email: try reader.text(), namespace: try reader.id())
    }

    /// Signs the caller's device out: its token is refused from the next request on.
    package static func removeDevice(in context: OperationContext) throws {
        let caller = context.caller
        try context.transaction.run(
            "UPDATE devices SET token_hash = NULL, revoked_at = $3 WHERE account = $1 AND id = $2",
            [.id(caller.account), .id(caller.device), .integer(context.now)])
        try context.transaction.audit(
            .signedOut, caller.email, account: caller.account, device: caller.device, now: context.now)
    }

    /// A read. The caller's own account.
    package static func account(in context: OperationContext) throws -> Account {
        guard let account = try account(context.caller.account, in: context.transaction) else {
            throw Problem(.tokenInvalid, "This account was removed.")
        }
        return account
    }

    static func account(_ id: AccountID, in transaction: any MetadataTransaction) throws -> Account? {
        let query = """
            SELECT accounts.email, accounts.name, namespaces.id, namespaces.root, namespaces.chunker_seed,
                namespaces.used_bytes, namespaces.quota_bytes
            FROM accounts JOIN namespaces ON namespaces.id = accounts.namespace
            WHERE accounts.id = $1 AND accounts.removed_at IS NULL
            """
        guard var reader = try transaction.row(query, [.id(id)])?.reader else { return nil }
        return Account(
            id: id, email: try reader.text(), name: try reader.text(), namespace: try reader.id(),
            root: try reader.id(), chunkerSeed: Hexadecimal.text(of: try reader.bytes()),
            usedBytes: try reader.integer(), quotaBytes: try reader.optionalInteger())
    }
}
