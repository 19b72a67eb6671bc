import Foundation
import PannierCore
import PannierTransfer
import SeededRandom
import Testing

@Suite struct LocalNamesTests {
    private func rows(_ names: LocalNames, _ filter: RowFilter = RowFilter()) throws -> [LocalRow] {
        try names.rows(names.places(filter))
    }

    @Test func foldersComeFirstThenNamesByBytes() throws {
        try withTemporaryFolder { folder in
            let seed = SeededGenerator.fromEnvironment()
            var random = seed
            var expected: [(isFolder: Bool, name: [UInt8])] = []
            for number in 0..<300 {
                // Names are bytes: most of these are no text.
                var name = Array(random.hostileBytes().filter { $0 != 0 && $0 != 0x2F }.prefix(200))
                if name.isEmpty || name.first == 0x2E { name.append(UInt8(ascii: "x")) }
                name += Array("\(number)".utf8)
                let isFolder = random.chance(30)
                make(folder, name, isFolder: isFolder)
                expected.append((isFolder, name))
            }
            expected.sort { left, right in
                left.isFolder != right.isFolder
                    ? left.isFolder : left.name.lexicographicallyPrecedes(right.name)
            }
            let found = try rows(LocalNames(reading: LocalPath(folder)))
            #expect(found.map(\.path) == expected.map { LocalPath(folder).appending($0.name) }, "\(seed)")
            #expect(found.map(\.isFolder) == expected.map(\.isFolder), "\(seed)")
        }
    }

    private func make(_ folder: String, _ name: [UInt8], isFolder: Bool) {
        LocalPath(folder).appending(name).withCString { path in
            #expect((isFolder ? mkdir(path, 0o700) : close(open(path, O_CREAT | O_WRONLY, 0o600))) == 0)
        }
    }

    @Test func kindsAreTold() throws {
        try withTemporaryFolder { folder in
            try Data("12345".utf8).write(to: URL(filePath: folder + "/file"))
            #expect(mkdir(folder + "/folder", 0o700) == 0)
            #expect(symlink("file", folder + "/link to file") == 0)
            #expect(symlink("folder", folder + "/link to folder") == 0)
            #expect(symlink("nowhere", folder + "/link to nothing") == 0)
            #expect(mkfifo(folder + "/pipe", 0o600) == 0)
            let found = try rows(LocalNames(reading: LocalPath(folder + "/")))
            let told = found.map {
                "\(String(decoding: $0.path.lastComponent, as: UTF8.self)): \($0.kind) \($0.isFolder)"
            }
            #expect(
                told == [
                    "folder: folder true", "link to folder: link true", "file: file false", "link to file: link false",
                    "link to nothing: link false", "pipe: other false",
                ])
            let file = try #require(found.first { $0.kind == .file })
            #expect(file.size == 5 && abs(file.modified - Milliseconds(Date().timeIntervalSince1970 * 1_000)) < 60_000)
            #expect(file.path == LocalPath(folder + "/file"))
            // By way of a link, too.
            let linked = try rows(LocalNames(reading: LocalPath(folder + "/link to folder")))
            #expect(linked.isEmpty)
        }
    }

    @Test func namesAreFiltered() throws {
        try withTemporaryFolder { folder in
            for name in [".hidden", "Straße", "other"] { make(folder, Array(name.utf8), isFolder: false) }
            make(folder, [0xFF, UInt8(ascii: "S"), 0xFE, UInt8(ascii: "t")], isFolder: false)
            let names = try LocalNames(reading: LocalPath(folder))
            func listed(_ filter: RowFilter) throws -> Int { try rows(names, filter).count }
            #expect(try listed(RowFilter()) == 4)
            #expect(try listed(RowFilter(hidesDotNames: true)) == 3)
            #expect(try listed(RowFilter(letters: "ST")) == 2)
            #expect(try listed(RowFilter(letters: "stẞe")) == 1)
            #expect(try listed(RowFilter(letters: "eht")) == 0)
        }
    }

    @Test func itIsKnownWhenSomethingCameOrWent() throws {
        try withTemporaryFolder { folder in
            make(folder, Array("a".utf8), isFolder: false)
            let names = try LocalNames(reading: LocalPath(folder))
            #expect(names.isCurrent())
            #expect(rename(folder + "/a", folder + "/b") == 0)
            #expect(!names.isCurrent())
            // What has gone is told as it was known.
            #expect(try rows(names).map(\.kind) == [.file])
            #expect(rmdir(folder + "/b") != 0 && unlink(folder + "/b") == 0 && rmdir(folder) == 0)
            #expect(!names.isCurrent())
        }
    }

    @Test func whatCannotBeListedSaysWhy() throws {
        try withTemporaryFolder { folder in
            make(folder, Array("file".utf8), isFolder: false)
            for (path, code) in [
                ("relative", Problem.Code.badRequest), ("", .badRequest), (folder + "/missing", .notFound),
                (folder + "/file", .notFolder),
                (folder + "/" + String(repeating: "x", count: 300), .localFileUnreadable),
                ("/x\0y", .badRequest),
            ] {
                let problem = #expect(throws: Problem.self) { try LocalNames(reading: LocalPath(path)) }
                #expect(problem?.code == code, "\(path)")
            }
        }
    }
}

private func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/names-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
}
