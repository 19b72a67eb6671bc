import Glibc
import PannierChunks
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer
import Testing

extension FileTreeSuite {
    // MARK: - Folders and moves

    @Test(arguments: TreeKind.allCases) func makesAndRemovesFolders(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.tree.makeFolder(path("a"))
        try hands.tree.makeFolder(path("a/b"))
        #expect(try hands.tree.status(path("a/b"))?.kind == .folder)
        #expect(code { () throws(LocalError) in try hands.tree.makeFolder(path("a")) } == EEXIST)
        #expect(code { () throws(LocalError) in try hands.tree.makeFolder(path("x/y")) } == ENOENT)
        #expect(code { () throws(LocalError) in try hands.tree.removeFolder(path("a")) } == ENOTEMPTY)
        #expect(code { () throws(LocalError) in try hands.tree.removeFolder(path("x")) } == ENOENT)
        try hands.write([1], "a/b/file")
        #expect(code { () throws(LocalError) in try hands.tree.removeFolder(path("a/b/file")) } == ENOTDIR)
        #expect(code { () throws(LocalError) in try hands.tree.removeFile(path("a/b")) } == EISDIR)
        #expect(code { () throws(LocalError) in try hands.tree.removeFile(path("a/b/none")) } == ENOENT)
        #expect(code { () throws(LocalError) in try hands.tree.makeFolder(path("a/b/file/c")) } == ENOTDIR)
        try hands.tree.removeFile(path("a/b/file"))
        try hands.tree.removeFolder(path("a/b"))
        try hands.tree.removeFolder(path("a"))
        #expect(try hands.names([]).isEmpty)
    }

    @Test(arguments: TreeKind.allCases) func movesWithoutReplacing(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("a")
        try hands.makeFolder("a/b")
        try hands.makeFolder("empty")
        try hands.write([1], "file")
        try hands.write([2], "other")
        try hands.link("file", "same")
        for taken in ["other", "same", "empty", "file"] {
            #expect(code { () throws(LocalError) in try hands.tree.move(path("file"), to: path(taken)) } == EEXIST)
        }
        #expect(code { () throws(LocalError) in try hands.tree.move(path("a"), to: path("empty")) } == EEXIST)
        #expect(code { () throws(LocalError) in try hands.tree.move(path("none"), to: path("free")) } == ENOENT)
        #expect(code { () throws(LocalError) in try hands.tree.move(path("file"), to: path("none/file")) } == ENOENT)
        #expect(code { () throws(LocalError) in try hands.tree.move(path("a"), to: path("a/b/c")) } == EINVAL)
        try hands.tree.move(path("other"), to: path("a/b/other"))
        try hands.tree.move(path("a"), to: path("empty/a"))
        #expect(hands.bytes("empty/a/b/other") == [2])
        #expect(try Set(hands.names([]).keys) == ["empty", "file", "same"])
    }

    @Test(arguments: TreeKind.allCases) func exchanges(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("a")
        try hands.write([1], "a/file")
        try hands.write([2], "other")
        let before = try (hands.tree.status(path("a/file")), hands.tree.status(path("other")))
        try hands.tree.exchange(path("a/file"), path("other"))
        #expect(hands.bytes("a/file") == [2] && hands.bytes("other") == [1])
        let after = try (hands.tree.status(path("other")), hands.tree.status(path("a/file")))
        #expect(after.0?.identity == before.0?.identity && after.1?.identity == before.1?.identity)
        // A file and a folder.
        try hands.tree.exchange(path("a"), path("other"))
        #expect(hands.bytes("a") == [1] && hands.bytes("other/file") == [2])
        #expect(code { () throws(LocalError) in try hands.tree.exchange(path("a"), path("none")) } == ENOENT)
        #expect(code { () throws(LocalError) in try hands.tree.exchange(path("none"), path("a")) } == ENOENT)
        #expect(code { () throws(LocalError) in try hands.tree.exchange(path("other"), path("other/file")) } == EINVAL)
        #expect(code { () throws(LocalError) in try hands.tree.exchange(path("other/file"), path("other")) } == EINVAL)
    }

    // MARK: - Which file it is

    @Test(arguments: TreeKind.allCases) func aFileIsTheSameWhereverItIsMoved(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("a")
        try hands.write([1], "file")
        try hands.link("file", "second")
        let file = try #require(try hands.tree.status(path("file")))
        #expect(file.links == 2)
        #expect(try hands.tree.status(path("second"))?.identity == file.identity)
        try hands.tree.move(path("file"), to: path("a/moved"))
        try hands.append([2], "a/moved")
        try hands.rename("a", "b")
        #expect(try hands.tree.status(path("b/moved"))?.identity == file.identity)
        try hands.write([3], "new")
        #expect(try hands.tree.status(path("new"))?.identity != file.identity)
    }

