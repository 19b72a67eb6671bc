import Foundation
import PannierCore
import PannierHTTP
import PannierTransfer

// What stands outside of any account: this machine's folders, and servers that nobody is signed in to.
extension Engine {
    func listLocal(_ listing: LocalListing, start: Int, limit: Int) async throws(Problem) -> LocalPage {
        let listings = localListings
        return try await BlockingThread.run { () throws(Problem) in
            try listings.page(listing, start: start, limit: limit)
        }
    }

    /// Whether a File Service answers at what a person typed. The second of two questions is timed: the first one opens the
    /// connection.
    func probe(_ server: String) async throws(Problem) -> ServerProbe {
        let address = try ServerAddress(parsing: server)
        let latency = try await Self.timed(Self.probeTime, at: address) { [http] () throws(Problem) in
            try await Self.askHealth(of: address, http)
            let begun = ContinuousClock.now
            try await Self.askHealth(of: address, http)
            return begun.milliseconds
        }
        return ServerProbe(
            address: address.text, latencyMilliseconds: latency, isEncrypted: address.isSecure)
    }

    /// Somebody is typing.
    private static let probeTime = Duration.seconds(5)

    private static func askHealth(of address: ServerAddress, _ http: HTTPClient) async throws(Problem) {
        let request = HTTPRequest(.get, address.text + "/v1/health", answerLimit: 1 << 16)
        let response: HTTPResponse
        do throws(HTTPFailure) {
            response = try await http.send(request)
        } catch {
            throw Problem(error, server: address.host)
        }
        guard response.isSuccess else { throw withHint(Problem(response, server: address.host), at: address) }
        guard isHealth(response.body) else { throw .noServer(at: address) }
    }

    private static func isHealth(_ body: [UInt8]) -> Bool {
        (try? WireJSON.decode(ServiceHealth.self, from: Data(body))) == .ready
    }

    private static func timed<Value: Sendable>(
        _ limit: Duration, at address: ServerAddress, _ body: @escaping @Sendable () async throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let result = await withTaskGroup(of: Result<Value, Problem>?.self) { group in
            group.addTask {
                do throws(Problem) { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let result else {
            throw Problem(
                .serverUnreachable, "The server \(address.host) does not answer.",
                detail: "Check the address and its port.")
        }
        return try result.get()
    }
}
