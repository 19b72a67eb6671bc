import PannierCore

/// The grants on one node, as its owner gives and takes them, and a guest gives up the own one.
struct Sharing {
    private let access: Access
    private let context: OperationContext
    /// Whether the node bore the owner's mark “shared” when this began.
    private let wasShared: Bool
    private var key: [MetadataValue] { [.id(access.tree.namespace), .id(access.node.id)] }

    init(_ access: Access, _ context: OperationContext) {
        self.access = access
        self.context = context
        wasShared = access.node.isShared
    }

    /// Given and pending alike: the owner cannot tell them apart.
    func grants() throws -> [Grant] {
        let query = """
            SELECT shares.id, accounts.email, shares.role, shares.granted_at FROM shares
            LEFT JOIN accounts ON accounts.id = shares.account
            WHERE shares.namespace = $1 AND shares.node = $2
            UNION ALL
            SELECT id, email, role, granted_at FROM invites WHERE namespace = $1 AND node = $2
            """
        let grants = try context.transaction.rows(query, key).map { row in
            var reader = row.reader
            return Grant(
                id: try reader.id(), node: access.node.id, email: try reader.text(), role: try reader.role(),
                grantedAt: try reader.integer())
        }
        return grants.sorted { $0.email < $1.email }
    }

    /// - Throws: ``Problem`` `tooLarge` when this owner shares ``mostWithOne`` other nodes with that address already.
    func grant(_ role: Role, to email: String) throws {
        let values: [MetadataValue] = [.id(ViewID.random()), .text(role.rawValue), .integer(context.now)]
        let account = try context.transaction.account(withEmail: email)
        try requireRoom(for: email, account)
        if let account {
            let statement = """
                INSERT INTO shares (namespace, node, account, id, role, granted_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (namespace, node, account) DO UPDATE SET role = excluded.role
                """
            try context.transaction.run(statement, key + [.id(account)] + values)
            context.bell.ringViews(of: account)
        } else {
            let statement = """
                INSERT INTO invites (namespace, node, email, id, role, granted_at) VALUES ($1, $2, $3, $4, $5, $6)
                ON CONFLICT (namespace, node, email) DO UPDATE SET role = excluded.role
                """
            try context.transaction.run(statement, key + [.text(email)] + values)
        }
        try audit(.shared, email)
    }

    /// Most nodes that one owner shares with one address. A recipient can use ``CallersGrant/atMost`` in all, so nobody
    /// can fill them alone.
    static let mostWithOne = 100

    private func requireRoom(for email: String, _ account: AccountID?) throws {
        let given = "SELECT count(*) FROM shares WHERE account = $3 AND namespace = $1 AND node <> $2"
        let pending = "SELECT count(*) FROM invites WHERE email = $3 AND namespace = $1 AND node <> $2"
        let row = try context.transaction.row(
            account == nil ? pending : given, key + [account.map { .id($0) } ?? .text(email)])
        guard var reader = row?.reader, try reader.count() < Self.mostWithOne else {
            throw Problem.sharedEnough(with: email, limit: Self.mostWithOne)
        }
    }

    func remove(_ grant: Grant) throws {
        for holder in try access.tree.grants(on: access.node.id) where holder.view == grant.id {
            context.bell.ringViews(of: holder.account)
        }
        let arguments = key + [.id(grant.id)]
        try context.transaction.run("DELETE FROM shares WHERE namespace = $1 AND node = $2 AND id = $3", arguments)
        try context.transaction.run("DELETE FROM invites WHERE namespace = $1 AND node = $2 AND id = $3", arguments)
        try audit(.unshared, grant.email)
    }

    /// Tells the owner's other devices when the mark has appeared or gone.
    func noteIfChanged() throws {
        access.tree.forgetGrants(on: access.node.id)
        guard try grants().isEmpty == wasShared else { return }
        try Journal.note(
            .share, of: access.node.id, in: access.tree.namespace, by: context.caller.account, now: context.now,
            bell: context.bell, context.transaction)
    }

    private func audit(_ action: AuditAction, _ email: String) throws {
        let caller = context.caller
        try context.transaction.audit(
            action, "\(email): \(access.node.id)", account: caller.account, device: caller.device, now: context.now)
    }
}
