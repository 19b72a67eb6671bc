import PannierChunks
package import PannierCore

/// A request as it came over the wire.
package struct PresentedRequest: Sendable {
    package let method: String
    /// Path and query, as sent.
    package let target: String
    /// Names in lower case, `host` included.
    package let headers: [(name: String, value: String)]

    package init(method: String, target: String, headers: [(name: String, value: String)]) {
        self.method = method
        self.target = target
        self.headers = headers
    }

    /// Nil when there is none, or more than one.
    package func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }
        return values.count == 1 ? values[0].value : nil
    }

    var path: Substring { target.prefix { $0 != "?" } }
    var query: Substring { target.dropFirst(path.count).dropFirst() }
}

/// Checks presigned requests against the store's access key.
package struct SigV4Verifier: Sendable {
    package let access: ServerKeys.StoreAccess
    package let region: String

    /// How far a signer's clock may be ahead of ours, in seconds; as S3 has it.
    static let clockSkew: Int64 = 900
    /// The longest life a signature may ask for, in seconds; as S3 has it.
    static let longestLife: Int64 = 604_800

    package init(access: ServerKeys.StoreAccess, region: String = SigV4Signer.directoryRegion) {
        self.access = access
        self.region = region
    }

    /// - Parameters:
    ///   - required: headers that must be part of the signature, in lower case.
    /// - Throws: ``StoreError`` in the words of S3; returns when the request is what was signed, and in time.
    package func verify(
        _ request: PresentedRequest, required: Set<String>, now: Milliseconds
    ) throws(StoreError) {
        guard let query = URIText.query(request.query), let path = URIText.decode(request.path.utf8) else {
            throw .invalidRequest("The URL is not spelled correctly.")
        }
        let claim = try Claim(query)
        guard claim.access == access.id, claim.scope.region == region, claim.scope.service == "s3" else {
            throw StoreError(403, "InvalidAccessKeyId", "The access key or its scope is not known here.")
        }
        let names = Set(claim.signedHeaders.split(separator: ";", omittingEmptySubsequences: false).map(String.init))
        for name in required.sorted() where !names.contains(name) {
            throw .accessDenied("The header \(name) must be part of the signature.")
        }
        for header in request.headers where header.name.hasPrefix("x-amz-") && !names.contains(header.name) {
            throw .accessDenied("The header \(header.name) was sent but not signed.")
        }
        let signed = SigV4.Request(
            method: request.method, path: path, query: query.filter { $0.name != Claim.signatureName },
            headers: request.headers.filter { names.contains($0.name) })
        let expected = SigV4.signature(of: signed, date: claim.date, scope: claim.scope, secret: access.secret)
        // A signed header that was left out is missing on our side too, and changes the list of names.
        guard ConstantTime.equal(Array(expected.utf8), Array(claim.signature.utf8)) else {
            throw .signatureDoesNotMatch
        }
        try checkTime(claim, now: now / 1_000)
    }

    private func checkTime(_ claim: Claim, now: Int64) throws(StoreError) {
        guard claim.seconds <= now + Self.clockSkew else {
            throw StoreError(403, "RequestTimeTooSkewed", "The signature is dated in the future.")
        }
        guard now < claim.seconds + claim.lifetime else {
            throw .accessDenied("Request has expired. Ask the service for a new URL.")
        }
    }
}

/// What the query says about its signature.
private struct Claim {
    static let signatureName = "X-Amz-Signature"

    let access: String
    let scope: SigV4.Scope
    let date: String
    let seconds: Int64
    let lifetime: Int64
    let signedHeaders: String
    let signature: String

    init(_ query: [(name: String, value: String)]) throws(StoreError) {
        func only(_ name: String) throws(StoreError) -> String {
            let values = query.filter { $0.name == name }
            guard !values.isEmpty else {
                throw StoreError.accessDenied("The request is not signed (\(name) is missing).")
            }
            guard values.count == 1 else { throw StoreError.badQuery("\(name) was given more than once.") }
            return values[0].value
        }
        guard try only("X-Amz-Algorithm") == SigV4.algorithm else {
            throw .badQuery("Only \(SigV4.algorithm) is known here.")
        }
        let credential = try only("X-Amz-Credential").split(separator: "/", omittingEmptySubsequences: false)
        guard credential.count == 5, credential[4] == "aws4_request" else {
            throw .badQuery("X-Amz-Credential is not spelled correctly.")
        }
        date = try only("X-Amz-Date")
        guard let seconds = SigV4Date.seconds(of: date), date.hasPrefix(credential[1]), credential[1].utf8.count == 8
        else { throw .badQuery("X-Amz-Date is not spelled correctly, or of another day than the credential.") }
        guard let lifetime = Int64(try only("X-Amz-Expires")), (1...SigV4Verifier.longestLife).contains(lifetime) else {
            throw .badQuery("X-Amz-Expires must be between 1 and \(SigV4Verifier.longestLife) seconds.")
        }
        access = String(credential[0])
        scope = SigV4.Scope(
            day: String(credential[1]), region: String(credential[2]), service: String(credential[3]))
        self.seconds = seconds
        self.lifetime = lifetime
        signedHeaders = try only("X-Amz-SignedHeaders")
        signature = try only(Self.signatureName)
    }
}
