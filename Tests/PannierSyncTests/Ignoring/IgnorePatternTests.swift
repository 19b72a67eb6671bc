import PannierSync
import Testing

@Suite struct IgnorePatternTests {
    /// As git would have it, of names and paths in the file's own folder.
    private func ignored(_ lines: String, _ path: String, isFolder: Bool = false) -> Bool {
        let names = path.split(separator: "/").map { Array($0.utf8) }
        let folder = TreePath(names.dropLast().joined(separator: [0x2F]))
        let rules = IgnoreRules(for: folder, files: [(0, IgnoreFile(Array(lines.utf8)))])
        return rules.isIgnored(names.last ?? [], isFolder: isFolder)
    }

    @Test(arguments: [
        ("a", "a", true), ("a", "x/a", true), ("a", "ab", false), ("/a", "x/a", false), ("/a", "a", true),
        ("x/a", "x/a", true), ("x/a", "y/x/a", false), ("*.o", "x/y.o", true), ("*.o", "y.oo", false),
        ("/*.o", "y.o", true), ("/*.o", "x/y.o", false), ("x/*.o", "x/y/z.o", false), ("?", "é", false),
        ("??", "é", true),
        ("a*c*e", "abcde", true), ("a*c*e", "abcd", false), ("a*b*a*b", "aabab", true),
    ]) func namesAndPaths(_ pattern: String, _ path: String, _ expected: Bool) {
        #expect(ignored(pattern, path) == expected)
    }

    @Test(arguments: [
        ("**/a", "a", true), ("**/a", "x/y/a", true), ("**/a", "ba", false), ("x/**", "x/y/z", true),
        ("x/**", "x", false),
        ("x/**/a", "x/a", true), ("x/**/a", "x/y/z/a", true), ("x/**/a", "xa", false), ("x/**y", "x/zy", true),
        ("x/**y", "x/z/y", false), ("a**b", "axxb", true), ("a/***/b", "a/x/y/b", true),
        ("**/x/**/a*c", "x/y/x/abc", true),
        ("/**", "x/y", true), (#"a/**\/b"#, "a/x/b", true), (#"a/**\/b"#, "a/b", false),
    ]) func twoStars(_ pattern: String, _ path: String, _ expected: Bool) {
        #expect(ignored(pattern, path) == expected)
    }

    @Test(arguments: [
        ("[a-c]", "b", true), ("[!a-c]", "b", false), ("[^a-c]", "d", true), ("[]-]", "]", true), ("[]-]", "-", true),
        ("[a-]", "-", true), (#"[\]]"#, "]", true), (#"[a\-c]"#, "b", false), ("[[:digit:]x]", "7", true),
        ("[[:digit:]x]", "x", true), ("[[:nothing:]]", "n", false), ("[[:a]", ":", true), ("[[a]", "[", true),
        ("[c-a]", "b", false), ("[", "[", false), ("a[", "a[", false), ("[a/b]", "a", true), ("x[!a]y", "x/y", false),
    ]) func sets(_ pattern: String, _ path: String, _ expected: Bool) {
        #expect(ignored(pattern, path) == expected)
    }

    @Test(arguments: [
        ("a  ", "a", true), (#"a\ "#, "a ", true), (#"a\  "#, "a ", true), ("a\t", "a", false), ("a\r\n", "a", true),
        ("# a", "# a", false), ("\\# a", "# a", true), (#"\!a"#, "!a", true), (#"a\"#, "a\\", false),
        (#"\a"#, "a", true),
        ("\u{FEFF}a", "a", true), ("  a", "a", false), ("\n\na\n\n", "a", true), ("a\0b", "a", true), ("/", "a", false),
    ]) func lines(_ pattern: String, _ path: String, _ expected: Bool) {
        #expect(ignored(pattern, path) == expected)
    }

    @Test func theLastLineDecides() {
        #expect(!ignored("*.o\n!a.o", "a.o"))
        #expect(ignored("*.o\n!a.o", "b.o"))
        #expect(ignored("!a.o\n*.o", "a.o"))
    }

    @Test func aSlashAtTheEndIsForFolders() {
        #expect(ignored("build/", "x/build", isFolder: true))
        #expect(!ignored("build/", "x/build"))
    }

    @Test func aFileBelowHasTheLastWord() {
        let above = IgnoreFile(Array("*.log\n/x/secret".utf8))
        let below = IgnoreFile(Array("!a.log\n/b".utf8))
        let rules = IgnoreRules(for: path("x"), files: [(0, above), (1, below)])
        #expect(!rules.isIgnored(path("a.log"), isFolder: false))
        #expect(rules.isIgnored(path("c.log"), isFolder: false))
        #expect(rules.isIgnored(path("b"), isFolder: false))
        #expect(rules.isIgnored(path("secret"), isFolder: false))
        #expect(!rules.isIgnored(path("public"), isFolder: false))
    }

    @Test func whatIsPanniersOwnCannotBeTakenBack() {
        let rules = IgnoreRules(for: path("x"), files: [(0, IgnoreFile(Array("!.pannier".utf8)))])
        #expect(rules.isIgnored(path(".pannier"), isFolder: true))
    }

    /// A pattern that makes a naive comparison try everything.
    @Test(.timeLimit(.minutes(1))) func aCostlyPatternEnds() {
        let stars = String(repeating: "a*", count: 120) + "b"
        #expect(!ignored(stars, String(repeating: "a", count: 250)))
        let folders = String(repeating: "**/a/", count: 60) + "b"
        #expect(!ignored(folders, String(repeating: "a/", count: 120) + "c"))
    }
}
