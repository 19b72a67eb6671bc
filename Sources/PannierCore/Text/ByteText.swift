/// Bytes that need not be UTF-8 as text from which they can be told again: names on a Linux disk, arguments.
///
/// Swift repairs what is not UTF-8, so that two names look like one, and none. Here each byte that belongs to no
/// character stands as one scalar of the last 128 (private use), and so does each byte of these scalars themselves.
/// ``SafeText`` shows such a scalar as the byte that it stands for.
package enum ByteText {
    private static let base: UInt32 = 0x10FF00
    private static let range: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

    package static func text(of bytes: some Collection<UInt8>) -> String {
        // The common case.
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        var result = String.UnicodeScalarView()
        var parser = Unicode.UTF8.ForwardParser()
        var input = bytes.makeIterator()
        var rest = bytes[...]
        while true {
            switch parser.parseScalar(from: &input) {
            case .emptyInput: return String(result)
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                if range.contains(scalar.value) { escape(rest.prefix(encoded.count)) } else { result.append(scalar) }
                rest = rest.dropFirst(encoded.count)
            case .error(let length):
                escape(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
        }
        func escape(_ bytes: some Collection<UInt8>) {
            result.append(contentsOf: bytes.compactMap { Unicode.Scalar(base + UInt32($0)) })
        }
    }

    package static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar in byte(of: scalar).map { [$0] } ?? Array(String(scalar).utf8) }
    }

    /// The byte that a scalar stands for; nil for all others.
    static func byte(of scalar: Unicode.Scalar) -> UInt8? {
        range.contains(scalar.value) ? UInt8(truncatingIfNeeded: scalar.value) : nil
    }
}
