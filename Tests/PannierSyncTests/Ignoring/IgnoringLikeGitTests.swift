import Foundation
import PannierSync
import SeededRandom
import Testing

/// Random trees with random patterns in them: what is ignored is what git ignores. `PANNIER_SEED` runs one again.
@Suite(.timeLimit(.minutes(5))) struct IgnoringLikeGitTests {
    private static let isFull = ProcessInfo.processInfo.environment["PANNIER_FULL"] != nil

    /// In two halves beside each other: git takes long to start, and nobody else is at work by the end.
    @Test(.enabled(if: IgnoredByGit.isThere, "git is not there")) func ignoresWhatGitIgnores() async throws {
        let seeds = SeededGenerator.seeds(Self.isFull ? 3_000 : 150)
        let middle = seeds.count / 2
        let ignored = try await withThrowingTaskGroup(of: Int.self) { group in
            for half in [seeds[..<middle], seeds[middle...]] { group.addTask { try await compare(half) } }
            return try await group.reduce(0, +)
        }
        #expect(ignored > 0)
    }

    /// - Returns: how many were ignored.
    private func compare(_ seeds: ArraySlice<UInt64>) async throws -> Int {
        let hands = try DiskHands()
        let git = try IgnoredByGit(hands.root)
        var ignored = 0
        for seed in seeds {
            // Other tests wait for the same few threads.
            await Task.yield()
            var wood = try IgnoredWood(seed, hands)
            let paths = try wood.grow()
            let expected = try git(paths)
            let found = try wood.ignored().intersection(paths)
            for path in expected.symmetricDifference(found) {
                Issue.record(
                    """
                    PANNIER_SEED=\(seed): git \(expected.contains(path) ? "ignores" : "does not ignore") \
                    \(String(reflecting: String(decoding: path, as: UTF8.self))), by \(wood.words)
                    """)
            }
            ignored += found.count
            try wood.fell()
        }
        return ignored
    }
}

/// A small tree of files, with ignore files in it, for git and for pannier.
private struct IgnoredWood {
    private let hands: DiskHands
    private var random: SeededGenerator
    private var folders: [TreePath] = [[]]
    private var files: [TreePath] = []
    private var patterns: [(folder: TreePath, bytes: [UInt8])] = []

    init(_ seed: UInt64, _ hands: DiskHands) throws {
        random = SeededGenerator(seed: seed)
        self.hands = hands
    }

    var words: [String] {
        patterns.map {
            "\(String(decoding: $0.folder, as: UTF8.self)): \(String(decoding: $0.bytes, as: UTF8.self).debugDescription)"
        }
    }

    private static let unkept: [UInt8] = [0xFF, 0x61]
    private static let names =
        ["a", "b", "ab", "ba", "aab", "c.o", "a b", "a ", "-", "!a", "#a", "[a]", "]", "\\a", "*", "é", "a.b.c"]
        .map { Array($0.utf8) } + [unkept]

    mutating func grow() throws -> [TreePath] {
        for _ in 0..<random.number(below: 24) + 8 {
            let name = Self.names[random.number(below: Self.names.count)]
            let path = child(of: folders[random.number(below: folders.count)], name)
            guard try hands.tree.status(path) == nil else { continue }
            // Nobody looks into a folder whose name the server cannot keep.
            if random.chance(45), name != Self.unkept, path.count(where: { $0 == 0x2F }) < 4 {
                try hands.tree.makeFolder(path)
                folders.append(path)
            } else {
                try hands.write([], path)
                files.append(path)
            }
        }
        for folder in folders where folder.isEmpty || random.chance(25) {
            let bytes = Array((0..<random.number(below: 5) + 1).map { _ in line() }.joined(separator: [0x0A]))
            patterns.append((folder, bytes))
            try hands.write(bytes, child(of: folder, IgnoreFile.name))
            try hands.write(bytes, child(of: folder, Array(".gitignore".utf8)))
        }
        return folders.dropFirst() + files
    }

    func fell() throws {
        for (folder, _) in patterns {
            try hands.tree.removeFile(child(of: folder, IgnoreFile.name))
            try hands.tree.removeFile(child(of: folder, Array(".gitignore".utf8)))
        }
        for file in files { try hands.tree.removeFile(file) }
        for folder in folders.dropFirst().reversed() { try hands.tree.removeFolder(folder) }
    }

    private func child(of folder: TreePath, _ name: [UInt8]) -> TreePath {
        folder.isEmpty ? name : folder + [0x2F] + name
    }

    // MARK: - What pannier ignores

    func ignored() throws -> Set<TreePath> {
        var loader = IgnoreLoader(hands.tree)
        var ignored: Set<TreePath> = []
        try look([], &loader, &ignored)
        return ignored
    }

    private func look(_ folder: TreePath, _ loader: inout IgnoreLoader, _ ignored: inout Set<TreePath>) throws {
        let rules = try loader.rules(for: folder)
        for entry in try LookedAt.entries(of: folder, in: hands.tree, #require(rules)) {
            let path = child(of: folder, entry.name)
            // Git's own folder.
            if entry.name == Array(".git".utf8) { continue }
            if entry.kind == .folder { try look(path, &loader, &ignored) }
            if entry.kind == .excluded, entry.problem == nil { ignored.formUnion(below(path)) }
        }
    }

    /// Git tells of all that lies in an ignored folder.
    private func below(_ path: TreePath) -> [TreePath] {
        [path] + (folders + files).filter { $0.starts(with: path + [0x2F]) }
    }

    // MARK: - Patterns

    private static let pieces = [
        "a", "b", "c", "ab", "a", "b", ".o", ".", "-", " ", "  ", "*", "*", "**", "***", "?", "/", "/", "**/", "/**",
        "/**/",
        "\\", "\\*", "\\ ", "\\a", "\\[", "[ab]", "[!a]", "[^b]", "[a-c]", "[]a]", "[a-]", "[-a]", "[[:alpha:]]",
        "[[:punct:]a]", "[[:x:]]", "[[:a]", "[", "[a", "]", "[\\]a]", "[\\a-b]", "[a/]", "é", "!", "#", "\t", "\r",
    ]

    private mutating func line() -> [UInt8] {
        var text = random.chance(20) ? "!" : random.chance(5) ? "#" : random.chance(5) ? "\\!" : ""
        if random.chance(20) { text += "/" }
        for _ in 0..<random.number(below: 5) + 1 { text += Self.pieces[random.number(below: Self.pieces.count)] }
        if random.chance(15) { text += "/" }
        if random.chance(10) { text += " " }
        return isTakenWrongly(text) ? line() : Array(text.utf8)
    }

    /// Before 2.52 git takes `**` after a word for one that stands alone, where that word is all that comes before it:
    /// `a**/b` and `a/b**` are not what its manual says they are.
    private func isTakenWrongly(_ text: String) -> Bool {
        guard let stars = text.range(of: "**") else { return false }
        let before = text[..<stars.lowerBound]
        return !before.isEmpty && before.last != "/" && !before.contains { "*?[\\".contains($0) }
    }
}
