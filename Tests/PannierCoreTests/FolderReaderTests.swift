import Foundation
import Glibc
import PannierCore
import Testing

/// The one reader of folders, on real ones.
@Suite final class FolderReaderTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/pannier-reader-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func opened() throws -> Int32 {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try #require(descriptor >= 0)
        return descriptor
    }

    private func make(_ name: [UInt8]) throws {
        let path = Array(folder.utf8) + [0x2F] + name + [0]
        let file = path.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { open($0.baseAddress!, O_WRONLY | O_CREAT, mode_t(0o600)) }
        }
        try #require(file >= 0)
        close(file)
    }

    private func names(
        _ descriptor: Int32, _ reading: @escaping FolderReader.Reading = { readdir($0) }
    ) throws -> [[UInt8]] {
        var reader = try FolderReader(descriptor, reading: reading)
        var names: [[UInt8]] = []
        while let entry = try reader.next() { names.append(entry.name) }
        return names
    }

    @Test func tellsEveryNameOnceWhateverItsBytes() throws {
        let descriptor = try opened()
        defer { close(descriptor) }
        #expect(try names(descriptor).isEmpty)
        let odd: [[UInt8]] = [
            [0x2E, 0x2E, 0x2E], [0x2E, 0x61], [0xFF, 0xFE], [UInt8](repeating: 0x78, count: 255), Array("é".utf8),
        ]
        let many = odd + (0..<3_000).map { Array("file \($0)".utf8) }
        for name in many { try make(name) }
        let found = try names(descriptor)
        #expect(found.count == many.count && Set(found) == Set(many))
        // From the start again, though both share a place in the folder.
        #expect(try Set(names(descriptor)) == Set(many))
    }

    @Test func tellsKinds() throws {
        try make(Array("file".utf8))
        try #require(mkdir(folder + "/folder", 0o700) == 0 && symlink("folder", folder + "/link") == 0)
        try #require(mkfifo(folder + "/pipe", 0o600) == 0)
        let descriptor = try opened()
        defer { close(descriptor) }
        var reader = try FolderReader(descriptor)
        var kinds: [String: FolderReader.Kind] = [:]
        while let entry = try reader.next() { kinds[String(cString: entry.pointer)] = entry.kind }
        // A file system need not tell.
        let told = kinds.filter { $0.value != .unknown }
        let expected: [String: FolderReader.Kind] = ["file": .file, "folder": .folder, "link": .link, "pipe": .other]
        #expect(Set(kinds.keys) == Set(expected.keys))
        #expect(told == expected.filter { told[$0.key] != nil })
    }

    /// A fault is not the end, and an errno of before is no fault.
    @Test func aFaultIsNotTheEnd() throws {
        for number in 0..<5 { try make(Array("\(number)".utf8)) }
        let descriptor = try opened()
        defer { close(descriptor) }
        #expect(throws: FolderReader.Failure(code: EIO)) {
            try names(descriptor) { _ in
                errno = EIO
                return nil
            }
        }
        errno = EIO
        #expect(try names(descriptor).count == 5)
    }

    @Test func whatIsNoFolderIsSaidSo() throws {
        try make(Array("file".utf8))
        let file = open(folder + "/file", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        #expect(throws: FolderReader.Failure(code: ENOTDIR)) { try names(file) }
        #expect(throws: FolderReader.Failure(code: EBADF)) { try names(-1) }
        // The descriptor stays its owner's.
        #expect(fcntl(file, F_GETFD) >= 0)
    }
}
