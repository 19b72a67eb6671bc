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

/// What went with a removed account.
package struct RemovedUser: Codable, Sendable, Hashable {
    package let email: String
    /// Devices that were signed in.
    package let devices: Int
    /// Shares that it gave, pending ones included, and shares that it was given.
    package let sharesGiven: Int
    package let sharesHeld: Int
    /// Stored bytes of its files, which nobody can reach any more.
    package let usedBytes: Int64
}

// What whoever runs the server does. There is no caller: that it may be done was decided by the admin socket.
extension Operations {
    /// Makes an account with its namespace and its root folder. Shares that wait for the address become grants.
    /// - Parameters:
    ///   - salt: with `hash` and `cost`: scrypt of the password.
    ///   - seed: 32 random bytes, the chunker's secret of the new namespace.
    /// - Throws: ``Problem`` `badRequest` when the address is none, or has an account, or the name cannot be kept.
    package static func addUser(
        email text: String, name: String, salt: [UInt8], hash: [UInt8], cost: PasswordCost, seed: [UInt8],
        now: Milliseconds, in transaction: any MetadataTransaction
    ) throws -> Account {
        guard let email = EmailAddress.normalised(text) else { throw Problem.badAddress(text) }
        guard PlainText.isAllowed(name) else {
            throw Problem.badRequest("A person's name has at most \(Limits.nameBytes) bytes and no control characters.")
        }
        guard try transaction.account(withEmail: email) == nil else {
            throw Problem.badRequest("There is an account with the address \(email) already.")
        }
        let account = Account(
            id: .random(), email: email, name: name, namespace: .random(), root: .random(),
            chunkerSeed: Hexadecimal.text(of: seed), usedBytes: 0, quotaBytes: nil)
        try insert(account, salt: salt, hash: hash, cost: cost, now: now, in: transaction)
        try insertNamespace(of: account, seed: seed, now: now, in: transaction)
        try acceptInvites(for: account, in: transaction)
        try transaction.audit(.userAdded, email, account: account.id, device: nil, now: now)
        return account
    }

    private static func insert(
        _ account: Account, salt: [UInt8], hash: [UInt8], cost: PasswordCost, now: Milliseconds,
        in transaction: any MetadataTransaction
    ) throws {
        let statement = """
            INSERT INTO accounts (
                id, email, name, namespace, salt, hash, cost_exponent, cost_block_size, cost_parallel, created_at
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """
        try transaction.run(
            statement,
            [
                .id(account.id), .text(account.email), .text(account.name), .id(account.namespace), .bytes(salt),
                .bytes(hash), .count(cost.exponent), .count(cost.blockSize), .count(cost.parallel), .integer(now),
            ])
    }

    private static func insertNamespace(
        of account: Account, seed: [UInt8], now: Milliseconds, in transaction: any MetadataTransaction
    ) throws {
        try transaction.run(
            """
            INSERT INTO namespaces (id, owner, root, head, used_bytes, chunker_seed) VALUES ($1, $2, $3, 0, 0, $4)
            """,
            [.id(account.namespace), .id(account.id), .id(account.root), .bytes(seed)])
        let name = try NodeName("My Files")
        let statement = """
            INSERT INTO nodes (namespace, id, name, unique_key, kind, created, revision, changed_at, changed_by)
            VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7)
            """
        try transaction.run(
            statement,
            [
                .id(account.namespace), .id(account.root), .bytes(name.bytes), .bytes(name.uniqueKey),
                .code(StoredKind.folder), .integer(now), .id(account.id),
            ])
    }

    private static func acceptInvites(for account: Account, in transaction: any MetadataTransaction) throws {
        try transaction.run(
            """
            INSERT INTO shares (namespace, node, account, id, role, granted_at)
            SELECT namespace, node, $2, id, role, granted_at FROM invites WHERE email = $1
            """,
            [.text(account.email), .id(account.id)])
        try transaction.run("DELETE FROM invites WHERE email = $1", [.text(account.email)])
    }

