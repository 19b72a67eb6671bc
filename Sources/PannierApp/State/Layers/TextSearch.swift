/// What is sought in a text of which only a part is held: bytes, the letters A to Z in either case.
package struct TextSearch: Sendable, Hashable {
    package let text: String
    /// Where what was found last begins, in the file.
    package internal(set) var match: Int64?
    /// The end of what is held that was said to hold nothing more: the next press looks beyond it.
    var edge: Edge?
    /// It is being looked for beyond that end.
    var looking: Looking?
    private let needle: [UInt8]

    enum Edge: Sendable { case front, back }

    struct Looking: Sendable, Hashable {
        let edge: Edge
        /// So many pieces may still be fetched for the press that began it.
        var pieces = TextSearch.piecesAtMost
    }

    /// A mebibyte.
    static let piecesAtMost = 8

    package init(_ text: String) {
        self.text = text
        needle = text.utf8.map(Self.small)
    }

    package var length: Int { needle.count }

    /// Of another content, nothing is known.
    mutating func forget() { (match, edge, looking) = (nil, nil, nil) }

    private static func small(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    /// The first place at `index` or behind it.
    package func next(in bytes: [UInt8], from index: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            let last = bytes.count - needle.count
            guard !needle.isEmpty, index <= last else { return nil }
            return (max(0, index)...last).first { stands(in: bytes, at: $0) }
        }
    }

    /// The last place before `index`.
    package func previous(in bytes: [UInt8], before index: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            let last = min(bytes.count - needle.count, index - 1)
            guard !needle.isEmpty, last >= 0 else { return nil }
            return (0...last).last { stands(in: bytes, at: $0) }
        }
    }

    private func stands(in bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        guard Self.small(bytes[index]) == needle[0] else { return false }
        return needle.indices.allSatisfy { Self.small(bytes[index + $0]) == needle[$0] }
    }
}
