internal import CCurl
import Synchronization

/// Sends requests over kept connections. One client for a process is enough; it ends its thread when it goes.
package final class HTTPClient: Sendable {
    private let loop: HTTPLoop
    private let numbers = Atomic<UInt64>(0)

    /// Made once, before any thread uses libcurl.
    private static let prepared: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    package init(settings: HTTPSettings = HTTPSettings()) {
        precondition(Self.prepared, "libcurl cannot be used on this machine")
        loop = HTTPLoop(settings: settings)
        loop.start()
    }

    deinit { loop.stop() }

    /// Sends one request and waits for the whole answer. Never sends it again, except when a kept connection turns out
    /// to be dead before a byte of the answer came.
    ///
    /// Cancelling the task closes the connection at once and throws ``HTTPFailure/Code/cancelled``.
    /// - Parameters:
    ///   - meter: is added every byte of the bodies, as it passes.
    ///   - position: is told how far the body is that is sent or, where there is none, the answer's.
    ///   - limit: bounds the body that is sent or, where there is none, the answer.
    package func send(
        _ request: HTTPRequest, meter: TransferMeter? = nil, position: BodyPosition? = nil, limit: SpeedLimit? = nil
    ) async throws(HTTPFailure) -> HTTPResponse {
        let number = numbers.add(1, ordering: .relaxed).newValue
        let loop = loop
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.add(
                    .init(
                        number: number, request: request, meter: meter, position: position, limit: limit,
                        continuation: continuation))
                // A cancellation from before the job was there has found nothing to cancel.
                if Task.isCancelled { loop.cancel(number) }
            }
        } onCancel: {
            loop.cancel(number)
        }
        return try result.get()
    }
}
