import Foundation
import Glibc

/// What stands in a folder: files with their bytes, times and executable bits, and folders. Links and pipes are left out,
/// and so is pannier's own part.
struct FolderTree: Sendable, Equatable {
    enum Entry: Sendable, Equatable {
        case folder
        case file(bytes: [UInt8], modified: Int64, isExecutable: Bool)
    }

    /// By path, in bytes: two strings may be equal whose bytes are not.
    private(set) var entries: [[UInt8]: Entry] = [:]

    /// - Throws: ``Missed`` when it changes meanwhile.
    init(_ folder: URL) throws {
        var left: [[UInt8]] = [[]]
        let root = Array(folder.path(percentEncoded: false).utf8)
        while let path = left.popLast() {
            for name in try Self.names(in: root + [Self.slash] + path) where !(path.isEmpty && name == Self.ownPart) {
                let below = path.isEmpty ? name : path + [Self.slash] + name
                guard let entry = try Self.entry(root + [Self.slash] + below) else { continue }
                entries[below] = entry
                if entry == .folder { left.append(below) }
            }
        }
    }

    subscript(path: String) -> Entry? { entries[Array(path.utf8)] }

    func text(_ path: String) -> String? {
        guard case .file(let bytes, _, _) = self[path] else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    var paths: [String] { entries.keys.map { String(decoding: $0, as: UTF8.self) }.sorted() }

    /// For the message of a failed expectation: what is not the same in both.
    func differences(from other: FolderTree) -> String {
        Set(entries.keys).union(other.entries.keys).filter { entries[$0] != other.entries[$0] }
            .map { "\(ascii($0)): \(words(entries[$0])) | \(words(other.entries[$0]))" }.sorted().prefix(20)
            .joined(separator: "\n")
    }

    private func words(_ entry: Entry?) -> String {
        guard let entry else { return "nothing" }
        guard case .file(let bytes, let modified, let isExecutable) = entry else { return "folder" }
        return "\(bytes.count) bytes (\(ascii(Array(bytes.prefix(24))))), \(modified)\(isExecutable ? ", x" : "")"
    }

    private func ascii(_ bytes: [UInt8]) -> String {
        bytes.map { (32..<127).contains($0) ? String(UnicodeScalar($0)) : "?" }.joined()
    }

    private static let slash = UInt8(ascii: "/")
    private static let ownPart = Array(".pannier".utf8)

    private static func names(in folder: [UInt8]) throws -> [[UInt8]] {
        guard let stream = withName(folder, { opendir($0) }) else { throw missed("opendir", folder) }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        return names
    }

    /// - Returns: nil for what is no file and no folder.
    private static func entry(_ path: [UInt8]) throws -> Entry? {
        var status = stat()
        guard withName(path, { lstat($0, &status) }) == 0 else { throw missed("lstat", path) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: return .folder
        case S_IFREG: break
        default: return nil
        }
        return .file(
            bytes: try readBytes(path),
            modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
            isExecutable: status.st_mode & S_IXUSR != 0)
    }

    private static func missed(_ call: String, _ path: [UInt8]) -> Missed {
        Missed(what: "\(call) \(String(decoding: path, as: UTF8.self)): \(String(cString: strerror(errno)))")
    }
}

/// Reads a file by a name that need not be text.
func readBytes(_ path: [UInt8]) throws -> [UInt8] {
    let descriptor = withName(path) { open($0, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
    guard descriptor >= 0 else { throw Missed(what: "open: \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var (bytes, block) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
        let count = read(descriptor, &block, block.count)
        guard count > 0 else { return bytes }
        bytes += block.prefix(count)
    }
}

func withName<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try (path + [0]).withUnsafeBufferPointer { buffer in
        try buffer.withMemoryRebound(to: CChar.self) { try body($0.baseAddress!) }
    }
}
