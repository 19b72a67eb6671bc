internal import PannierCore

/// Names one logical operation. Sent again with every try of it, so that the service carries it out once.
package struct IdempotencyKey: Hashable, Sendable {
    package let text: String

    /// - Parameter text: 1 to 64 ASCII letters, digits, `-` and `_`.
    package init(text: String) { self.text = text }

    /// A fresh one.
    package init() { text = Identifier<IdempotencyKey>.random().description }
}
