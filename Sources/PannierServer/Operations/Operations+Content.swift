package import PannierCore

extension Operations {
    /// A read. Pages of manifests with a key for each chunk, and where to fetch the packs. Items are answered in order
    /// until 4,096 chunks are told; what is not reached is left out.
    package static func content(_ request: GetContent.Request, in context: OperationContext) throws
        -> GetContent.Response
    {
        try check(request.items.count, "files", atMost: Limits.batchItems)
        // Each costs as much as the manifest is long up to there.
        try check(request.items.count { $0.at != nil }, "places in files", atMost: 1)
        var reading = ContentReading(Authorization(context))
        var items: [ItemResult<GetContent.Page>] = []
        answering: for item in request.items {
            do {
                guard let page = try reading.page(item) else { break answering }
                items.append(.done(page))
            } catch let problem as Problem {
                items.append(.problem(problem))
            }
        }
        return GetContent.Response(items: items, packs: reading.locations)
    }
}
