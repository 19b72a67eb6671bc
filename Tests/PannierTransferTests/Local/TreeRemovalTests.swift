import Glibc
import PannierCore
import Testing

@testable import PannierTransfer

/// Removing whole trees, on a real disk.
@Suite struct TreeRemovalTests {
    private let folder: Folder
    private let top: Descriptor

    init() throws {
        folder = try Folder()
        top = try Descriptor.open(folder.path, O_RDONLY | O_DIRECTORY)
    }

    private func remove(_ name: String) throws { try TreeRemoval.remove(Array(name.utf8), in: top) }

    /// Far beyond what a path may have: only a step at a time leads there.
    @Test(.timeLimit(.minutes(1))) func aTreeOf3000Levels() throws {
        let name = String(repeating: "d", count: 200)
        var current = top
        for level in 0..<3_000 {
            try #require(mkdirat(current.number, name, 0o700) == 0, "level \(level)")
            // Something before it, and something behind.
            for other in ["a", "z"] {
                let file = openat(current.number, other, O_WRONLY | O_CREAT | O_CLOEXEC, mode_t(0o600))
                try #require(file >= 0)
                close(file)
            }
            current = try current.open(beneath: Array(name.utf8), O_RDONLY | O_DIRECTORY)
        }
        current = top
        let before = descriptors()
        try remove(name)
        #expect(folder.names() == ["a", "z"])
        // Other tests open some hundreds meanwhile; one a level would be three thousand.
        #expect(descriptors() < before + 1_000)
    }

    private func descriptors() -> Int {
        var count = 0
        guard let all = try? Descriptor.open(LocalPath("/proc/self/fd"), O_RDONLY | O_DIRECTORY) else { return 0 }
        try? all.eachChild { _ in
            count += 1
            return true
        }
        return count
    }

    @Test func aWideTree() throws {
        for number in 0..<300 {
            try folder.makeFolder("wide/\(number)/sub")
            try folder.write([1], "wide/\(number)/sub/file")
            try folder.write([1], "wide/file \(number)")
        }
        try folder.write([1], "beside")
        try remove("wide")
        #expect(folder.names() == ["beside"])
    }

    @Test func linksAreNotFollowed() throws {
        try folder.makeFolder("kept")
        try folder.write([1], "kept/file")
        try folder.makeFolder("tree")
        try #require(symlink(folder.at("kept").description, folder.at("tree/link").description) == 0)
        try #require(symlink(folder.at("kept").description, folder.at("link").description) == 0)
        try remove("tree")
        try remove("link")
        #expect(folder.names() == ["kept", "kept/file"])
    }

    @Test func aFileAloneAndNothingAtAll() throws {
        try folder.write([1], "file")
        try remove("file")
        try remove("file")
        #expect(folder.names().isEmpty)
    }

    /// It is said, and nothing beside it is touched.
    @Test(.enabled(if: getuid() != 0, "root may everything")) func whatCannotBeRemoved() throws {
        try folder.makeFolder("tree/closed")
        try folder.write([1], "tree/closed/file")
        try #require(chmod(folder.at("tree/closed").description, 0o500) == 0)
        defer { chmod(folder.at("tree/closed").description, 0o700) }
        #expect(throws: LocalError(EACCES)) { try remove("tree") }
        #expect(folder.names().contains("tree/closed/file"))
    }
}
