import PannierCore
import PannierMirror

// Pages of rows, from what is known: a screen asks often, and is told when something changes.
extension Engine {
    func list(_ listing: Listing, after: RowKey?, limit: Int) async throws(Problem) -> RowPage {
        let rows = try await rows(of: listing)
        let start = ranks.rank(of: after, in: listing).map { $0 + 1 }
        let total = ranks.total(of: listing)
        let before = changes
        let page = try await mirror.page(
            of: rows, after: after, start: start, total: total, limit: Self.bounded(limit))
        if before == changes { ranks.learn(page, of: listing) }
        return page
    }

    func list(_ listing: Listing, before: RowKey?, limit: Int) async throws(Problem) -> RowPage {
        let rows = try await rows(of: listing)
        let end = ranks.rank(of: before, in: listing)
        let total = ranks.total(of: listing)
        let number = changes
        let page = try await mirror.page(of: rows, before: before, end: end, total: total, limit: Self.bounded(limit))
        if number == changes { ranks.learn(page, of: listing) }
        return page
    }

    func find(
        _ text: String, in listing: Listing, from key: RowKey?, isBackwards: Bool
    ) async throws(Problem) -> FoundRow? {
        let rows = try await rows(of: listing)
        let before = changes
        let found = try await mirror.read { try rows.find(text, from: key, isBackwards: isBackwards, in: $0) }
        if let found, before == changes { ranks.learn(found, of: listing) }
        return found
    }

    private static func bounded(_ limit: Int) -> Int { min(max(limit, 1), Limits.pageRows) }

    private func rows(of listing: Listing) async throws(Problem) -> ListingRows {
        ListingRows(of: try await source(of: listing.source), order: listing.order, filter: listing.filter)
    }

    private func source(of listing: Listing.Source) async throws(Problem) -> RowSource {
        if session == nil { _ = try signedIn() }
        let path: RemotePath
        switch listing {
        case .folder(.sharedWithMe): return .sharedWithMe
        case .trash: return .trash(try await place(at: .myFiles))
        case .folder(let folder): path = folder
        }
        if let place = try await known(path), place.node.kind == .folder { return .folder(place) }
        return .folder(try await folder(at: path))
    }
}
