import Foundation
import HummingbirdCore
import NIOCore
import PannierChunks
import PannierCore

extension Call {
    /// - Throws: `DecodingError`, which is told as a bad request.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try WireJSON.decode(type, from: Data(body.readableBytesView))
    }

    /// What an idempotency key is bound to: SHA-256 of path and body.
    var digest: [UInt8] {
        var digest = SHA256Digest()
        var path = Array(request.uri.path.utf8)
        path.append(0)
        path.withUnsafeBytes { digest.update($0) }
        body.withUnsafeReadableBytes { digest.update($0) }
        return digest.finish().bytes
    }
}
