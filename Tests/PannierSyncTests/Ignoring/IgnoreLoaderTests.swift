import PannierCore
import PannierSync
import Testing

@Suite struct IgnoreLoaderTests {
    private func isIgnored(_ name: String, in folder: String, _ loader: inout IgnoreLoader) throws -> Bool {
        try loader.rules(for: path(folder)).isIgnored(path(name), isFolder: false)
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
}
