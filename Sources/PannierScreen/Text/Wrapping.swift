package import PannierCore

/// A text in lines of a number of columns: broken at blanks, and inside a word only where the word is longer than a line.
package struct Wrapping {
    package private(set) var lines: [[Cluster]] = []

    private let width: Int

    package init(of text: SafeText, to width: Int) {
        self.width = width
        guard width > 1 else { return }
        var line: [Cluster] = []
        var columns = 0
        for word in Clusters(of: text).split(separator: Self.blank, omittingEmptySubsequences: true) {
            var word = Array(word)
            if columns > 0, columns + 1 + Self.columns(word) > width {
                lines.append(line)
                (line, columns) = ([], 0)
            }
            if columns > 0 { line.append(Self.blank) }
            while Self.columns(line) + Self.columns(word) > width {
                var room = width - Self.columns(line)
                let count = word.prefix { cluster in
                    room -= cluster.width
                    return room >= 0
                }.count
                lines.append(line + word.prefix(count))
                word.removeFirst(count)
                line = []
            }
            line += word
            columns = Self.columns(line)
        }
        if !line.isEmpty { lines.append(line) }
    }

    /// The first lines; the last of them takes up what is left over, and is shortened.
    package func lines(atMost count: Int, ellipsis: SafeText) -> [[Cluster]] {
        guard lines.count > count, count > 0 else { return Array(lines.prefix(count)) }
        let rest = Array(lines[(count - 1)...].joined(separator: [Self.blank]))
        let last = Shortening(rest, to: width, cut: .end, sign: Array(Clusters(of: ellipsis))).clusters
        return lines.prefix(count - 1) + [last]
    }

    private static let blank = Cluster(text: " ", width: 1, isEscape: false, continuesEscape: false)
    private static func columns(_ clusters: [Cluster]) -> Int { clusters.reduce(0) { $0 + $1.width } }
}
