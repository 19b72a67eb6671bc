import Foundation
import PannierCore
import SeededRandom
import Testing

@Suite struct NodeNameTests {
    @Test(arguments: [
        "a", ".hidden", "...", " ", "a b", "ends with a dot.", "a\\b", "a:b", "*?\"<>|", "Größe", "漢字", "👨‍👩‍👧",
        "\u{202E}evil", "\u{FEFF}", "-rf", "~", String(repeating: "x", count: 255),
    ]) func allowed(text: String) throws {
        let name = try NodeName(text)
        #expect(name.bytes == Array(text.utf8))
        #expect(Array(name.text.utf8) == Array(text.utf8))
        let json = try WireJSON.encode(name)
        #expect(try WireJSON.decode(NodeName.self, from: json) == name)
    }

    @Test(
        arguments: [
            ("", .empty), (".", .dots), ("..", .dots), ("a/b", .slash), ("/", .slash), ("a\0b", .control),
            ("a\nb", .control), ("\u{7F}", .control), ("\u{85}", .control), ("\u{1B}[31m", .control),
            (String(repeating: "x", count: 256), .tooLong), (String(repeating: "é", count: 128), .tooLong),
        ] as [(String, NodeNameError)]) func refused(text: String, error: NodeNameError) throws
    {
        #expect(throws: error) { try NodeName(text) }
        let json = try JSONEncoder().encode(text)
        #expect(throws: DecodingError.self) { try WireJSON.decode(NodeName.self, from: json) }
    }

    @Test(arguments: [
        [0xFF], [0xC3], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0x61, 0xE2, 0x82], [0xF4, 0x90, 0x80, 0x80],
    ])
    func bytesThatAreNotText(bytes: [UInt8]) {
        #expect(throws: NodeNameError.notUTF8) { try NodeName(bytes: bytes) }
    }

    /// Two spellings of one word are two names, and a folder may hold one of them.
    @Test func spellingsOfUnicode() throws {
        let composed = try NodeName("caf\u{E9}")
        let decomposed = try NodeName("cafe\u{301}")
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect(composed.uniqueKey == decomposed.uniqueKey)
        #expect(composed.uniqueKey == composed.bytes)
        for name in [composed, decomposed] {
            let back = try WireJSON.decode(NodeName.self, from: WireJSON.encode(name))
            #expect(back.bytes == name.bytes)
        }
    }

    @Test func theirDifferenceCanBeSaid() throws {
        let composed = try NodeName("caf\u{E9}!")
        let spelling = composed.spelling(apartFrom: try NodeName("cafe\u{301}!"))
        #expect(spelling == ("U+00E9", "U+0065 U+0301"))
        let long = try NodeName(String(repeating: "\u{1F600}", count: 20)).spelling(apartFrom: try NodeName("a"))
        #expect(long.own.hasSuffix("U+1F600 …") && long.other == "U+0061")
        #expect(try NodeName("ab").spelling(apartFrom: try NodeName("a")) == ("U+0062", "nothing"))
    }

    /// NFC, neither NFKC nor case folding: a ligature is another name, and so are capitals.
    @Test(arguments: [
        ("\u{212B}", "A\u{30A}", true), ("\u{1100}\u{1161}", "\u{AC00}", true), ("ﬁ", "fi", false), ("É", "é", false),
        ("a\u{323}\u{307}", "a\u{307}\u{323}", true), ("\u{2126}", "\u{3A9}", true),
    ]) func twins(first: String, second: String, areTwins: Bool) throws {
        let names = (try NodeName(first), try NodeName(second))
        #expect(names.0 != names.1)
        #expect((names.0.uniqueKey == names.1.uniqueKey) == areTwins)
    }

    @Test func orderIsByBytes() throws {
        let names = try ["A", "Z", "a", "z", "é", "漢", "😀"].map { try NodeName($0) }
        #expect(names.shuffled().sorted() == names)
    }

    @Test func hostileBytesAreRefusedOrKept() {
        var generator = SeededGenerator.fromEnvironment()
        for _ in 0..<2_000 {
            let bytes = generator.hostileBytes()
            guard let name = try? NodeName(bytes: bytes) else { continue }
            #expect(name.bytes == bytes)
            #expect((1...255).contains(bytes.count))
            #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0x2F })
            #expect(Array(name.text.utf8) == bytes)
        }
    }
}

@Suite struct RemotePathTests {
    private func texts(_ path: RemotePath) -> [String] { path.names.map(\.text) }

