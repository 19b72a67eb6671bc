extension NodeName {
    /// The name with a word of ours in brackets: `film (restored).mov`. A long name gives way to it; where that is not enough,
    /// its extension does, and then the beginning of the word. So words that end otherwise always make other names.
    /// - Parameters:
    ///   - mark: short, and a name by itself.
    ///   - isFile: what follows the last dot stays at the end, where it looks like an extension.
    package func marked(_ mark: String, isFile: Bool) -> NodeName {
        let text = text
        var ending = isFile ? Self.ending(of: text) : ""
        if Self.suffix(mark, ending).utf8.count > Limits.nameBytes { ending = "" }
        var mark = mark[...]
        while Self.suffix(mark, ending).utf8.count > Limits.nameBytes, !mark.isEmpty { mark.removeFirst() }
        let suffix = Self.suffix(mark, ending)
        var stem = text.dropLast(ending.count)
        while stem.utf8.count + suffix.utf8.count > Limits.nameBytes, !stem.isEmpty { stem.removeLast() }
        // Cannot fail: parts of names, and at most 255 bytes.
        return (try? NodeName(stem + suffix)) ?? self
    }

    private static func suffix(_ mark: some StringProtocol, _ ending: some StringProtocol) -> String {
        " (\(mark))\(ending)"
    }

    private static func ending(of text: String) -> Substring {
        guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return "" }
        let ending = text[dot...]
        let letters = ending.dropFirst()
        let isEnding = (1...12).contains(letters.count) && letters.allSatisfy { $0.isLetter || $0.isNumber }
        return isEnding ? ending : ""
    }
}
