import Foundation
import Glibc
import PannierChunks
import PannierCore
import PannierSync
import PannierTransfer
import Testing

/// The trees that there are.
enum TreeKind: CaseIterable {
    /// Where temporary files are, or where PANNIER_TREE_DISK says: another kind of disk.
    case disk
    /// A disk without a disk.
    case memory
    case simulated

    func make() throws -> any TreeHands {
        switch self {
        case .disk: try DiskHands(in: ProcessInfo.processInfo.environment["PANNIER_TREE_DISK"] ?? "/tmp")
        case .memory: try DiskHands(in: "/dev/shm")
        case .simulated: try SimulatedHands()
        }
    }
}

/// What every implementation of ``FileTree`` does: the protocol's contract, sentence by sentence.
@Suite struct FileTreeSuite {
    // MARK: - Looking

    @Test(arguments: TreeKind.allCases) func tellsWhatStandsThere(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("folder")
        try hands.write([1, 2, 3], "folder/file")
        try hands.setExecutable(true, "folder/file")
        try hands.setModified(1_234_567_890, "folder/file")
        try hands.symlink("file", "folder/link")
        try hands.pipe("folder/pipe")
        let file = try #require(try hands.tree.status(path("folder/file")))
        #expect(file.kind == .file && file.size == 3 && file.links == 1 && file.isExecutable)
        #expect(file.modified == 1_234_567_890)
        #expect(file.changed > file.modified, "the change has a time of its own, which nobody sets")
        let folder = try #require(try hands.tree.status(path("folder")))
        #expect(folder.kind == .folder && folder.size == 0 && !folder.isExecutable)
        #expect(try hands.tree.status(path("folder/link"))?.kind == .link)
        #expect(try hands.tree.status(path("folder/pipe"))?.kind == .other)
        #expect(try hands.tree.status([])?.kind == .folder)
        #expect(try hands.names(path("folder"))["file"] == file)
    }

    @Test(arguments: TreeKind.allCases) func nothingIsNil(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.write([1], "file")
        #expect(try hands.tree.status(path("none")) == nil)
        #expect(try hands.tree.status(path("none/none")) == nil)
        #expect(try hands.tree.status(path("file/none")) == nil, "a file holds nothing")
        #expect(try hands.tree.content(of: path("none")) == nil)
        #expect(try hands.tree.read(path("none")) == nil)
        #expect(try hands.tree.read(path("none/none")) == nil)
        #expect(code { () throws(LocalError) in try hands.tree.list(path("none")) { _, _ in } } == ENOENT)
        #expect(code { () throws(LocalError) in try hands.tree.list(path("file")) { _, _ in } } == ENOTDIR)
    }

