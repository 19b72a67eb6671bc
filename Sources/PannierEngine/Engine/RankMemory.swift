package import PannierCore

/// Remembers where in a folder the edges of given pages stand, so that paging on through a large folder counts nothing.
/// A value; bounded.
package struct RankMemory: Sendable {
    private var ranks: [RowKey: Int] = [:]
    private var listing: Listing?

    /// Edges of one folder that are kept; a screen goes back and forth in one folder.
    private static let edges = 512

    package init() {}

    /// Rows before `key`, itself not counted; nil where that must be counted.
    package func rank(of key: RowKey?, in listing: Listing) -> Int? {
        guard let key, listing == self.listing else { return nil }
        return ranks[key]
    }

    package mutating func learn(_ page: RowPage, of listing: Listing) {
        if listing != self.listing || ranks.count > Self.edges { ranks = [:] }
        self.listing = listing
        guard let first = page.rows.first, let last = page.rows.last else { return }
        ranks[first.key(in: listing.order)] = page.start
        ranks[last.key(in: listing.order)] = page.start + page.rows.count - 1
    }

    /// Something changed: nothing known is certain.
    package mutating func forget() { self = RankMemory() }
}
