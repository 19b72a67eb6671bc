/// A path on this machine's disk, as bytes: Linux names need not be text.
package struct LocalPath: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }
    package init(_ text: String) { bytes = Array(text.utf8) }

    /// For C calls.
    package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
        try (bytes + [0]).withUnsafeBufferPointer { buffer in
            try buffer.withMemoryRebound(to: CChar.self) { try body($0.baseAddress!) }
        }
    }

    package func appending(_ name: some Collection<UInt8>) -> LocalPath {
        let separator: [UInt8] = bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
        return LocalPath(bytes: bytes + separator + name)
    }

    /// A slash stands at its end: whoever wrote it means a folder.
    package var isFolderMeant: Bool { bytes.last == UInt8(ascii: "/") }

    /// Without slashes at its end, but for the root's.
    package var trimmed: LocalPath {
        var rest = bytes[...]
        while rest.count > 1, rest.last == UInt8(ascii: "/") { rest.removeLast() }
        return LocalPath(bytes: Array(rest))
    }

    /// The folder that holds it; nil for the root, and for a name alone.
    package var folder: LocalPath? {
        let path = trimmed.bytes
        guard path.count > 1, let slash = path.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return LocalPath(bytes: slash == 0 ? [UInt8(ascii: "/")] : Array(path[..<slash])).trimmed
    }

    /// The bytes after the last slash.
    package var lastComponent: [UInt8] {
        Array(bytes.split(separator: UInt8(ascii: "/")).last ?? [])
    }
}

extension LocalPath: CustomStringConvertible, Codable {
    /// For messages, which are escaped where they are printed; bytes that are not UTF-8 stand as ``ByteText`` has them, so
    /// never open this.
    package var description: String { ByteText.text(of: bytes) }

    private enum CodingKeys: CodingKey { case bytes }

    /// Text where the bytes are text, else `{"bytes": [...]}`.
    package init(from decoder: any Decoder) throws {
        if let container = try? decoder.singleValueContainer(), let text = try? container.decode(String.self) {
            self.init(text)
        } else {
            self.init(bytes: try decoder.container(keyedBy: CodingKeys.self).decode([UInt8].self, forKey: .bytes))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        if let text = String(validating: bytes, as: UTF8.self) {
            var container = encoder.singleValueContainer()
            try container.encode(text)
        } else {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(bytes, forKey: .bytes)
        }
    }
}
