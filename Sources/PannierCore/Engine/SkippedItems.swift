/// What a transfer leaves out, by kind: no failures, but said.
package struct SkippedItems: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, CodingKeyRepresentable, Sendable, CaseIterable {
        case link, pipe, socket, device
        /// The unfinished part of a download.
        case part
    }

    private var counts: [Kind: Int64] = [:]

    package init() {}

    package subscript(kind: Kind) -> Int64 {
        get { counts[kind] ?? 0 }
        set { counts[kind] = newValue == 0 ? nil : newValue }
    }

    package var total: Int64 { counts.values.reduce(0, +) }

    /// `2 links, 1 pipe`; empty for nothing.
    package var words: String {
        Kind.allCases.filter { self[$0] > 0 }.map { kind in
            let name = kind == .part ? "unfinished download" : kind.rawValue
            return "\(Format.count(self[kind])) \(name)\(self[kind] == 1 ? "" : "s")"
        }.joined(separator: ", ")
    }
}
