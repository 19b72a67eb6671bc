import Foundation
import PannierCore

/// Why an argument is none, for the parser's message.
struct ArgumentFault: Error, CustomStringConvertible {
    let description: String
}

/// A path as typed, byte for byte: on this disk or on the server, as the command has it. Never empty: a variable of a
/// script that holds nothing must not mean everything.
struct PathArgument: Sendable {
    let bytes: [UInt8]

    /// - Parameter typed: as ``ArgumentBytes`` has it.
    /// - Throws: ``ArgumentFault``.
    init(_ typed: String) throws {
        bytes = ArgumentBytes.bytes(of: typed)
        if bytes.isEmpty { throw ArgumentFault(description: "empty path") }
    }

    /// - Throws: ``Problem`` `nameNotAllowed` or `tooDeep`.
    var remote: RemotePath {
        get throws(Problem) {
            do throws(RemotePathError) {
                return try RemotePath(parsing: bytes)
            } catch {
                throw Self.refusal(of: ByteText.text(of: bytes), error)
            }
        }
    }

    /// Says once what is wrong, and shows no more of a long text than it takes to know it again.
    static func refusal(of text: String, _ error: RemotePathError) -> Problem {
        let detail = "Nothing was changed."
        switch error {
        case .name(let name, let reason):
            let isWhole = text == name || text == "/" + name
            let place = isWhole ? "" : " in “\(text.shortened)”"
            return Problem(
                .nameNotAllowed, "“\(name.shortened)”\(place) is not a name that can be used: \(reason).",
                detail: detail, status: 0)
        case .empty, .tooLong, .tooDeep:
            return Problem(.tooDeep, "“\(text.shortened)” is not a path: \(error).", detail: detail, status: 0)
        }
    }

    /// Absolute: the agent lives in another folder. Names that are `.` are left out; `..` is the kernel's to resolve,
    /// since links may lie on the way.
    var local: LocalPath {
        let slash = UInt8(ascii: "/")
        let parts = bytes.split(separator: slash, omittingEmptySubsequences: false)
        var kept = parts.filter { !$0.elementsEqual([UInt8(ascii: ".")]) }
        // What ends with `.` is a folder, as what ends with a slash.
        if parts.last?.elementsEqual([UInt8(ascii: ".")]) == true, !kept.isEmpty { kept.append([]) }
        let path = Array(kept.joined(separator: [slash]))
        if bytes.first == slash { return LocalPath(bytes: path.isEmpty ? [slash] : path) }
        return path.isEmpty ? Self.currentFolder : Self.currentFolder.appending(path)
    }

    private static var currentFolder: LocalPath {
        var folder = [CChar](repeating: 0, count: Int(PATH_MAX))
        // A folder that was removed has no path any more; what is looked for in it is not there.
        guard getcwd(&folder, folder.count) != nil else { return LocalPath(".") }
        return LocalPath(bytes: folder.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
}

extension String {
    /// At most 60 characters: of a longer text its beginning and its end.
    fileprivate var shortened: String { count <= 60 ? self : "\(prefix(40))…\(suffix(16))" }
}

/// An argument that must be text.
enum TextArgument {
    /// - Throws: ``ArgumentFault`` for bytes that are not UTF-8.
    static func parse(_ typed: String) throws -> String {
        guard let text = String(validating: ArgumentBytes.bytes(of: typed), as: UTF8.self) else {
            throw ArgumentFault(description: "not valid UTF-8")
        }
        return text
    }
}
