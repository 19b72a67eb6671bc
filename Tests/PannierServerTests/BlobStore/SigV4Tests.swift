import Foundation
import PannierCore
import PannierServer
import SeededRandom
import Testing

@Suite struct SigV4Tests {
    /// Access key and example of Amazon's S3 API reference, “Authenticating requests: using query parameters”.
    private static let access = ServerKeys.StoreAccess(
        id: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    private static let endpoint = StoreEndpoint(scheme: "https", host: "examplebucket.s3.amazonaws.com", path: "")
    /// 2013-05-24, midnight UTC.
    private static let then: Milliseconds = 1_369_353_600_000
    private static let published = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"

    @Test func amazonsPresignedGet() {
        let signer = SigV4Signer(endpoint: Self.endpoint, access: Self.access, region: "us-east-1")
        let signed = signer.presign("GET", "/test.txt", lifetime: 86_400, now: Self.then)
        #expect(
            signed.url == "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=\(Self.published)")
        #expect(signed.headers == [:])
        #expect(signed.expiresAt == Self.then + 86_400_000)
    }

    @Test func theVerifierTakesAmazonsUrl() throws {
        let signer = SigV4Signer(endpoint: Self.endpoint, access: Self.access, region: "us-east-1")
        let request = try presented(signer.presign("GET", "/test.txt", lifetime: 86_400, now: Self.then), "GET")
        let verifier = SigV4Verifier(access: Self.access, region: "us-east-1")
        try verifier.verify(request, required: ["host"], now: Self.then + 86_399_000)
        #expect(
            code { try verifier.verify(request, required: ["host"], now: Self.then + 86_400_000) } == "AccessDenied")
        #expect(
            code { try verifier.verify(request, required: ["host"], now: Self.then - 901_000) }
                == "RequestTimeTooSkewed")
        #expect(throws: Never.self) { try verifier.verify(request, required: ["host"], now: Self.then - 900_000) }
    }

    /// Every single-character change of a signed request is refused.
    @Test func nothingOfARequestCanBeChanged() throws {
        let seed = ProcessInfo.processInfo.environment["PANNIER_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let signer = SigV4Signer(endpoint: Self.endpoint, access: Self.access)
        let verifier = SigV4Verifier(access: Self.access)
        for _ in 0..<20 {
            let signed = signer.put(
                namespace: .random(), pack: .random(), length: Int.random(in: 1...999_999, using: &random),
                sha256: Fingerprint(1, 2, 3, .random(in: 0 ... .max, using: &random)), now: Self.then)
            let good = try presented(signed, "PUT")
            try verifier.verify(good, required: SigV4Tests.putHeaders, now: Self.then + 1)
            for _ in 0..<50 {
                let bad = altered(good, &random)
                guard let bad else { continue }
                #expect(
                    throws: StoreError.self, "\(bad.method) \(bad.target) \(bad.headers)"
                ) { try verifier.verify(bad, required: SigV4Tests.putHeaders, now: Self.then + 1) }
            }
            for name in SigV4Tests.putHeaders {
                let bad = PresentedRequest(
                    method: "PUT", target: good.target, headers: good.headers.filter { $0.name != name })
                let refusal = code {
                    try verifier.verify(bad, required: SigV4Tests.putHeaders, now: Self.then + 1)
                }
                #expect(refusal == "SignatureDoesNotMatch")
            }
        }
    }

    private static let putHeaders: Set<String> = ["host", "content-length", "x-amz-checksum-sha256", "if-none-match"]

    /// Nil when the change has no meaning: other case of hexadecimal digits in an escape, a space at a value's end.
    private func altered(_ good: PresentedRequest, _ random: inout SeededGenerator) -> PresentedRequest? {
        var headers = good.headers
        switch Int.random(in: 0..<3, using: &random) {
        case 0: return PresentedRequest(method: "GET", target: good.target, headers: headers)
        case 1:
            var target = Array(good.target.utf8)
            let index = Int.random(in: 1..<target.count, using: &random)
            target[index] = UInt8(ascii: target[index] == UInt8(ascii: "b") ? "c" : "b")
            let text = String(decoding: target, as: UTF8.self)
            return text.lowercased() == good.target.lowercased()
                ? nil : PresentedRequest(method: good.method, target: text, headers: headers)
        default:
            let index = Int.random(in: 0..<headers.count, using: &random)
            headers[index].value += "0"
            return PresentedRequest(method: good.method, target: good.target, headers: headers)
        }
    }

    @Test func headersThatMustBeSignedAreAskedFor() throws {
        let signer = SigV4Signer(endpoint: Self.endpoint, access: Self.access)
        let verifier = SigV4Verifier(access: Self.access)
        let plain = try presented(signer.presign("PUT", "/x", lifetime: 900, now: Self.then), "PUT")
        let refusal = code { try verifier.verify(plain, required: Self.putHeaders, now: Self.then) }
        #expect(refusal == "AccessDenied")
        let extra = PresentedRequest(
            method: "PUT", target: plain.target, headers: plain.headers + [("x-amz-acl", "public-read")])
        #expect(code { try verifier.verify(extra, required: ["host"], now: Self.then) } == "AccessDenied")
        try verifier.verify(plain, required: ["host"], now: Self.then)
    }

    @Test func malformedSignaturesAreRefusedInS3sWords() throws {
        let signer = SigV4Signer(endpoint: Self.endpoint, access: Self.access)
        let verifier = SigV4Verifier(access: Self.access)
        let good = try presented(signer.presign("GET", "/x", lifetime: 900, now: Self.then), "GET")
        func refusal(_ old: String, _ new: String) -> String? {
            let target = good.target.replacingOccurrences(of: old, with: new)
            let bad = PresentedRequest(method: "GET", target: target, headers: good.headers)
            return code { try verifier.verify(bad, required: ["host"], now: Self.then) }
        }
        #expect(refusal("X-Amz-Signature=", "Y=") == "AccessDenied")
        #expect(refusal("X-Amz-Expires=900", "X-Amz-Expires=604801") == "AuthorizationQueryParametersError")
        #expect(refusal("X-Amz-Expires=900", "X-Amz-Expires=0") == "AuthorizationQueryParametersError")
        #expect(
            refusal("X-Amz-Expires=900", "X-Amz-Expires=900&X-Amz-Expires=900") == "AuthorizationQueryParametersError")
        #expect(refusal("AWS4-HMAC", "AWS5-HMAC") == "AuthorizationQueryParametersError")
        #expect(refusal("T000000Z", "T000060Z") == "AuthorizationQueryParametersError")
        #expect(refusal("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLF") == "InvalidAccessKeyId")
        #expect(refusal("local%2Fs3", "elsewhere%2Fs3") == "InvalidAccessKeyId")
        #expect(refusal("/x?", "/%zz?") == "InvalidRequest")
        #expect(
            code {
                let bare = PresentedRequest(method: "GET", target: "/x", headers: good.headers)
                try verifier.verify(bare, required: ["host"], now: Self.then)
            } == "AccessDenied")
    }

    @Test func datesHaveOneSpelling() {
        #expect(SigV4Date.text(of: 0) == "19700101T000000Z")
        #expect(SigV4Date.text(of: 951_827_696) == "20000229T123456Z")
        #expect(SigV4Date.seconds(of: "20000229T123456Z") == 951_827_696)
        for wrong in ["", "20000230T123456Z", "2000-229T123456Z", "20000229t123456Z", "20000229T126056Z", "x"] {
            #expect(SigV4Date.seconds(of: wrong) == nil, "\(wrong)")
        }
    }

    @Test func pathsAreEncodedAsS3Does() {
        #expect(URIText.encode(path: Array("/a b/ü~-_.*+".utf8)) == "/a%20b/%C3%BC~-_.%2A%2B")
        #expect(URIText.encode("a/b") == "a%2Fb")
        #expect(URIText.decode("%2f%C3%BC+".utf8) == Array("/ü+".utf8))
        for wrong in ["%", "%2", "%g0", "%0g"] { #expect(URIText.decode(wrong.utf8) == nil) }
    }

    private func presented(_ signed: SignedRequest, _ method: String) throws -> PresentedRequest {
        let parts = signed.url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return PresentedRequest(
            method: method, target: "/\(parts[3])",
            headers: [("host", String(parts[2]))] + signed.headers.map { ($0.key, $0.value) })
    }

    private func code(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? StoreError)?.code ?? "\(error)"
        }
    }
}
