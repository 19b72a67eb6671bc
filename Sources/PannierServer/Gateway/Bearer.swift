import PannierChunks
import PannierCore

/// A device's token: `pn1_` and 256 random bits in base64url. Only its SHA-256 is kept.
package struct BearerToken: Sendable {
    package let text: String

    private static let prefix = "pn1_"

    /// A new one, from libcrypto's generator.
    package static func make() -> BearerToken { BearerToken(text: prefix + Base64URL.text(of: RandomBytes.make(32))) }

    private init(text: String) { self.text = text }

    /// Reads an Authorization header; nil when it holds no token of this form.
    package init?(authorization: String?) {
        let parts = authorization?.split(separator: " ") ?? []
        guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].hasPrefix(Self.prefix),
            Base64URL.bytes(of: String(parts[1].dropFirst(Self.prefix.count)))?.count == 32
        else { return nil }
        text = String(parts[1])
    }

    package var hash: [UInt8] { SHA256Digest.of(Array(text.utf8)).bytes }
}

extension Problem {
    static let notSignedInHere = Problem(
        .tokenInvalid, "This device is not signed in.",
        detail: "Its token was revoked or never given. Sign in again; what waits on this device goes on then.")
}
