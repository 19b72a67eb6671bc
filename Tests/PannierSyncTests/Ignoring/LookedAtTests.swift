import ChildPrograms
import Glibc
import PannierCore
import PannierSync
import Testing

@Suite struct LookedAtTests {
    private func entries(
        _ hands: DiskHands, _ folder: TreePath = []
    ) throws -> [String: FolderListing.Entry] {
        var loader = IgnoreLoader(hands.tree)
        let rules = try loader.rules(for: folder)
        let entries = try LookedAt.entries(of: folder, in: hands.tree, #require(rules))
        return Dictionary(uniqueKeysWithValues: entries.map { (String(decoding: $0.name, as: UTF8.self), $0) })
    }

    @Test func saysWhatIsNotSynchronised() throws {
        let hands = try DiskHands()
        try hands.makeFolder("folder")
        try hands.write([1], "file")
        try hands.symlink("file", "link")
        try hands.pipe("pipe")
        try hands.write([1], "a\nb")
        try hands.write([1], [0xFF])
        let found = try entries(hands)
        #expect(found["folder"]?.kind == .folder)
        #expect(found["file"]?.kind == .file)
        #expect(found.values.filter { $0.kind != .excluded }.allSatisfy { $0.problem == nil })
        for name in ["link", "pipe", "a\nb", "\u{FFFD}"] {
            #expect(found[name]?.kind == .excluded)
            #expect(found[name]?.problem?.code == .notSynchronised)
        }
        #expect(found["pipe"]?.problem?.title == "“pipe” is a device, a pipe or a socket.")
        #expect(found["pipe"]?.problem?.detail?.contains(".pannierignore") == true)
        #expect(
            found.compactMapValues(\.leftOut) == ["link": .link, "pipe": .device, "a\nb": .name, "\u{FFFD}": .name])
    }

    @Test func nobodyHearsOfWhatIsIgnored() throws {
        let hands = try DiskHands()
        try hands.write(Array("link\n*.o\n".utf8), ".pannierignore")
        try hands.symlink("file", "link")
        try hands.write([1], "a.o")
        let found = try entries(hands)
        #expect(found["link"]?.kind == .excluded && found["link"]?.problem == nil)
        #expect(found["a.o"]?.kind == .excluded && found["a.o"]?.problem == nil)
        #expect(found[".pannierignore"]?.kind == .file)
    }

    @Test func whatIsPanniersOwnIsNoEntry() throws {
        let hands = try DiskHands()
        try hands.makeFolder(".pannier")
        try hands.makeFolder("x")
        try hands.makeFolder("x/.pannier")
        #expect(try entries(hands).keys.sorted() == ["x"])
        let below = try entries(hands, path("x"))[".pannier"]
        #expect(below?.kind == .excluded && below?.leftOut == .ownName && below?.problem?.code == .notSynchronised)
    }

    /// Its marker says so, whoever's it is; a folder with anything else in it is none.
    @Test func anotherSyncedFolderIsLeftToItself() throws {
        let hands = try DiskHands()
        for folder in ["other", "other/.pannier", "old", "old/.pannier", "plain"] { try hands.makeFolder(folder) }
        try hands.write([7], "other/.pannier/marker")
        try hands.write([7], "old/.pannier/none")
        let found = try entries(hands)
        #expect(found["other"]?.kind == .excluded && found["other"]?.leftOut == .syncedFolder)
        #expect(found["other"]?.problem?.detail?.contains("remove .pannier in it") == true)
        #expect(found["old"]?.kind == .folder && found["plain"]?.kind == .folder)
    }

    /// Nobody but them may look at its marker.
    @Test func somebodyElsesSyncedFolderIsLeftToItself() throws {
        let hands = try DiskHands()
        for folder in ["other", "other/.pannier", "closed"] { try hands.makeFolder(folder) }
        for folder in ["other/.pannier", "closed"] { #expect(chmod(hands.at(folder), 0) == 0) }
        defer { for folder in ["other/.pannier", "closed"] { chmod(hands.at(folder), 0o700) } }
        let found = try OrdinaryThread.run { try entries(hands) }
        #expect(found["other"]?.kind == .excluded && found["other"]?.leftOut == .syncedFolder)
        #expect(found["closed"]?.kind == .folder)
    }

    @Test func whatLiesTooDeepOrHasTooLongAPath() throws {
        let hands = try DiskHands()
        var folder: TreePath = []
        for _ in 0..<Limits.depth - 1 {
            folder += folder.isEmpty ? path("d") : path("/d")
            try hands.tree.makeFolder(folder)
        }
        try hands.tree.makeFolder(folder + path("/last"))
        #expect(try entries(hands, folder)["last"]?.kind == .folder)
        try hands.write([1], folder + path("/last/deeper"))
        #expect(try entries(hands, folder + path("/last"))["deeper"]?.problem?.code == .notSynchronised)

        let name = [UInt8](repeating: 0x6E, count: Limits.nameBytes)
        var long = path("l")
        try hands.tree.makeFolder(long)
        while long.count + 1 + name.count < Limits.pathBytes {
            long += [0x2F] + name
            try hands.tree.makeFolder(long)
        }
        // With the slash that stands before it there, it is as long as may be.
        let fits = Limits.pathBytes - long.count - 2
        for length in [fits, fits + 1] {
            try hands.write([1], long + [0x2F] + [UInt8](repeating: 0x78, count: length))
        }
        let found = try entries(hands, long)
        #expect(found[String(repeating: "x", count: fits)]?.kind == .file)
        #expect(found[String(repeating: "x", count: fits + 1)]?.kind == .excluded)
    }
}
