import Foundation
import PannierCore

/// Paths on this disk as they were typed, byte for byte. Swift repairs arguments that are not UTF-8, which would name
/// another file.
enum LocalArguments {
    /// - Parameters:
    ///   - text: an argument as Swift gives it.
    ///   - arguments: the program's own; bytes without the NUL.
    static func path(_ text: String, among arguments: [[UInt8]] = all) -> LocalPath {
        if let exact = arguments.first(where: { String(decoding: $0, as: UTF8.self) == text }) {
            return absolute(exact)
        }
        return absolute(Array(text.utf8))
    }

    static let all: [[UInt8]] = (0..<Int(CommandLine.argc)).compactMap { index in
        CommandLine.unsafeArgv[index].map { Array(UnsafeBufferPointer(start: $0, count: strlen($0))) }
            .map { $0.map { UInt8(bitPattern: $0) } }
    }

    /// The agent lives in another folder: what it is told must not depend on this one.
    private static func absolute(_ bytes: [UInt8]) -> LocalPath {
        if bytes.first == UInt8(ascii: "/") { return LocalPath(bytes: bytes) }
        var folder = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&folder, folder.count) != nil else { return LocalPath(bytes: bytes) }
        let here = LocalPath(bytes: folder.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
        var rest = bytes[...]
        while rest.starts(with: [0x2E, 0x2F]) { rest = rest.dropFirst(2) }
        return rest.isEmpty || Array(rest) == [0x2E] ? here : here.appending(rest)
    }
}
