internal import PannierCore

/// Names one logical operation. Sent again with every try of it, so that the service carries it out once.
package struct IdempotencyKey: Hashable, Sendable {
    package let text: String

    /// A fresh one.
    package init() { text = Identifier<IdempotencyKey>.random().description }
}
