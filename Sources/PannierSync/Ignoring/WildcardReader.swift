/// Takes a pattern apart, from its first byte to its last.
struct WildcardReader {
    private let pattern: ArraySlice<UInt8>
    private let isForPaths: Bool
    private var place: Int

    init(_ pattern: ArraySlice<UInt8>, isForPaths: Bool) {
        self.pattern = pattern
        self.isForPaths = isForPaths
        place = pattern.startIndex
    }

    private static let slash = UInt8(ascii: "/")
    private static let backslash = UInt8(ascii: "\\")
    private static let star = UInt8(ascii: "*")

    /// - Returns: nil for what matches nothing.
    mutating func pieces() -> [Wildcard.Piece]? {
        var pieces: [Wildcard.Piece] = []
        while let byte = take() {
            switch byte {
            case Self.star: pieces.append(stars())
            case UInt8(ascii: "?"): pieces.append(.one)
            case UInt8(ascii: "["):
                guard let set = set() else { return nil }
                pieces.append(.oneOf(set))
            case Self.backslash:
                guard let meant = take() else { return nil }
                pieces.append(.byte(meant))
            default: pieces.append(.byte(byte))
            }
        }
        return pieces
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        place + offset < pattern.endIndex ? pattern[place + offset] : nil
    }

    private mutating func take() -> UInt8? {
        guard let byte = peek() else { return nil }
        place += 1
        return byte
    }

    // MARK: - Stars

    /// One is taken already. Two or more have their meaning at a path's beginning or after a slash, and before a slash or
    /// at the end; elsewhere they are one.
    private mutating func stars() -> Wildcard.Piece {
        let first = place - 1
        while peek() == Self.star { place += 1 }
        guard isForPaths, place - first > 1, first == pattern.startIndex || pattern[first - 1] == Self.slash else {
            return .some
        }
        switch peek() {
        case nil: return .all
        case Self.slash:
            place += 1
            return .folders
        case Self.backslash where peek(1) == Self.slash: return .all
        default: return .some
        }
    }

    // MARK: - Sets

    /// After its bracket. A `]` that stands first is meant as it is, as is `-` where no range can be.
    private mutating func set() -> ByteSet? {
        var set = ByteSet()
        let isInverted = peek() == UInt8(ascii: "!") || peek() == UInt8(ascii: "^")
        if isInverted { place += 1 }
        var last: UInt8?
        repeat {
            guard let byte = take() else { return nil }
            if byte == UInt8(ascii: "-"), let low = last, let next = peek(), next != UInt8(ascii: "]") {
                guard let high = member(after: take()) else { return nil }
                if low <= high { set.insert(low...high) }
                last = nil
            } else if byte == UInt8(ascii: "["), let name = className() {
                guard let named = ByteSet(named: name) else { return nil }
                set.insert(named)
                last = nil
            } else {
                guard let member = member(after: byte) else { return nil }
                set.insert(member)
                last = member
            }
        } while peek() != UInt8(ascii: "]")
        place += 1
        if isInverted { set = set.inverted }
        set.remove(Self.slash)
        return set
    }

    private mutating func member(after byte: UInt8?) -> UInt8? { byte == Self.backslash ? take() : byte }

    /// - Returns: nil where no class stands, and the bracket is meant as it is.
    private mutating func className() -> ArraySlice<UInt8>? {
        guard peek() == UInt8(ascii: ":"), let end = pattern[(place + 1)...].firstIndex(of: UInt8(ascii: "]")),
            end > place + 1, pattern[end - 1] == UInt8(ascii: ":")
        else { return nil }
        defer { place = end + 1 }
        return pattern[(place + 1)..<(end - 1)]
    }
}
