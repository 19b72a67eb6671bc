import Foundation

/// What a person typed to find names by: each letter stands for itself in any case.
package struct LooseText: Sendable, Hashable {
    /// For each letter the scalars that it stands for, itself first.
    package let letters: [[Unicode.Scalar]]
    /// The same as UTF-8, letter by letter: a word compared with a piece of a name decides.
    private let codes: [Code]

    /// Up to four bytes, the first one lowest.
    private struct Code: Hashable {
        let word: UInt32
        let mask: UInt32
        let length: Int
        /// Whether another case of the letter follows.
        let isLast: Bool

        init(_ scalar: Unicode.Scalar, isLast: Bool) {
            let bytes = String(scalar).utf8
            word = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
            length = bytes.count
            mask = UInt32.max >> (32 - 8 * UInt32(length))
            self.isLast = isLast
        }
    }

    private init(exactly text: some StringProtocol) {
        // No name is longer, so what lies beyond decides nothing.
        letters = text.unicodeScalars.prefix(Limits.nameBytes + 1).map(Self.cases)
        codes = letters.flatMap { cases in
            cases.enumerated().map { Code($1, isLast: $0 == cases.count - 1) }
        }
    }

    /// The ways in which it may be spelled in a name: composed and decomposed, where that makes a difference.
    package static func spellings(of text: String) -> [LooseText] {
        let composed = LooseText(exactly: text.precomposedStringWithCanonicalMapping)
        let decomposed = LooseText(exactly: text.decomposedStringWithCanonicalMapping)
        return composed == decomposed ? [composed] : [composed, decomposed]
    }

    /// Whether `name` holds the letters in this order, others in between. Names are bytes; what is no text in them
    /// matches nothing.
    package func isScattered(in name: UnsafeRawBufferPointer) -> Bool {
        codes.withUnsafeBufferPointer { codes in
            var (first, position) = (0, 0)
            while first < codes.count {
                guard position < name.count else { return false }
                let piece = Self.piece(of: name, at: position)
                var code = first
                while piece & codes[code].mask != codes[code].word, !codes[code].isLast { code += 1 }
                guard piece & codes[code].mask == codes[code].word else {
                    position += 1
                    continue
                }
                position += codes[code].length
                while !codes[code].isLast { code += 1 }
                first = code + 1
            }
            return true
        }
    }

    /// Four bytes, zeros behind the end.
    private static func piece(of name: UnsafeRawBufferPointer, at position: Int) -> UInt32 {
        if position + 4 <= name.count {
            return UInt32(littleEndian: name.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
        var piece: UInt32 = 0
        for offset in position..<name.count { piece |= UInt32(name[offset]) << (8 * UInt32(offset - position)) }
        return piece
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
