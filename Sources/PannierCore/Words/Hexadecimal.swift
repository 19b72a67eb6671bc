/// Hexadecimal text and big-endian words: the one place that knows how identifiers and digests are spelled.
package enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    /// 16 lower-case digits a word.
    package static func text(of words: [UInt64]) -> String {
        text(of: bigEndianBytes(of: words))
    }

    /// Two lower-case digits a byte.
    package static func text(of bytes: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            var position = 0
            for byte in bytes {
                buffer[position] = digits[Int(byte >> 4)]
                buffer[position + 1] = digits[Int(byte & 15)]
                position += 2
            }
            return position
        }
    }

    /// Nil unless `text` is exactly `count` words of 16 lower-case digits.
    package static func words(of text: String, count: Int) -> [UInt64]? {
        guard let bytes = bytes(of: text), bytes.count == count * 8 else { return nil }
        return bigEndianWords(of: bytes)
    }

    /// Nil unless `text` is an even number of lower-case digits.
    package static func bytes(of text: String) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for digit in text.utf8 {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                result.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return high == nil ? result : nil
    }

    static func bigEndianBytes(of words: [UInt64]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: words.count * 8) { buffer, count in
            let raw = UnsafeMutableRawBufferPointer(buffer)
            for position in words.indices {
                raw.storeBytes(of: words[position].bigEndian, toByteOffset: position * 8, as: UInt64.self)
            }
            count = words.count * 8
        }
    }

    /// `bytes` holds a multiple of 8.
    static func bigEndianWords(of bytes: some Collection<UInt8>) -> [UInt64] {
        let words = bytes.withContiguousStorageIfAvailable { buffer in
            let raw = UnsafeRawBufferPointer(buffer)
            return stride(from: 0, to: raw.count, by: 8).map { start in
                UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: start, as: UInt64.self))
            }
        }
        return words ?? bigEndianWords(of: Array(bytes))
    }
}

extension Decoder {
    /// Decodes one string as a value that is spelled in exactly one way.
    package func losslessText<Value: LosslessStringConvertible>(as type: Value.Type, expected: String) throws -> Value {
        let container = try singleValueContainer()
        guard let value = Value(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected \(expected)")
        }
        return value
    }
}

extension Encoder {
    /// Encodes a value as its one spelling.
    package func encodeText(_ value: some CustomStringConvertible) throws {
        var container = singleValueContainer()
        try container.encode(value.description)
    }
}
