import PannierCore

/// A view that is open now: something shared with the caller, and neither it nor what it lies in is in the trash.
struct OpenView {
    let tree: Tree
    let item: SharedItem
}

extension Authorization {
    /// What others share with the caller, the longest shared first.
    func openViews() throws -> [OpenView] {
        var owners: [NamespaceID: String] = [:]
        return try callersGrants().compactMap { grant in
            let tree = tree(of: grant.namespace)
            let chain = try tree.chain(of: grant.node)
            guard chain.isLiving else { return nil }
            let owner = try owners[grant.namespace] ?? ownersEmail(of: grant.namespace)
            owners[grant.namespace] = owner
            return OpenView(
                tree: tree,
                item: SharedItem(
                    view: grant.view, owner: owner, role: grant.role, sharedAt: grant.grantedAt,
                    node: chain[0].seenByGuest(isRoot: true)))
        }
    }

    private func ownersEmail(of namespace: NamespaceID) throws -> String {
        let query = """
            SELECT accounts.email FROM namespaces JOIN accounts ON accounts.id = namespaces.owner
            WHERE namespaces.id = $1
            """
        guard var reader = try context.transaction.row(query, [.id(namespace)])?.reader else {
            throw MetadataError.rowMissing("namespace \(namespace)")
        }
        return try reader.text()
    }
}
