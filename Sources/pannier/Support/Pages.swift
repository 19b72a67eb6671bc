import PannierCore

extension EngineLink {
    /// All rows of a listing, page by page.
    func eachPage(of listing: Listing, _ body: ([Row]) throws -> Void) async throws {
        var key: RowKey?
        repeat {
            guard case .rows(let page) = try await send(.list(listing, after: key, limit: Limits.pageRows))
            else { throw Problem.otherVersion }
            try body(page.rows)
            key = page.next
        } while key != nil
    }
}
