/// What a `.pannierignore` says: the syntax of gitignore(5).
package struct IgnoreFile: Hashable, Sendable {
    package static let name = Array(".pannierignore".utf8)

    package let patterns: [IgnorePattern]
    /// One of them at least asks for more than the name.
    let hasPaths: Bool

    package init(_ bytes: [UInt8]) {
        let lines = Self.withoutMark(bytes).split(separator: UInt8(ascii: "\n"))
        patterns = lines.compactMap { Self.pattern($0) }
        hasPaths = patterns.contains { $0.isForPaths }
    }

    /// Without the byte order mark that some editors put before text.
    private static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    }

    private static func pattern(_ line: ArraySlice<UInt8>) -> IgnorePattern? {
        guard line.first != UInt8(ascii: "#") else { return nil }
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        // A name has no NUL; git reads no further.
        if let end = line.firstIndex(of: 0) { line = line[..<end] }
        return IgnorePattern(withoutBlanks(line))
    }

    /// Without the spaces at its end, but for those that a backslash stands before.
    private static func withoutBlanks(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var end = line.startIndex
        var place = line.startIndex
        while place < line.endIndex {
            let isBlank = line[place] == UInt8(ascii: " ")
            place += line[place] == UInt8(ascii: "\\") ? 2 : 1
            if !isBlank { end = place }
        }
        return line[..<min(end, line.endIndex)]
    }

    /// - Returns: whether it is ignored; nil when no line says anything about it. The last one that does decides.
    /// - Parameter below: the folder of the name, from the file's folder on.
    func verdict(_ name: [UInt8], below: TreePath, isFolder: Bool) -> Bool? {
        let path = hasPaths && !below.isEmpty ? below.appending(name) : name
        return patterns.last { $0.matches($0.isForPaths ? path : name, isFolder: isFolder) }.map { !$0.isNegated }
    }
}
