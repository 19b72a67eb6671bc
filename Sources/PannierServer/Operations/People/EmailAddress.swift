import Foundation

/// An address as it is compared and stored: trimmed and in lower case.
enum EmailAddress {
    static let mostBytes = 254

    /// Nil unless `text` may be an address: one `@` with something on both sides, no space and nothing that is not seen, at
    /// most 254 bytes. Whether mail arrives there is another question.
    static func normalised(_ text: String) -> String? {
        let address = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        guard address.utf8.count <= mostBytes else { return nil }
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, isDomain(parts[1]) else { return nil }
        let isClean = address.unicodeScalars.allSatisfy { scalar in
            !scalar.properties.isWhitespace && !PlainText.isHidden(scalar)
        }
        return isClean ? address : nil
    }

    private static func isDomain(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }
}
