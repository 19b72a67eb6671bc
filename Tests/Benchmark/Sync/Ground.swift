import Foundation
import Glibc
import Measuring

/// One temporary folder for everything, on the disk that temporary files lie on.
final class Ground {
    let folder = FileManager.default.temporaryDirectory.path + "/pannier-bench-\(getpid())"

    init() throws { try makeFolder("") }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// With those that it needs.
    @discardableResult
    func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: path(name), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path(name)
    }

    /// Writes a tree of small files, a hundred in a folder, of up to 200 bytes each.
    /// - Returns: its top.
    func makeTree(_ name: String, files: Int) throws -> String {
        for number in 0..<files {
            let folder = "\(name)/\(number / 3_000)/\(number / 100)"
            if number.isMultiple(of: 100) { try makeFolder(folder) }
            try Self.write(
                Array("\(name) \(number) ".utf8) + [UInt8](repeating: 120, count: number * 7_919 % 180),
                to: path("\(folder)/file \(number)"))
        }
        return path(name)
    }

    /// As a program saves in place.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count, Glibc.close(file) == 0 else {
            throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))")
        }
    }

    static func bytes(of path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { Glibc.close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(file, &bytes, bytes.count)
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    static func move(_ path: String, to target: String) throws {
        guard rename(path, target) == 0 else { throw BenchmarkFailure("\(path): \(String(cString: strerror(errno)))") }
    }

    /// Files in a folder and all below it.
    static func countFiles(in folder: String) -> Int {
        guard let all = FileManager.default.enumerator(atPath: folder) else { return 0 }
        var count = 0
        for case let path as String in all where path.contains("/file ") { count += 1 }
        return count
    }

    func close() {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            Table.say("\(folder) could not be removed: \(error)")
        }
    }
}

/// Looks again and again until it is so.
/// - Parameter pause: microseconds between two looks.
func wait(_ what: String, within seconds: Int, pause: UInt32 = 1_000, until isSo: () throws -> Bool) throws {
    let end = Moment() + seconds * 1_000_000_000
    while try !isSo() {
        guard Moment() < end else { throw BenchmarkFailure("not within \(seconds) s: \(what)") }
        usleep(pause)
    }
}
