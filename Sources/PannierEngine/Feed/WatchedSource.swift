package import PannierCore
import PannierHTTP
package import PannierTransfer

/// The File Service as the feed asks it, with an eye on the time: that nothing comes back is known long before the network
/// gives up.
package struct WatchedSource: FeedSource {
    private let service: ServiceClient
    private let silent: @Sendable () async -> Void

    /// How long a request may go without a byte of its answer before somebody is told.
    package static let patience = Duration.seconds(4)

    /// - Parameter silent: is told, once for each request, that the server has not answered so far.
    package init(_ service: ServiceClient, silent: @escaping @Sendable () async -> Void) {
        self.service = service
        self.silent = silent
    }

    package func page(after cursor: String?) async throws(Problem) -> ChangePage {
        try await watched { service throws(Problem) in try await service.page(after: cursor) }
    }

    package func list(_ request: ListNodes.Request) async throws(Problem) -> ListNodes.Response {
        try await watched { service throws(Problem) in try await service.list(request) }
    }

    private func watched<Answer: Sendable>(
        _ ask: @escaping @Sendable (ServiceClient) async throws(Problem) -> Answer
    ) async throws(Problem) -> Answer {
        let meter = TransferMeter()
        let service = service.metered(by: meter)
        let result = await withTaskGroup(of: Result<Answer, Problem>?.self) { group in
            group.addTask {
                do throws(Problem) {
                    return .success(try await ask(service))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                guard (try? await Task.sleep(for: Self.patience)) != nil else { return nil }
                if meter.received == 0 { await silent() }
                return nil
            }
            defer { group.cancelAll() }
            while let result = await group.next() {
                if let result { return result }
            }
            return .failure(Problem(.cancelled, "Cancelled."))
        }
        return try result.get()
    }
}
