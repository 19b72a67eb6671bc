import Foundation
import Glibc

/// `$XDG_CONFIG_HOME/pannier`, where the person's files lie. They are read as they are: nothing is ever written there.
package struct SettingsFolder: Sendable {
    package let path: String
    private let home: String?

    /// A file of settings that is longer than this is none.
    static let bytesAtMost = 256 * 1_024

    /// - Parameter environment: variables; relative paths are ignored, as the XDG rules say.
    package init(environment: [String: String]) {
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let config = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        self.home = home
        path = (config ?? (home ?? NSHomeDirectory()) + "/.config") + "/pannier"
    }

    /// How messages name a file of this folder: `~` for the person's home.
    func shown(_ name: String) -> String {
        let whole = path + "/" + name
        guard let home, home != "/", whole.hasPrefix(home + "/") else { return whole }
        return "~" + whole.dropFirst(home.count)
    }

    /// The text of a file, or nil where there is none.
    /// - Throws: ``SettingsFault`` when it cannot be read, is no file, too long, or not UTF-8.
    func text(of name: String) throws -> String? {
        let descriptor = open(path + "/" + name, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw fault(name, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.bytesAtMost + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + count, $0.count - count) }
            guard got >= 0 else {
                if errno == EINTR { continue }
                throw fault(name, "cannot be read: \(String(cString: strerror(errno)))")
            }
            if got == 0 { break }
            count += got
        }
        guard count <= Self.bytesAtMost else { throw fault(name, "is longer than 256 KiB") }
        guard let text = String(validating: bytes[..<count], as: UTF8.self) else {
            throw SettingsFault(file: shown(name), place: Self.badByte(bytes[..<count]), reason: "this is not UTF-8")
        }
        return text
    }

    /// Names of the files in a folder below this one that end so, without the ending, sorted. None where there is no
    /// such folder.
    func names(in folder: String, ending: String) -> [String] {
        guard let directory = opendir(path + "/" + folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            guard let name, name.hasSuffix(ending), !name.hasPrefix("."), name.count > ending.count else { continue }
            names.append(String(name.dropLast(ending.count)))
        }
        return names.sorted()
    }

    private func fault(_ name: String, _ reason: String) -> SettingsFault {
        SettingsFault(file: shown(name), reason: reason)
    }

    /// The line of the first byte that is not UTF-8.
    private static func badByte(_ bytes: ArraySlice<UInt8>) -> TextPlace {
        var line = 1
        for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: text, as: UTF8.self) == nil {
                // What is right before it decodes to as many characters as it has.
                let whole = String(decoding: text, as: UTF8.self)
                let before = whole.prefix { $0 != "\u{FFFD}" }.count
                return TextPlace(line: line, column: before + 1)
            }
            line += 1
        }
        return TextPlace(line: line, column: 1)
    }
}
