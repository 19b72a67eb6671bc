import Hummingbird
import NIOCore
import PannierCore

/// Bounds of the HTTP side.
package enum GatewayLimits {
    package static let requestBody = Limits.requestBody
    /// Longest time in which a body must have come.
    static let bodyTime: Duration = .seconds(120)
    static let headerField = 16 << 10
    static let headerList = 64 << 10
    static let headerCount = 100
    /// Open connections; further ones wait in the kernel's queue.
    static let connections = 1_024
    /// Longest text a client gives for a device, an e-mail address or a password, in bytes.
    static let signInText = 1_024

    /// The whole body of a request, within these bounds.
    /// - Throws: `NIOTooManyBytesError`, or ``Problem`` for one that drips in.
    static func collect(_ body: RequestBody) async throws -> ByteBuffer {
        let deadline = ContinuousClock.now + bodyTime
        var collected = ByteBuffer()
        for try await var piece in body {
            guard collected.readableBytes + piece.readableBytes <= requestBody else {
                throw NIOTooManyBytesError(maxBytes: requestBody)
            }
            guard ContinuousClock.now < deadline else {
                throw Problem(
                    .badRequest, "The request's body took too long.", detail: "Nothing was done.", status: 408)
            }
            collected.writeBuffer(&piece)
        }
        return collected
    }
}
