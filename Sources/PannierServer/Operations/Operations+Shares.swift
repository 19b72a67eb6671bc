package import PannierCore

extension Operations {
    /// Most addresses of one request, and most people with whom one node is shared.
    static let sharesAtOnce = 100
    static let sharesOfNode = 1_000
    private static let nobodyAdded = "It was shared with nobody."

    /// Lets people see a node and what is below it. Sharing again changes the role and keeps the grant. An address
    /// without an account gets the same answer, and access under the same grant when an account is made for it.
    /// - Throws: ``Problem``: not the owner; in the trash; not an address; one's own address.
    package static func createShares(node: NodeID, _ request: CreateShares.Request, in context: OperationContext) throws
        -> Grants
    {
        try check(request.emails.count, "addresses", atMost: sharesAtOnce)
        guard request.role == .viewer else {
            throw Problem.badRequest("So far, files can be shared for viewing only.", detail: "Use the role viewer.")
        }
        let access = try Authorization(context).allowChange(.share, on: node)
        guard access.chain.isLiving else { throw Problem.trashed(access.node.name) }
        let emails = try request.emails.map { text in
            guard let email = EmailAddress.normalised(text) else {
                throw Problem.badRequest("“\(text)” is not an e-mail address.", detail: nobodyAdded)
            }
            guard email != context.caller.email else {
                throw Problem.badRequest("This is your own, so you have it already.", detail: nobodyAdded)
            }
            return email
        }
        let sharing = Sharing(access, context)
        guard try sharing.grants().count + emails.count <= sharesOfNode else {
            throw Problem.tooMany("people for one file or folder", limit: sharesOfNode)
        }
        for email in Set(emails).sorted() { try sharing.grant(request.role, to: email) }
        try sharing.noteIfChanged()
        return Grants(grants: try sharing.grants().filter { emails.contains($0.email) })
    }

    /// A read. Who has access to exactly this node, by address. For its owner only.
    package static func shares(node: NodeID, in context: OperationContext) throws -> Grants {
        let access = try Authorization(context).allow(.share, on: node)
        return Grants(grants: try Sharing(access, context).grants())
    }

    /// Takes a grant back: the next request is refused, and the view closes. Its owner may, and whoever holds it may give
    /// it up.
    /// - Throws: ``Problem`` `notFound` when there is no such grant on this node.
    package static func removeShare(node: NodeID, grant: ViewID, in context: OperationContext) throws {
        let authorization = Authorization(context)
        let isOwnGrant = try authorization.callersGrants().contains { $0.view == grant && $0.node == node }
        let access = try authorization.allowChange(isOwnGrant ? .read : .share, on: node)
        let sharing = Sharing(access, context)
        guard let found = try sharing.grants().first(where: { $0.id == grant }) else { throw Problem.noSuchGrant }
        try sharing.remove(found)
        try sharing.noteIfChanged()
    }

    /// A read. What others share with the caller and is not in their trash, the longest shared first.
    package static func sharedWithMe(in context: OperationContext) throws -> SharedWithMe {
        SharedWithMe(items: try Authorization(context).openViews().map(\.item))
    }

    /// A read. The views that the caller may subscribe to now: the own tree and what is shared.
    package static func visibleViews(in context: OperationContext) throws -> Set<ViewID> {
        Set(try Authorization(context).openViews().map(\.item.view)).union([.own(context.caller.namespace)])
    }
}
