import Foundation

/// What a person typed to find names by: each letter stands for itself in any case.
package struct LooseText: Sendable, Hashable {
    /// For each letter the scalars that it stands for, itself first.
    package let letters: [[Unicode.Scalar]]
    /// The same as UTF-8.
    private let bytes: [[[UInt8]]]

    private init(exactly text: some StringProtocol) {
        // No name is longer, so what lies beyond decides nothing.
        letters = text.unicodeScalars.prefix(Limits.nameBytes + 1).map(Self.cases)
        bytes = letters.map { $0.map { Array(String($0).utf8) } }
    }

    /// The ways in which it may be spelled in a name: composed and decomposed, where that makes a difference.
    package static func spellings(of text: String) -> [LooseText] {
        let composed = LooseText(exactly: text.precomposedStringWithCanonicalMapping)
        let decomposed = LooseText(exactly: text.decomposedStringWithCanonicalMapping)
        return composed == decomposed ? [composed] : [composed, decomposed]
    }

    /// Whether `name` holds the letters in this order, others in between. Names are bytes; what is no text in them
    /// matches nothing.
    package func isScattered(in name: some BidirectionalCollection<UInt8>) -> Bool {
        var rest = name[...]
        for cases in bytes {
            while let first = rest.first, !cases.contains(where: { $0.first == first && rest.starts(with: $0) }) {
                rest.removeFirst()
            }
            guard let found = cases.first(where: { rest.starts(with: $0) }), !rest.isEmpty else { return false }
            rest.removeFirst(found.count)
        }
        return true
    }

    /// Cases of more than one scalar (`ß` and `SS`) are left out; so the one way from `ß` to its capital is lost.
    private static func cases(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        let properties = scalar.properties
        var cases = [scalar]
        let sharp = scalar == "ß" ? "ẞ" : ""
        for mapping in [properties.lowercaseMapping, properties.uppercaseMapping, properties.titlecaseMapping, sharp] {
            let scalars = mapping.unicodeScalars
            guard scalars.count == 1, let other = scalars.first, !cases.contains(other) else { continue }
            cases.append(other)
        }
        return cases
    }
}
