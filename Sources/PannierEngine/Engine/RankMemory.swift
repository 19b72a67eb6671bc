package import PannierCore

/// Remembers where in a listing the edges of given pages stand, and how many rows there are, so that paging on through a
/// large one counts nothing. A value; bounded.
package struct RankMemory: Sendable {
    private struct Known {
        let listing: Listing
        var ranks: [RowKey: Int] = [:]
        var total: Int?
    }

    /// The one that was learned of last comes first.
    private var all: [Known] = []

    /// Listings that are kept: two panes, and what is looked at beside them.
    package static let listings = 4
    /// Edges of one listing that are kept; a screen goes back and forth in one.
    private static let edges = 512

    package init() {}

    /// Rows before `key`, itself not counted; nil where that must be counted.
    package func rank(of key: RowKey?, in listing: Listing) -> Int? {
        guard let key else { return nil }
        return all.first { $0.listing == listing }?.ranks[key]
    }

    /// Rows of the listing; nil where they must be counted.
    package func total(of listing: Listing) -> Int? { all.first { $0.listing == listing }?.total }

    package mutating func learn(_ page: RowPage, of listing: Listing) {
        change(listing) { known in
            known.total = page.total
            guard let first = page.rows.first, let last = page.rows.last else { return }
            known.ranks[first.key(in: listing.order)] = page.start
            known.ranks[last.key(in: listing.order)] = page.start + page.rows.count - 1
        }
    }

    package mutating func learn(_ found: FoundRow, of listing: Listing) {
        change(listing) { $0.ranks[found.row.key(in: listing.order)] = found.index }
    }

    private mutating func change(_ listing: Listing, _ body: (inout Known) -> Void) {
        let place = all.firstIndex { $0.listing == listing }
        var known = place.map { all.remove(at: $0) } ?? Known(listing: listing)
        if known.ranks.count > Self.edges { known.ranks = [:] }
        body(&known)
        all.insert(known, at: 0)
        if all.count > Self.listings { all.removeLast() }
    }

    /// Something changed: nothing known is certain.
    package mutating func forget() { all = [] }
}
