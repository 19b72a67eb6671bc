package import PannierCore

/// What `pannier-server` asks a running server over `DIR/admin.sock`: one line of JSON, answered with one.
package enum AdminRequest: Codable, Sendable {
    case addUser(email: String, name: String, password: String)
    case listUsers
    case removeUser(email: String)
    case doctor

    var isDoctor: Bool { if case .doctor = self { true } else { false } }
}

package enum AdminAnswer: Codable, Sendable {
    case added(Account)
    case users([UserSummary])
    case removed(RemovedUser)
    case findings([ServerFinding])
    case problem(Problem)
}

/// One thing `doctor` looked at.
package struct ServerFinding: Codable, Sendable, Hashable {
    package enum State: String, Codable, Sendable {
        case good
        /// Works, but someone should look.
        case warning
        case bad
    }

    package let name: String
    package let state: State
    /// What was found, and what to do about it.
    package let detail: String

    package init(_ name: String, _ state: State, _ detail: String) {
        self.name = name
        self.state = state
        self.detail = detail
    }
}
