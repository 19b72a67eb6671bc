package import PannierCore

/// Remembers where in a folder the edges of given pages stand, so that paging on through a large folder counts nothing.
/// A value; bounded.
package struct RankMemory: Sendable {
    private var ranks: [RowKey: Int] = [:]
    private var path: RemotePath?

    /// Edges of one folder that are kept; a screen goes back and forth in one folder.
    private static let edges = 512

    package init() {}

    /// Rows before `key`, itself not counted; nil where that must be counted.
    package func rank(of key: RowKey?, in path: RemotePath) -> Int? {
        guard let key, path == self.path else { return nil }
        return ranks[key]
    }

    package mutating func learn(_ page: RowPage, of path: RemotePath) {
        if path != self.path || ranks.count > Self.edges { ranks = [:] }
        self.path = path
        guard let first = page.rows.first, let last = page.rows.last else { return }
        ranks[first.key] = page.start
        ranks[last.key] = page.start + page.rows.count - 1
    }

    /// Something changed: nothing known is certain.
    package mutating func forget() { self = RankMemory() }
}
