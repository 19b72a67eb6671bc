import Foundation
package import PannierCore

/// Where a store is reached: what its URLs begin with.
package struct StoreEndpoint: Sendable, Hashable {
    /// `http` or `https`.
    package let scheme: String
    /// As it stands in the Host header: without the scheme's own port.
    package let host: String
    /// Begins with a slash and does not end with one; the bucket in S3's words.
    package let path: String

    package init(scheme: String, host: String, path: String) {
        self.scheme = scheme
        self.host = host
        self.path = path
    }

    /// The path under which the directory store answers on the server's own port.
    package static let directoryPath = "/store"
}

/// Presigns requests to a store.
package struct SigV4Signer: Sendable {
    package let endpoint: StoreEndpoint
    package let access: ServerKeys.StoreAccess
    package let region: String

    /// The region in which the directory store claims to be.
    package static let directoryRegion = "local"

    package init(
        endpoint: StoreEndpoint, access: ServerKeys.StoreAccess, region: String = SigV4Signer.directoryRegion
    ) {
        self.endpoint = endpoint
        self.access = access
        self.region = region
    }

    /// - Parameters:
    ///   - path: not encoded, below the endpoint's.
    ///   - headers: are signed and must be sent as they stand; `host` is added. Names in lower case.
    ///   - lifetime: in seconds.
    package func presign(
        _ method: String, _ path: String, headers: [String: String] = [:], lifetime: Int, now: Milliseconds
    ) -> SignedRequest {
        let seconds = now / 1_000
        let date = SigV4Date.text(of: seconds)
        let scope = SigV4.Scope(day: String(date.prefix(8)), region: region, service: "s3")
        var request = SigV4.Request(
            method: method, path: Array((endpoint.path + path).utf8), query: [],
            headers: headers.map { ($0.key, $0.value) } + [("host", endpoint.host)])
        request.query = [
            ("X-Amz-Algorithm", SigV4.algorithm),
            ("X-Amz-Credential", "\(access.id)/\(scope.description)"),
            ("X-Amz-Date", date),
            ("X-Amz-Expires", String(lifetime)),
            ("X-Amz-SignedHeaders", request.signedHeaders),
        ]
        let signature = SigV4.signature(of: request, date: date, scope: scope, secret: access.secret)
        let query = (request.query + [("X-Amz-Signature", signature)])
            .map { "\(URIText.encode($0.name))=\(URIText.encode($0.value))" }
        return SignedRequest(
            url: "\(endpoint.scheme)://\(endpoint.host)\(URIText.encode(path: request.path))?"
                + query.joined(separator: "&"),
            headers: headers, expiresAt: (seconds + Int64(lifetime)) * 1_000)
    }
}

extension SigV4Signer: BlobSigner {
    /// Headers that every presigned PUT must have signed.
    static let putHeaders: Set<String> = ["host", "content-length", "x-amz-checksum-sha256", "if-none-match"]

    package func put(
        namespace: NamespaceID, pack: PackID, length: Int, sha256: Fingerprint, now: Milliseconds
    ) -> SignedRequest {
        presign(
            "PUT", "/\(BlobName(namespace: namespace, pack: pack))",
            headers: [
                "content-length": String(length),
                "x-amz-checksum-sha256": Data(sha256.bytes).base64EncodedString(),
                "if-none-match": "*",
            ],
            lifetime: Limits.putSeconds, now: now)
    }

    package func get(namespace: NamespaceID, pack: PackID, now: Milliseconds) -> SignedRequest {
        presign("GET", "/\(BlobName(namespace: namespace, pack: pack))", lifetime: Limits.getSeconds, now: now)
    }
}
