import Glibc
import PannierCore

/// The command line, byte for byte, as text that the parser of arguments can take apart: Linux arguments need not be
/// UTF-8, and Swift repairs those that are not, which would name another file.
enum ArgumentBytes {
    /// The arguments of this process, without its own name.
    static let all: [String] = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
        CommandLine.unsafeArgv[index].map { argument in
            text(of: UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
        }
    }

    static func text(of bytes: some Collection<UInt8>) -> String { ByteText.text(of: bytes) }

    /// What was typed for `text`.
    static func bytes(of text: String) -> [UInt8] { ByteText.bytes(of: text) }
}