    /// Numbers are given again; with the time of birth none is taken for another.
    @Test(arguments: TreeKind.allCases) func aNewFileIsNoOldOne(kind: TreeKind) throws {
        let hands = try kind.make()
        var known: Set<TreeIdentity> = []
        for round in 0..<20 {
            try hands.write([UInt8(round)], "file")
            let identity = try #require(try hands.tree.status(path("file"))).identity
            guard identity.birth != nil else { return }
            #expect(known.insert(identity).inserted)
            try hands.remove("file")
            hands.tick()
        }
    }

    @Test(arguments: TreeKind.allCases) func everyChangeMovesItsTime(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.write([1], "file")
        var last = try #require(try hands.tree.status(path("file")))
        let changes: [(String, () throws -> Void)] = [
            ("append", { try hands.append([2], "file") }),
            ("rewrite", { try hands.write([7, 8], "file") }),
            ("executable", { try hands.setExecutable(true, "file") }),
            ("date", { try hands.setModified(5_000_000_000, "file") }),
            ("link", { try hands.link("file", "second") }),
        ]
        for (name, change) in changes {
            hands.tick()
            try change()
            let status = try #require(try hands.tree.status(path("file")))
            #expect(status.changed > last.changed, "\(name)")
            last = status
        }
        #expect(last.modified == 5_000_000_000)
    }

    // MARK: - Contents

    @Test(arguments: TreeKind.allCases) func readsAFile(kind: TreeKind) throws {
        let hands = try kind.make()
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        for bytes in [[], [1], large] {
            try hands.write(bytes, "file")
            let content = try #require(try hands.tree.content(of: path("file")))
            #expect(content.digest == SHA256Digest.of(bytes))
            #expect(content.status.size == Int64(bytes.count))
            #expect(try hands.tree.status(path("file")) == content.status)
        }
    }

