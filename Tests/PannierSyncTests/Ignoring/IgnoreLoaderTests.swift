import PannierCore
import PannierSync
import Testing

@Suite struct IgnoreLoaderTests {
    private func isIgnored(_ name: String, in folder: String, _ loader: inout IgnoreLoader) throws -> Bool {
        let rules = try loader.rules(for: path(folder))
        return try #require(rules).isIgnored(path(name), isFolder: false)
    }

    @Test func readsAFileAgainWhenItHasChanged() throws {
        let hands = try DiskHands()
        var loader = IgnoreLoader(hands.tree)
        try hands.makeFolder("x")
        #expect(try !isIgnored("a", in: "x", &loader))
        try hands.write(Array("a".utf8), ".pannierignore")
        #expect(try isIgnored("a", in: "x", &loader))
        // As long as before, and at once.
        try hands.write(Array("b".utf8), ".pannierignore")
        #expect(try !isIgnored("a", in: "x", &loader))
        #expect(try isIgnored("b", in: "x", &loader))
        try hands.remove(".pannierignore")
        #expect(try !isIgnored("b", in: "x", &loader))
    }

    @Test func eachFolderHasItsOwn() throws {
        let hands = try DiskHands()
        var loader = IgnoreLoader(hands.tree)
        for folder in ["x", "x/y", "z"] { try hands.makeFolder(folder) }
        try hands.write(Array("a".utf8), "x/.pannierignore")
        try hands.write(Array("!a\n/b".utf8), "x/y/.pannierignore")
        #expect(try !isIgnored("a", in: "x/y", &loader))
        #expect(try isIgnored("b", in: "x/y", &loader))
        #expect(try !isIgnored("a", in: "z", &loader))
        #expect(try isIgnored("a", in: "x", &loader))
        #expect(try !isIgnored("a", in: "", &loader))
    }

    @Test func whatCannotBeReadIsSaidAndNothingIsConcluded() throws {
        let hands = try DiskHands()
        var loader = IgnoreLoader(hands.tree)
        for folder in ["x", "y", "z"] { try hands.makeFolder(folder) }
        try hands.write([UInt8](repeating: 0x61, count: 65_537), "x/.pannierignore")
        try hands.symlink("../x", "y/.pannierignore")
        try hands.makeFolder("z/.pannierignore")
        for folder in ["x", "y", "z"] {
            let problem = #expect(throws: Problem.self) { _ = try loader.rules(for: path(folder)) }
            #expect(problem?.code == .localFileUnreadable)
            #expect(problem?.title.contains("“\(folder)/.pannierignore”") == true)
        }
        #expect(try !isIgnored("a", in: "", &loader))
        try hands.write(Array("a".utf8), "x/.pannierignore")
        #expect(try isIgnored("a", in: "x", &loader))
    }

    /// An editor empties a file before it writes it, or removes it.
    @Test func whatIsBeingWrittenCountsOnceItHasComeToRest() throws {
        let hands = try DiskHands()
        var loader = IgnoreLoader(hands.tree, settle: 2_000_000_000)
        try hands.write(Array("a".utf8), ".pannierignore")
        let now = try #require(try hands.tree.status(path(".pannierignore"))).changed
        #expect(try loader.rules(for: [], wall: now + 1_000_000_000) == nil)
        #expect(try isIgnored(&loader, now + 2_000_000_000))

        try hands.write([], ".pannierignore")
        let then = try #require(try hands.tree.status(path(".pannierignore"))).changed
        #expect(try loader.rules(for: [], wall: then + 1_999_999_999) == nil)
        #expect(try !isIgnored(&loader, then + 2_000_000_000))

        try hands.write(Array("a".utf8), ".pannierignore")
        let last = then + 3_600_000_000_000
        #expect(try isIgnored(&loader, last))
        try hands.remove(".pannierignore")
        #expect(try loader.rules(for: [], wall: last) == nil)
        #expect(try loader.rules(for: [], wall: last + 1_999_999_999) == nil)
        #expect(try !isIgnored(&loader, last + 2_000_000_000))
    }

    /// Only the files of one branch are kept; what was there the mirror knows.
    @Test func whatIsGoneInAnotherBranchMayBeAboutToBeWritten() throws {
        let hands = try DiskHands()
        var loader = IgnoreLoader(hands.tree, settle: 2_000_000_000)
        for folder in ["a", "a/sub", "b"] { try hands.makeFolder(folder) }
        let now: Nanoseconds = 4_000_000_000_000_000_000
        #expect(try loader.rules(for: path("a/sub"), wall: now, known: [1]) == nil)
        for _ in 0..<2 {
            #expect(try loader.rules(for: path("b"), wall: now) != nil)
            #expect(try loader.rules(for: path("a/sub"), wall: now + 1_999_999_999, known: [1]) == nil)
        }
        // It stays gone, whatever was looked at meanwhile.
        #expect(try loader.rules(for: path("a/sub"), wall: now + 2_000_000_000, known: [1]) != nil)
        #expect(try loader.rules(for: path("b"), wall: now + 2_000_000_000) != nil)
        #expect(try loader.rules(for: path("a/sub"), wall: now + 2_000_000_001, known: [1]) != nil)
    }

    /// The second time it is gone is not the first.
    @Test func whatWasBackForAMomentIsGoneSinceThen() throws {
        let hands = try DiskHands()
        var loader = IgnoreLoader(hands.tree, settle: 2_000_000_000)
        try hands.write(Array("a".utf8), ".pannierignore")
        let now = try #require(try hands.tree.status(path(".pannierignore"))).changed
        #expect(try isIgnored(&loader, now + 2_000_000_000))
        try hands.remove(".pannierignore")
        #expect(try loader.rules(for: [], wall: now + 3_000_000_000) == nil)
        try hands.write(Array("a".utf8), ".pannierignore")
        let then = try #require(try hands.tree.status(path(".pannierignore"))).changed
        #expect(try loader.rules(for: [], wall: then) == nil)
        try hands.remove(".pannierignore")
        #expect(try loader.rules(for: [], wall: now + 60_000_000_000) == nil)
    }

    private func isIgnored(_ loader: inout IgnoreLoader, _ wall: Nanoseconds) throws -> Bool {
        let rules = try loader.rules(for: [], wall: wall)
        return try #require(rules).isIgnored(path("a"), isFolder: false)
    }
}
