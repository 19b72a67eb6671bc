import Foundation
import Glibc
import PannierCore
import Testing

/// A folder of one test's own, removed at its end. Names are bytes.
final class Folder: Sendable {
    let path: LocalPath

    init() throws {
        var template = Array("/tmp/pannier-transfer-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
        path = LocalPath(bytes: template.dropLast().map { UInt8(bitPattern: $0) })
    }

    deinit {
        // Folders that a test closed must be opened again to be removed.
        chmod(path.description, 0o700)
        try? FileManager.default.removeItem(atPath: path.description)
    }

    func at(_ name: String) -> LocalPath { path.appending(Array(name.utf8)) }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: at(name).description, withIntermediateDirectories: true)
    }

    @discardableResult
    func write(_ bytes: [UInt8], _ name: [UInt8], mode: mode_t = 0o644) throws -> LocalPath {
        let path = path.appending(name)
        let file = path.withCString { open($0, O_WRONLY | O_CREAT | O_TRUNC, mode) }
        try #require(file >= 0, "\(path): \(String(cString: strerror(errno)))")
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            try #require(count > 0)
            done += count
        }
        return path
    }

    @discardableResult
    func write(_ bytes: [UInt8], _ name: String, mode: mode_t = 0o644) throws -> LocalPath {
        try write(bytes, Array(name.utf8), mode: mode)
    }

    func read(_ name: String) -> [UInt8]? {
        FileManager.default.contents(atPath: at(name).description).map { [UInt8]($0) }
    }

    /// Everything below, hidden names too.
    func names() -> Set<String> {
        Set(FileManager.default.enumerator(atPath: path.description)?.compactMap { $0 as? String } ?? [])
    }
}
