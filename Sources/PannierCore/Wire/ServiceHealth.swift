// GET /v1/health → ServiceHealth (without a token)

/// What a File Service says before anybody signs in.
package struct ServiceHealth: Codable, Sendable, Hashable {
    package var status: String

    package static let ready = ServiceHealth(status: "ready")
}
