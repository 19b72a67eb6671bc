import PannierCore
import PannierSync
import PannierTransfer

extension ServiceClient {
    /// Sends what the synced folder wants done there. One try: what comes of it shows in the feed, and another plan is made.
    func perform(_ request: ThereRequest) async throws(Problem) -> [ItemResult<Node>] {
        let items: [ItemResult<Node>]
        switch request.body {
        case .create(let request):
            items = try await createNodes(request).items.map { result in
                switch result {
                case .done(let created): created.folder.map { .done($0) } ?? .problem(.otherAnswer)
                case .problem(let problem): .problem(problem)
                }
            }
        case .move(let request): items = try await moveNodes(request).items
        case .trash(let request): items = try await trashNodes(request).items
        case .restore(let request): items = try await restoreNodes(request).items
        }
        guard items.count == request.steps.count else { throw .otherAnswer }
        return items
    }
}
