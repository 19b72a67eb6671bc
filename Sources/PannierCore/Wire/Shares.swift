// POST   /v1/files/{id}/shares           CreateShares.Request → Grants
// GET    /v1/files/{id}/shares           → Grants              who has access, owner only
// DELETE /v1/files/{id}/shares/{grant}   takes it back
// GET    /v1/shared                      → SharedWithMe

/// One person's access to a node and what is below it, as the owner sees it.
package struct Grant: Codable, Sendable, Hashable {
    /// Also the id of the view that it opens.
    package var id: ViewID
    package var node: NodeID
    package var email: String
    package var role: Role
    package var grantedAt: Milliseconds

    package init(id: ViewID, node: NodeID, email: String, role: Role, grantedAt: Milliseconds) {
        self.id = id
        self.node = node
        self.email = email
        self.role = role
        self.grantedAt = grantedAt
    }
}

package struct Grants: Codable, Sendable {
    package var grants: [Grant]
    package init(grants: [Grant]) { self.grants = grants }
}

package enum CreateShares {
    package struct Request: Codable, Sendable {
        /// An address without an account gets the same answer, and access when it signs up.
        package var emails: [String]
        package var role: Role
        package init(emails: [String], role: Role) {
            self.emails = emails
            self.role = role
        }
    }
}

/// A node that somebody shared with the caller.
package struct SharedItem: Codable, Sendable, Hashable {
    package var view: ViewID
    package var owner: String
    package var role: Role
    package var sharedAt: Milliseconds
    package var node: Node

    package init(view: ViewID, owner: String, role: Role, sharedAt: Milliseconds, node: Node) {
        self.view = view
        self.owner = owner
        self.role = role
        self.sharedAt = sharedAt
        self.node = node
    }
}

package struct SharedWithMe: Codable, Sendable {
    package var items: [SharedItem]
    package init(items: [SharedItem]) { self.items = items }
}
