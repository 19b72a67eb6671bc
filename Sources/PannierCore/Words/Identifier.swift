/// A name of 128 random bits that is never used twice. Text form: 32 lower-case hexadecimal digits.
///
/// `Kind` keeps identifiers of different things apart at compile time; it is never instantiated.
package struct Identifier<Kind>: Hashable, Sendable, Comparable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new identifier from the system's random number generator, or from ``IdentifierSource``.
    package static func random() -> Self {
        if let source = IdentifierSource.current { return Self(high: source.next(), low: source.next()) }
        var generator = SystemRandomNumberGenerator()
        return Self(high: generator.next(), low: generator.next())
    }

    /// The 16 bytes, most significant first, as stored in databases.
    package var bytes: [UInt8] { Hexadecimal.bigEndianBytes(of: [high, low]) }

    /// Nil unless `bytes` holds exactly 16 bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        let words = Hexadecimal.bigEndianWords(of: bytes)
        self.init(high: words[0], low: words[1])
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension Identifier: LosslessStringConvertible, Codable {
    package var description: String { Hexadecimal.text(of: [high, low]) }

    /// Nil unless `text` is 32 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard let words = Hexadecimal.words(of: text, count: 2) else { return nil }
        self.init(high: words[0], low: words[1])
    }

    package init(from decoder: any Decoder) throws {
        self = try decoder.losslessText(as: Self.self, expected: "32 lower-case hexadecimal digits")
    }

    package func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}

/// What new identifiers are made of.
package final class IdentifierSource: Sendable {
    package let next: @Sendable () -> UInt64

    package init(_ next: @escaping @Sendable () -> UInt64) { self.next = next }

    /// Nil: the system's random numbers. A simulation gives numbers of its own: the same each time it runs. An object: with
    /// a closure in its place, Swift 6.3 crashes in optimised builds where there is no task (swift_task_localValuePush).
    @TaskLocal package static var current: IdentifierSource?
}

package enum AccountKind {}
package enum DeviceKind {}
package enum NamespaceKind {}
package enum ViewKind {}
package enum NodeKindTag {}
package enum VersionKind {}
package enum UploadKind {}
package enum PackKind {}
package enum TransferKind {}
package enum CommandKind {}

package typealias AccountID = Identifier<AccountKind>
package typealias DeviceID = Identifier<DeviceKind>
package typealias NamespaceID = Identifier<NamespaceKind>
/// A view's id: the namespace's own bits for an account's whole tree, the grant's bits for a shared subtree.
package typealias ViewID = Identifier<ViewKind>
package typealias NodeID = Identifier<NodeKindTag>
package typealias VersionID = Identifier<VersionKind>
package typealias UploadID = Identifier<UploadKind>
package typealias PackID = Identifier<PackKind>
package typealias TransferID = Identifier<TransferKind>
/// Names one command of a person, however often it is sent.
package typealias CommandKey = Identifier<CommandKind>
