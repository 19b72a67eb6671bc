/// What a grant allows on a node and everything below it.
package enum Role: String, Codable, Sendable, CaseIterable {
    case viewer
    case editor
}