    /// A read. All accounts, by address.
    package static func listUsers(in transaction: any MetadataTransaction) throws -> [UserSummary] {
        let query = """
            SELECT accounts.id, accounts.email, accounts.name, accounts.created_at, namespaces.used_bytes,
                namespaces.quota_bytes,
                (SELECT count(*) FROM devices WHERE devices.account = accounts.id AND devices.revoked_at IS NULL)
            FROM accounts JOIN namespaces ON namespaces.id = accounts.namespace
            WHERE accounts.removed_at IS NULL ORDER BY accounts.email
            """
        return try transaction.rows(query, []).map { row in
            var reader = row.reader
            return UserSummary(
                account: try reader.id(), email: try reader.text(), name: try reader.text(),
                createdAt: try reader.integer(), usedBytes: try reader.integer(),
                quotaBytes: try reader.optionalInteger(), devices: try reader.count())
        }
    }

    /// Removes an account: its devices are refused from the next request on, and the shares it gave and was given end.
    /// The address is free again, for another account that has nothing in common with this one.
    ///
    /// Its files stay in the store and in the metadata, out of everyone's reach, until they are collected as garbage; no
    /// command brings them back to an account.
    /// - Throws: ``Problem`` `notFound` for an address without an account.
    @discardableResult
    package static func removeUser(
        email text: String, now: Milliseconds, bell: Bell, in transaction: any MetadataTransaction
    ) throws -> RemovedUser {
        guard let email = EmailAddress.normalised(text), let id = try transaction.account(withEmail: email),
            let account = try account(id, in: transaction)
        else { throw Problem(.notFound, "There is no account with the address \(text).") }
        let key: [MetadataValue] = [.id(id), .integer(now)]
        try transaction.run("UPDATE accounts SET removed_at = $2 WHERE id = $1", key)
        let devices = try transaction.run(
            "UPDATE devices SET token_hash = NULL, revoked_at = $2 WHERE account = $1 AND revoked_at IS NULL", key)
        let given = try endGivenShares(of: id, bell: bell, in: transaction)
        let held = try endHeldShares(of: id, now: now, bell: bell, in: transaction)
        try transaction.audit(.userRemoved, email, account: id, device: nil, now: now)
        return RemovedUser(
            email: email, devices: devices, sharesGiven: given, sharesHeld: held, usedBytes: account.usedBytes)
    }

    /// - Returns: how many there were.
    private static func endGivenShares(
        of account: AccountID, bell: Bell, in transaction: any MetadataTransaction
    ) throws -> Int {
        let own = "namespace = (SELECT namespace FROM accounts WHERE id = $1)"
        let guests = try transaction.rows("SELECT DISTINCT account FROM shares WHERE \(own)", [.id(account)])
        for row in guests {
            var reader = row.reader
            bell.ringViews(of: try reader.id())
        }
        let accepted = try transaction.run("DELETE FROM shares WHERE \(own)", [.id(account)])
        return accepted + (try transaction.run("DELETE FROM invites WHERE \(own)", [.id(account)]))
    }

    /// - Returns: how many there were.
    private static func endHeldShares(
        of account: AccountID, now: Milliseconds, bell: Bell, in transaction: any MetadataTransaction
    ) throws -> Int {
        bell.ringViews(of: account)
        let held = try transaction.rows("SELECT namespace, node FROM shares WHERE account = $1", [.id(account)])
        try transaction.run("DELETE FROM shares WHERE account = $1", [.id(account)])
        for row in held {
            var reader = row.reader
            let (namespace, node): (NamespaceID, NodeID) = (try reader.id(), try reader.id())
            let tree = Tree(namespace: namespace, transaction: transaction)
            guard try tree.node(node)?.isShared == false else { continue }
            try Journal.note(.share, of: node, in: namespace, by: account, now: now, bell: bell, transaction)
        }
        return held.count
    }
}

extension MetadataTransaction {
    /// The account that uses this address now.
    /// - Parameter email: as ``EmailAddress/normalised(_:)`` gives it.
    func account(withEmail email: String) throws -> AccountID? {
        let query = "SELECT id FROM accounts WHERE email = $1 AND removed_at IS NULL"
        guard var reader = try row(query, [.text(email)])?.reader else { return nil }
        return try reader.id()
    }
}
