/// One line of an ignore file that says something, as gitignore(5) has it.
///
/// 1. `!` before it takes back what an earlier line ignores.
/// 2. A slash at its end: folders only.
/// 3. A slash elsewhere: it is for the path from the file's folder on; a slash before it says only that. Else it is for
///    names, in that folder and in all below it.
/// 4. Without a wildcard it is to be the same, byte for byte.
package struct IgnorePattern: Hashable, Sendable {
    private enum Shape: Hashable, Sendable {
        case same([UInt8])
        /// `*` and these bytes, of a name.
        case ending([UInt8])
        case wildcard(Wildcard)
    }

    package let isNegated: Bool
    package let isForFolders: Bool
    package let isForPaths: Bool
    private let shape: Shape

    /// - Parameter line: no comment, without blanks at its end.
    /// - Returns: nil for what matches nothing.
    package init?(_ line: ArraySlice<UInt8>) {
        var rest = line
        isNegated = rest.first == UInt8(ascii: "!")
        if isNegated { rest.removeFirst() }
        isForFolders = rest.last == Self.slash
        if isForFolders { rest.removeLast() }
        isForPaths = rest.contains(Self.slash)
        if rest.first == Self.slash { rest.removeFirst() }
        guard !rest.isEmpty, let wildcard = Wildcard(rest, isForPaths: isForPaths) else { return nil }
        shape = Self.shape(wildcard)
    }

    private static let slash = UInt8(ascii: "/")

    private static func shape(_ wildcard: Wildcard) -> Shape {
        if let bytes = bytes(wildcard.pieces[...]) { return .same(bytes) }
        if wildcard.pieces.first == .some, let bytes = bytes(wildcard.pieces.dropFirst()), !bytes.contains(slash) {
            return .ending(bytes)
        }
        return .wildcard(wildcard)
    }

    private static func bytes(_ pieces: ArraySlice<Wildcard.Piece>) -> [UInt8]? {
        var bytes: [UInt8] = []
        for piece in pieces {
            guard case .byte(let byte) = piece else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// - Parameter path: from the file's folder on; of one that is not for paths, the name.
    package func matches(_ path: [UInt8], isFolder: Bool) -> Bool {
        guard isFolder || !isForFolders else { return false }
        switch shape {
        case .same(let bytes): return bytes == path
        case .ending(let bytes):
            return path.count >= bytes.count && path.suffix(bytes.count).elementsEqual(bytes)
                && (!isForPaths || !path.contains(Self.slash))
        case .wildcard(let wildcard): return wildcard.matches(path)
        }
    }
}