    @Test(
        arguments: [
            ("/", "/"), ("//", "/"), ("a", "/a"), ("/a/b", "/a/b"), ("a//b/", "/a/b"),
            ("shared:", "shared:/"),
            ("shared:/", "shared:/"), ("shared:/x/y", "shared:/x/y"), ("shared:x", "shared:/x"),
            ("/shared:/x", "/shared:/x"), ("Shared:/x", "/Shared:/x"),
        ]) func parsing(text: String, canonical: String) throws
    {
        let path = try RemotePath(parsing: text)
        #expect(path.description == canonical)
        #expect(try RemotePath(parsing: path.description) == path)
        let json = try WireJSON.encode(path)
        #expect(try WireJSON.decode(RemotePath.self, from: json) == path)
    }

    @Test func partsOfAPath() throws {
        let path = try RemotePath(parsing: "shared:/a/b")
        #expect(path.space == .shared)
        #expect(path.name?.text == "b")
        #expect(path.parent?.description == "shared:/a")
        #expect(path.parent?.parent == .sharedWithMe)
        #expect(RemotePath.myFiles.parent == nil)
        #expect(RemotePath.myFiles.isRoot)
        let name = try NodeName("c")
        #expect(path.appending(name).description == "shared:/a/b/c")
    }

    @Test func refused() {
        #expect(throws: RemotePathError.name("..", .dots)) { try RemotePath(parsing: "/a/../b") }
        #expect(throws: RemotePathError.name(".", .dots)) { try RemotePath(parsing: "./a") }
        #expect(throws: RemotePathError.name("b\n", .control)) { try RemotePath(parsing: "a/b\n") }
        #expect(throws: RemotePathError.empty) { try RemotePath(parsing: "") }
        #expect(throws: RemotePathError.name("a\u{10FFFF}b", .notUTF8)) {
            try RemotePath(parsing: Array("/x/a".utf8) + [0xFF] + Array("b".utf8))
        }
        #expect(throws: RemotePathError.tooLong) { try RemotePath(parsing: String(repeating: "a/", count: 2_001)) }
        #expect(throws: RemotePathError.tooDeep) { try RemotePath(parsing: String(repeating: "a/", count: 129)) }
        #expect(throws: Never.self) { try RemotePath(parsing: String(repeating: "a/", count: 128)) }
    }

    /// The slash says what is meant, and is no part of where it is.
    @Test(arguments: [("/a/b/", true), ("shared:/a//", true), ("/a/b", false), ("/", false), ("shared:/", false)])
    func aSlashAtTheEndMeansAFolder(text: String, isFolderMeant: Bool) throws {
        let path = try RemotePath(parsing: text)
        #expect(path.isFolderMeant == isFolderMeant)
        let plain = RemotePath(space: path.space, names: path.names)
        #expect(path == plain && Set([path, plain]).count == 1)
        #expect(path.description == plain.description)
        let back = try WireJSON.decode(RemotePath.self, from: WireJSON.encode(path))
        #expect(back == path && back.isFolderMeant == isFolderMeant)
        #expect(path.parent?.isFolderMeant != true)
    }

    @Test func spellingsOfUnicodeStayApart() throws {
        let composed = try RemotePath(parsing: "/caf\u{E9}")
        let decomposed = try RemotePath(parsing: "/cafe\u{301}")
        #expect(composed != decomposed)
        #expect(try RemotePath(parsing: decomposed.description).names == decomposed.names)
    }
}

@Suite struct LocalPathTests {
    @Test func appendingAndLastComponent() {
        #expect(LocalPath("/a").appending(Array("b".utf8)).description == "/a/b")
        #expect(LocalPath("/").appending(Array("b".utf8)).description == "/b")
        for (text, last) in [("/a/b", "b"), ("/a/b/", "b"), ("b", "b"), ("/", ""), ("", ""), ("a//", "a")] {
            #expect(LocalPath(text).lastComponent == Array(last.utf8), "\(text)")
        }
    }

    @Test func aSlashAtTheEndMeansAFolder() {
        for (text, trimmed, isFolderMeant) in [("/a/b", "/a/b", false), ("/a//", "/a", true), ("/", "/", true)] {
            #expect(LocalPath(text).trimmed.description == trimmed)
            #expect(LocalPath(text).isFolderMeant == isFolderMeant)
        }
    }

    @Test func bytesThatAreNotTextSurviveJSON() throws {
        for path in [LocalPath("/a/é"), LocalPath(bytes: [0x2F, 0xFF, 0xFE]), LocalPath("")] {
            let json = try WireJSON.encode(path)
            #expect(try WireJSON.decode(LocalPath.self, from: json) == path)
        }
        #expect(try WireJSON.encode(LocalPath("/a/b")) == Data(#""/a/b""#.utf8))
    }

    @Test func forC() {
        let length = LocalPath("/a\u{E9}").withCString { text in
            var length = 0
            while text[length] != 0 { length += 1 }
            return length
        }
        #expect(length == 4)
    }
}
