/// What a mistyped command may have meant. Values only.
struct CommandNames: Sendable {
    let all: [String]

    /// The first word of a command line that should be a command and is none; nil if there is none.
    func unknown(in arguments: [String]) -> String? {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--profile" {
                rest = rest.dropFirst()
            } else if !word.hasPrefix("-"), word != "help" {
                return all.contains(word) ? nil : word
            }
        }
        return nil
    }

    /// Commands that look like `word`: its beginning, or up to two letters amiss, the nearest first.
    func similar(to word: String) -> [String] {
        let typed = Array(word.lowercased())
        let distances = all.map { name in
            (name, name.hasPrefix(word) && !word.isEmpty ? 0 : Self.distance(typed, Array(name)))
        }
        let limit = min(2, max(1, typed.count / 2))
        return distances.filter { $0.1 <= limit }.sorted { $0.1 < $1.1 }.prefix(3).map(\.0)
    }

    /// Letters to be put in, taken out or replaced, neighbours to be swapped (optimal string alignment).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var rows = [Array(0...right.count)]
        for (i, letter) in left.enumerated() {
            var row = [i + 1]
            for (j, other) in right.enumerated() {
                var best = min(rows[i][j] + (letter == other ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
