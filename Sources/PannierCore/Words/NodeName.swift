import Foundation

/// A file's or folder's name, checked once: valid UTF-8 of 1 to 255 bytes, no NUL, slash or control character, not `.`
/// or `..`. Names are bytes: `é` as one scalar and as two are different names, though no folder may hold both.
package struct NodeName: Hashable, Sendable, Comparable {
    /// The exact bytes, as they stand on the disk.
    package let bytes: [UInt8]

    /// Checks the rules of the name limits.
    /// - Throws: ``NodeNameError``.
    package init(bytes: [UInt8]) throws(NodeNameError) {
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Limits.nameBytes else { throw .tooLong }
        guard bytes != [0x2E], bytes != [0x2E, 0x2E] else { throw .dots }
        // Most names are ASCII, and names are read by the million: these need no text and no tables.
        if bytes.allSatisfy({ (0x20..<0x7F).contains($0) }) {
            if bytes.contains(UInt8(ascii: "/")) { throw .slash }
        } else {
            try Self.check(bytes)
        }
        self.bytes = bytes
    }

    private static func check(_ bytes: [UInt8]) throws(NodeNameError) {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        for scalar in text.unicodeScalars {
            if scalar == "/" { throw .slash }
            if scalar.properties.generalCategory == .control { throw .control }
        }
    }

    package init(_ text: String) throws(NodeNameError) { try self.init(bytes: Array(text.utf8)) }

    /// The name as text. Equal bytes give equal text; the reverse does not hold, so never use it as a key.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The bytes of the name in NFC: unique among the living nodes of a folder.
    package var uniqueKey: [UInt8] {
        bytes.allSatisfy { $0 < 0x80 } ? bytes : Array(text.precomposedStringWithCanonicalMapping.utf8)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension NodeName {
    /// Where two names that look the same differ, in words that do not: `U+0065 U+0301` and `U+00E9`.
    package func spelling(apartFrom other: NodeName) -> (own: String, other: String) {
        var own = text.unicodeScalars[...]
        var others = other.text.unicodeScalars[...]
        while let first = own.first, first == others.first {
            own.removeFirst()
            others.removeFirst()
        }
        while let last = own.last, last == others.last {
            own.removeLast()
            others.removeLast()
        }
        return (Self.spell(own), Self.spell(others))
    }

    /// How it is spelled, where another spelling would look the same: `U+0065 U+0301`; nil where there is none.
    package var spelled: String? {
        let others = [uniqueKey, Array(text.decomposedStringWithCanonicalMapping.utf8)]
        let other = others.first { $0 != bytes }.flatMap { try? NodeName(bytes: $0) }
        return other.map { spelling(apartFrom: $0).own }
    }

    private static func spell(_ scalars: Substring.UnicodeScalarView) -> String {
        let codes = scalars.prefix(8).map { scalar in
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        return codes.isEmpty ? "nothing" : codes.joined(separator: " ") + (scalars.count > 8 ? " …" : "")
    }
}

extension NodeName: Codable, CustomStringConvertible {
    package var description: String { text }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decode(String.self))
        } catch let error as NodeNameError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    package func encode(to encoder: any Encoder) throws { try encoder.encodeText(self) }
}

/// Why some bytes are not a name.
package enum NodeNameError: Error, Equatable, CustomStringConvertible {
    case empty, tooLong, dots, notUTF8, slash, control

    package var description: String {
        switch self {
        case .empty: "a name must not be empty"
        case .tooLong: "a name must not be longer than \(Limits.nameBytes) bytes"
        case .dots: "`.` and `..` are not names"
        case .notUTF8: "a name must be valid UTF-8"
        case .slash: "a name must not hold a slash"
        case .control: "a name must not hold control characters"
        }
    }
}