    @Test(arguments: TreeKind.allCases) func listsAll(kind: TreeKind) throws {
        let hands = try kind.make()
        #expect(try hands.names([]).isEmpty)
        try hands.makeFolder("a")
        try hands.write([1], "b")
        try hands.symlink("nowhere", "c")
        try hands.write([1, 2], "a/inside")
        let found = try hands.names([])
        #expect(found.mapValues(\.kind) == ["a": .folder, "b": .file, "c": .link])
        #expect(try hands.names(path("a")).keys.sorted() == ["inside"])
        for (name, status) in found { #expect(try hands.tree.status(path(name)) == status) }
    }

    @Test(arguments: TreeKind.allCases) func listsManyOnce(kind: TreeKind) throws {
        let hands = try kind.make()
        let names = Set((0..<1_000).map { "file \($0)" })
        for name in names { try hands.write([], name) }
        var count = 0
        try hands.tree.list([]) { _, _ in count += 1 }
        #expect(count == 1_000)
        #expect(try Set(hands.names([]).keys) == names)
    }

    @Test(arguments: TreeKind.allCases) func aListingThatFailsSaysSo(kind: TreeKind) throws {
        let hands = try kind.make()
        for number in 0..<10 { try hands.write([], "\(number)") }
        hands.failListing(after: 4)
        var count = 0
        #expect(code { () throws(LocalError) in try hands.tree.list([]) { _, _ in count += 1 } } == EIO)
        #expect(count == 4)
        #expect(try hands.names([]).count == 10)
    }

    @Test(arguments: TreeKind.allCases) func whatIsToldOfMayBeChangedMeanwhile(kind: TreeKind) throws {
        let hands = try kind.make()
        for number in 0..<100 { try hands.write([], "\(number)") }
        var names: Set<[UInt8]> = []
        try hands.tree.list([]) { name, _ in
            try? hands.tree.removeFile(name)
            names.insert(name)
        }
        #expect(names.count == 100)
        #expect(try hands.names([]).isEmpty)
    }

    @Test(arguments: TreeKind.allCases) func namesAreBytes(kind: TreeKind) throws {
        let hands = try kind.make()
        let long = [UInt8](repeating: UInt8(ascii: "n"), count: 255)
        let names: [[UInt8]] = [
            [0xFF, 0xFE], path("e\u{301}"), path("\u{E9}"), path(" "), path("..."), path("a\\b\n"), long,
            Array(repeating: path("é"), count: 127).flatMap { $0 } + [0x21],
        ]
        for (number, name) in names.enumerated() { try hands.write([UInt8(number)], name) }
        var found: Set<[UInt8]> = []
        try hands.tree.list([]) { name, _ in found.insert(name) }
        #expect(found == Set(names))
        for (number, name) in names.enumerated() { #expect(try hands.tree.read(name) == [UInt8(number)]) }
        let tooLong = long + path("n")
        #expect(code { () throws(LocalError) in _ = try hands.tree.status(tooLong) } == ENAMETOOLONG)
        #expect(code { () throws(LocalError) in try hands.tree.makeFolder(tooLong) } == ENAMETOOLONG)
    }

    // MARK: - Ways that are refused

    /// Each call on a path.
    private static let calls: [(String, @Sendable (any FileTree, TreePath) throws(LocalError) -> Void)] = [
        ("status", { (tree, path) throws(LocalError) in _ = try tree.status(path) }),
        ("list", { (tree, path) throws(LocalError) in try tree.list(path) { _, _ in } }),
        ("content", { (tree, path) throws(LocalError) in _ = try tree.content(of: path) }),
        ("makeFolder", { (tree, path) throws(LocalError) in try tree.makeFolder(path) }),
        ("move", { (tree, path) throws(LocalError) in try tree.move(path, to: Array("free".utf8)) }),
        ("move to", { (tree, path) throws(LocalError) in try tree.move(Array("file".utf8), to: path) }),
        ("exchange", { (tree, path) throws(LocalError) in try tree.exchange(Array("file".utf8), path) }),
        ("removeFolder", { (tree, path) throws(LocalError) in try tree.removeFolder(path) }),
        ("removeFile", { (tree, path) throws(LocalError) in try tree.removeFile(path) }),
        ("write", { (tree, path) throws(LocalError) in try tree.write([9], to: path) }),
        ("read", { (tree, path) throws(LocalError) in _ = try tree.read(path) }),
        ("makeOwnFolder", { (tree, path) throws(LocalError) in try tree.makeOwnFolder(path) }),
        ("access", { (tree, path) throws(LocalError) in try tree.copyAccess(from: Array("file".utf8), to: path) }),
        ("access of", { (tree, path) throws(LocalError) in try tree.copyAccess(from: path, to: Array("file".utf8)) }),
    ]

    @Test(arguments: TreeKind.allCases) func noLinkIsFollowed(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("real")
        try hands.makeFolder("real/deep")
        try hands.write([1], "real/deep/file")
        try hands.write([1], "file")
        try hands.symlink("real", "link")
        try hands.symlink("deep", "real/inner")
        for way in ["link/deep/file", "real/inner/file", "link/inner/file"] {
            for (name, call) in Self.calls {
                #expect(code { () throws(LocalError) in try call(hands.tree, path(way)) } == ELOOP, "\(name) \(way)")
            }
        }
        #expect(hands.bytes("real/deep/file") == [1])
        #expect(try hands.names(path("real/deep")).count == 1)
    }

    @Test(arguments: TreeKind.allCases) func aLinkItselfIsNotFollowed(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("real")
        try hands.write([1], "file")
        try hands.symlink("file", "link")
        try hands.symlink("real", "folder link")
        #expect(try hands.tree.content(of: path("link")) == nil)
        #expect(code { () throws(LocalError) in _ = try hands.tree.read(path("link")) } == ELOOP)
        #expect(code { () throws(LocalError) in try hands.tree.list(path("folder link")) { _, _ in } } == ELOOP)
        #expect(code { () throws(LocalError) in try hands.tree.removeFolder(path("folder link")) } == ENOTDIR)
        #expect(code { () throws(LocalError) in try hands.tree.makeFolder(path("folder link")) } == EEXIST)
        let access = { () throws(LocalError) in try hands.tree.copyAccess(from: path("file"), to: path("link")) }
        #expect(code(access) == EINVAL)
        #expect(code { () throws(LocalError) in try hands.tree.makeOwnFolder(path("folder link")) } == ENOTDIR)
        // What stands there is the link: moved, replaced and removed as such.
        try hands.tree.move(path("link"), to: path("moved"))
        #expect(try hands.tree.status(path("moved"))?.kind == .link)
        try hands.tree.write([2], to: path("moved"))
        #expect(hands.bytes("moved") == [2] && hands.bytes("file") == [1])
        try hands.tree.removeFile(path("folder link"))
        #expect(try hands.tree.status(path("real"))?.kind == .folder)
    }

    @Test(arguments: TreeKind.allCases) func pathsThatAreNone(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("a")
        try hands.write([1], "file")
        let wrong =
            ["..", "a/..", "a/../file", "../file", "a/b/.."].map { (path($0), EXDEV) }
            + ["/", "/file", "a/", "a//b", ".", "./file", "a/./b", "a\0b"].map { (path($0), EINVAL) }
        for (way, expected) in wrong {
            for (name, call) in Self.calls {
                let found = code { () throws(LocalError) in try call(hands.tree, way) }
                #expect(found == expected, "\(name) \(String(decoding: way, as: UTF8.self))")
            }
            #expect(code { () throws(LocalError) in try hands.tree.sync([way]) } == expected)
        }
        #expect(try hands.names([]).count == 2)
    }

    @Test(arguments: TreeKind.allCases) func theFolderItselfStays(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.write([1], "file")
        let codes: [String: Int32] = [
            "makeFolder": EEXIST, "move": EINVAL, "move to": EINVAL, "exchange": EINVAL, "removeFolder": EINVAL,
            "removeFile": EINVAL, "write": EINVAL, "read": EISDIR, "makeOwnFolder": EINVAL, "access": EINVAL,
            "access of": EINVAL,
        ]
        for (name, call) in Self.calls {
            #expect(code { () throws(LocalError) in try call(hands.tree, []) } == codes[name], "\(name)")
        }
    }
}
