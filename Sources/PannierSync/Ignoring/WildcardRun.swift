/// One comparison of a pattern with a text. At most as many steps as there are pieces, for each byte of the text.
///
/// What follows the last `*` is tried at one place after the other. What stands before it is never tried again: what a `*`
/// holds ends at the next slash, wherever that of an earlier one ended; and what ``Wildcard/Piece/all`` and
/// ``Wildcard/Piece/folders`` reach from a place, they reach from an earlier one too.
struct WildcardRun {
    private let pieces: [Wildcard.Piece]
    private let text: [UInt8]
    private var piece = 0
    private var place = 0
    /// After the last `*`, and up to where that holds the text.
    private var some: (piece: Int, place: Int)?
    /// The same of the last one that holds slashes.
    private var wide: (piece: Int, place: Int, isFolders: Bool)?

    init(_ pieces: [Wildcard.Piece], _ text: [UInt8]) {
        self.pieces = pieces
        self.text = text
    }

    mutating func matches() -> Bool {
        while piece < pieces.count || place < text.count {
            guard goOn() || goBack() else { return false }
        }
        return true
    }

    /// - Returns: false when the next piece does not hold what stands there.
    private mutating func goOn() -> Bool {
        guard piece < pieces.count else { return false }
        switch pieces[piece] {
        case .some: some = (piece + 1, place)
        case .all: (some, wide) = (nil, (piece + 1, place, false))
        case .folders: (some, wide) = (nil, (piece + 1, place, true))
        case .byte(let byte) where place < text.count && text[place] == byte: place += 1
        case .one where place < text.count && text[place] != Self.slash: place += 1
        case .oneOf(let set) where place < text.count && set.contains(text[place]): place += 1
        case .byte, .one, .oneOf: return false
        }
        piece += 1
        return true
    }

    /// Lets the last `*` hold more, else the last one that holds slashes.
    private mutating func goBack() -> Bool {
        if let last = some, last.place < text.count, text[last.place] != Self.slash {
            (piece, place) = (last.piece, last.place + 1)
            some = (piece, place)
            return true
        }
        guard let last = wide, let next = next(after: last.place, last.isFolders) else { return false }
        (piece, place, some) = (last.piece, next, nil)
        wide = (piece, place, last.isFolders)
        return true
    }

    private func next(after place: Int, _ isFolders: Bool) -> Int? {
        guard isFolders else { return place < text.count ? place + 1 : nil }
        return text[place...].firstIndex(of: Self.slash).map { $0 + 1 }
    }

    private static let slash = UInt8(ascii: "/")
}
