import Glibc

/// The command line, byte for byte, as text that the parser of arguments can take apart.
///
/// Linux arguments need not be UTF-8, and Swift repairs those that are not, which would name another file. So each byte
/// that belongs to no character stands as one scalar of the last 128 (private use), and so does each byte of these
/// scalars themselves: what was typed can always be told from it.
enum ArgumentBytes {
    private static let base: UInt32 = 0x10FF00
    private static let range: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

    /// The arguments of this process, without its own name.
    static let all: [String] = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
        CommandLine.unsafeArgv[index].map { argument in
            text(of: UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
        }
    }

    static func text(of bytes: some Collection<UInt8>) -> String {
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

    /// What was typed for `text`.
    static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar in
            range.contains(scalar.value) ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
        }
    }
}
