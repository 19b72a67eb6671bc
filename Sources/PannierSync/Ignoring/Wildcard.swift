/// A pattern with wildcards, taken apart: `*`, `?`, `[…]`, a backslash before what is meant as it is, and, in patterns that
/// are for paths, `**` between slashes. Bytes, not characters, as in git: `?` is one byte.
struct Wildcard: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case byte(UInt8)
        /// One byte that is no slash.
        case one
        /// Never holds the slash.
        case oneOf(ByteSet)
        /// Any number of bytes that are no slash.
        case some
        /// Any number of bytes.
        case all
        /// Nothing, or bytes that end with a slash: any number of folders.
        case folders
    }

    let pieces: [Piece]

    /// - Parameter isForPaths: else it is for names, in which `**` is `*`.
    /// - Returns: nil for what matches nothing: a backslash at its end, a class that does not end or is unknown.
    init?(_ pattern: ArraySlice<UInt8>, isForPaths: Bool) {
        var reader = WildcardReader(pattern, isForPaths: isForPaths)
        guard let pieces = reader.pieces() else { return nil }
        self.pieces = pieces
    }

    func matches(_ text: [UInt8]) -> Bool {
        var run = WildcardRun(pieces, text)
        return run.matches()
    }
}