    @Test(arguments: TreeKind.allCases) func readsAFilePieceByPiece(kind: TreeKind) throws {
        let hands = try kind.make()
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }
        try hands.write(large, "file")
        let reading = try hands.tree.reading(of: path("file"))
        var read: Int64 = 0
        while true {
            var room = 1
            let step = try reading.next(&room)
            read += Int64(1 - room)
            guard case .end(let content) = step else { continue }
            let whole = try hands.tree.content(of: path("file"))
            #expect(content == whole)
            #expect(content?.digest == SHA256Digest.of(large))
            break
        }
        #expect(read == Int64(large.count))
        var room = 1
        let nothing = try hands.tree.reading(of: path("none")).next(&room)
        #expect(nothing == .end(nil))
    }

    @Test(arguments: TreeKind.allCases) func whatIsNoFileHoldsNothing(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("folder")
        try hands.pipe("pipe")
        #expect(try hands.tree.content(of: path("folder")) == nil)
        #expect(try hands.tree.content(of: path("pipe")) == nil)
        #expect(try hands.tree.content(of: []) == nil)
        #expect(code { () throws(LocalError) in _ = try hands.tree.read(path("folder")) } == EISDIR)
        #expect(code { () throws(LocalError) in _ = try hands.tree.read(path("pipe")) } == EINVAL)
    }

    @Test(arguments: TreeKind.allCases) func aFileThatGoesOnChangingIsNotRead(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.write([1], "file")
        // The other program may be held up for a while by the machine: then the file did come to rest, whole.
        let isRefused = try hands.whileWriting(to: "file") {
            for _ in 0..<100 {
                guard let content = try hands.tree.content(of: path("file")) else { return true }
                let added = [UInt8](repeating: UInt8(ascii: "x"), count: Int(content.status.size) - 1)
                #expect(content.digest == SHA256Digest.of([1] + added))
            }
            return false
        }
        #expect(isRefused)
        #expect(try hands.tree.content(of: path("file")) != nil)
    }

    /// Changes in one tick of the kernel's clock have one time; what was read must not be changed in the same one.
    @Test(arguments: TreeKind.allCases) func nothingChangesUnseenAfterwards(kind: TreeKind) throws {
        let hands = try kind.make()
        for round in 0..<10 {
            try hands.write([1, UInt8(round)], "file")
            let content = try #require(try hands.tree.content(of: path("file")))
            try hands.write([2, UInt8(round)], "file")
            let status = try #require(try hands.tree.status(path("file")))
            #expect(status.changed != content.status.changed)
        }
    }

    @Test(arguments: TreeKind.allCases) func writesSmallFiles(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("own")
        try hands.tree.write([1, 2], to: path("own/marker"))
        #expect(try hands.tree.read(path("own/marker")) == [1, 2])
        let first = try hands.tree.status(path("own/marker"))?.identity
        try hands.tree.write([], to: path("own/marker"))
        #expect(try hands.tree.read(path("own/marker")) == [])
        #expect(try hands.tree.status(path("own/marker"))?.identity != first, "renamed over, never written in place")
        #expect(try hands.names(path("own")).count == 1)
        let largest = [UInt8](repeating: 3, count: 64 << 10)
        try hands.tree.write(largest, to: path("own/marker"))
        #expect(try hands.tree.read(path("own/marker")) == largest)
        try hands.append([4], "own/marker")
        #expect(code { () throws(LocalError) in _ = try hands.tree.read(path("own/marker")) } == EFBIG)
        #expect(code { () throws(LocalError) in try hands.tree.write([1], to: path("none/marker")) } == ENOENT)
        #expect(code { () throws(LocalError) in try hands.tree.write([1], to: path("own")) } == EISDIR)
        #expect(try Set(hands.names([]).keys) == ["own"])
    }

    @Test(arguments: TreeKind.allCases) func aSmallFileIsWholeOrTheOldOne(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.tree.write([1], to: path("marker"))
        hands.failNextSync()
        #expect(code { () throws(LocalError) in try hands.tree.write([2], to: path("marker")) } == EIO)
        #expect(try hands.tree.read(path("marker")) == [1])
        #expect(try hands.names([]).count == 1)
    }

    @Test(arguments: TreeKind.allCases) func copiesAccess(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder("folder")
        try hands.write([1], "old")
        try hands.write([2, 3], "new")
        try hands.setModified(1_000_000_000, "new")
        for isExecutable in [true, false] {
            try hands.setExecutable(isExecutable, "new")
            try hands.setExecutable(!isExecutable, "old")
            try hands.tree.copyAccess(from: path("old"), to: path("new"))
            let status = try #require(try hands.tree.status(path("new")))
            #expect(status.isExecutable == isExecutable && status.modified == 1_000_000_000 && status.size == 2)
        }
        let access = { (other: String, way: String) in
            code { () throws(LocalError) in try hands.tree.copyAccess(from: path(other), to: path(way)) }
        }
        #expect(access("none", "new") == ENOENT && access("old", "none") == ENOENT)
        #expect(access("folder", "new") == EINVAL && access("old", "folder") == EINVAL)
    }

    @Test(arguments: TreeKind.allCases) func makesFoldersOfItsOwn(kind: TreeKind) throws {
        let hands = try kind.make()
        for _ in 0..<2 { try hands.tree.makeOwnFolder(path("own")) }
        #expect(try hands.tree.status(path("own"))?.kind == .folder)
        try hands.tree.makeOwnFolder(path("own/inside"))
        try hands.write([1], "file")
        #expect(code { () throws(LocalError) in try hands.tree.makeOwnFolder(path("file")) } == ENOTDIR)
        #expect(code { () throws(LocalError) in try hands.tree.makeOwnFolder(path("none/own")) } == ENOENT)
    }

    // MARK: - Making durable

    @Test(arguments: TreeKind.allCases) func makesNamesDurable(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.tree.makeFolder(path("a"))
        try hands.tree.sync([[]])
        try hands.tree.sync([path("a"), path("a"), []])
        try hands.tree.sync([])
        hands.failNextSync()
        #expect(code { () throws(LocalError) in try hands.tree.sync([path("a")]) } == EIO)
        try hands.tree.sync([path("a")])
    }

    /// A person may move a folder, and put another one there, before it is made durable.
    @Test(arguments: TreeKind.allCases) func makesDurableWhatWasChangedWhereverItIs(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.tree.makeFolder(path("a"))
        try hands.tree.makeFolder(path("a/b"))
        try hands.rename("a", "moved")
        try hands.tree.sync([path("a")])
        try hands.tree.makeFolder(path("moved/c"))
        try hands.remove("moved/b")
        try hands.remove("moved/c")
        try hands.remove("moved")
        try hands.tree.sync([path("moved")])
        try hands.symlink("nowhere", "moved")
        try hands.tree.sync([path("moved"), path("none")])
    }

    // MARK: - The folder itself

    @Test(arguments: TreeKind.allCases) func tellsWhetherItIsStillThere(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.write([1], "file")
        #expect(hands.tree.presence() == .there)
        try hands.replaceRoot()
        #expect(hands.tree.presence() == .replaced)
        #expect(try hands.tree.status(path("file")) != nil, "it goes on to tell of the one that was opened")
        let other = try kind.make()
        try other.removeRoot()
        #expect(other.tree.presence() == .missing)
    }

    @Test(arguments: TreeKind.allCases) func canDoWhatIsNeeded(kind: TreeKind) throws {
        let hands = try kind.make()
        try hands.makeFolder(".pannier")
        try TreeProbe(hands.tree, disk: "/folder").run()
        #expect(try hands.names(OwnPart.name).isEmpty)
    }
}
