import Foundation
import PannierCore
import PannierEngine
import PannierMirror
import Testing

/// Where `put` puts things: as `cp` would.
@Suite struct UploadGoalTests {
    private func place(_ kind: Node.Kind) -> Place {
        Place(
            view: 1,
            node: Node(
                id: .random(), namespace: .random(), parent: nil, name: (try? NodeName("x"))!, kind: kind, created: 1,
                revision: 1, changedAt: 0, changedBy: "x"))
    }

    @Test func intoAFolderThatIsThere() throws {
        let goal = try UploadGoal(target: try RemotePath(parsing: "/a"), place: place(.folder), sources: 3)
        #expect(goal.parent == nil)
        let name = try NodeName("source")
        #expect(try goal.name(for: LocalPath("/home/x/source/")) == name)
    }

    @Test(arguments: [nil, Node.Kind.file]) func oneSourceGetsTheName(_ kind: Node.Kind?) throws {
        let goal = try UploadGoal(target: try RemotePath(parsing: "/a/b"), place: kind.map(place), sources: 1)
        let folder = try RemotePath(parsing: "/a")
        #expect(goal.parent == folder)
        let name = try NodeName("b")
        #expect(try goal.name(for: LocalPath("/x/y")) == name)
    }

    @Test(arguments: [nil, Node.Kind.file]) func severalNeedAFolder(_ kind: Node.Kind?) throws {
        let problem = #expect(throws: Problem.self) {
            _ = try UploadGoal(target: try RemotePath(parsing: "/a/b"), place: kind.map(place), sources: 2)
        }
        #expect(problem?.code == .notFolder)
    }

    @Test func nothingGoesIntoSharedWithMeItself() throws {
        for target in ["shared:/", "shared:/new"] {
            let problem = #expect(throws: Problem.self) {
                _ = try UploadGoal(target: try RemotePath(parsing: target), place: nil, sources: 1)
            }
            #expect(problem?.code == .viewOnly)
        }
    }

    /// A slash at the end of the target: a folder becomes it, a file does not.
    @Test func aSlashMeansAFolder() throws {
        let target = try RemotePath(parsing: "/new/")
        let scratch = try Scratch()
        let file = LocalPath(scratch.folder + "/file")
        try Data("x".utf8).write(to: URL(filePath: file.description))
        let problem = #expect(throws: Problem.self) {
            _ = try UploadGoal(target: target, place: place(.file), sources: 1)
        }
        #expect(problem?.code == .notFolder)
        let name = try NodeName("new")
        #expect(try UploadGoal(target: target, place: nil, sources: 1).name == name)
        let refused = #expect(throws: Problem.self) { try LocalItem.check(file, replacing: nil, at: target) }
        #expect(refused?.code == .notFolder)
        try LocalItem.check(LocalPath(scratch.folder), replacing: nil, at: target)
    }

    @Test func namesThatAreNoneAreRefused() throws {
        let goal = try UploadGoal(target: .myFiles, place: place(.folder), sources: 1)
        let problem = #expect(throws: Problem.self) { _ = try goal.name(for: LocalPath(bytes: [0x2F, 0xFF])) }
        #expect(problem?.code == .nameNotAllowed)
        // Once, where it is printed.
        #expect(problem.map { SafeText($0.title).text.hasPrefix("/\\xFF cannot") } == true)
    }

    @Test func sourcesAreLookedAtFirst() throws {
        let scratch = try Scratch()
        let file = LocalPath(scratch.folder + "/file")
        try Data("x".utf8).write(to: URL(filePath: file.description))
        let target = try RemotePath(parsing: "/t")
        try LocalItem.check(file, replacing: place(.file).node, at: target)
        try LocalItem.check(LocalPath(scratch.folder), replacing: nil, at: target)
        #expect(throws: Problem.self) {
            try LocalItem.check(LocalPath(scratch.folder), replacing: place(.file).node, at: target)
        }
        #expect(throws: Problem.self) { try LocalItem.check(file, replacing: place(.folder).node, at: target) }
        let slashed = #expect(throws: Problem.self) {
            try LocalItem.check(LocalPath(file.description + "/"), replacing: nil, at: target)
        }
        #expect(slashed?.code == .notFolder)
        let missing = #expect(throws: Problem.self) {
            try LocalItem.check(LocalPath(scratch.folder + "/none"), replacing: nil, at: target)
        }
        #expect(missing?.code == .localFileUnreadable)
        #expect(throws: Problem.self) { try LocalItem.check(LocalPath("/dev/null"), replacing: nil, at: target) }
    }
}

/// Where `get` puts things: as `cp` would.
@Suite struct DownloadGoalTests {
    private func node(_ kind: Node.Kind) throws -> Node {
        Node(
            id: .random(), namespace: .random(), parent: nil, name: try NodeName("x"), kind: kind, created: 1,
            revision: 1, changedAt: 0, changedBy: "x")
    }

    /// - Parameter there: what stands at the place that comes of it.
    private func place(
        _ target: String, _ kind: LocalItem.Kind?, _ node: Node.Kind, there: LocalItem.Kind? = nil
    ) throws -> String {
        try DownloadGoal(target: LocalPath(target), kind: kind, sources: 1)
            .place(for: try self.node(node), named: Array("x".utf8), kind: { $0.description == "/" ? .folder : there })
            .description
    }

    @Test func intoAFolderOrUnderANewName() throws {
        #expect(try place("/t", .folder, .file) == "/t/x")
        #expect(try place("/t/", .folder, .folder) == "/t/x")
        #expect(try place("/t", nil, .file) == "/t")
        #expect(try place("/t/", nil, .folder) == "/t")
        #expect(try place("/t", .folder, .folder, there: .folder) == "/t/x")
        #expect(try place("/t", .file, .file, there: .file) == "/t")
    }

    @Test func aFolderThatDoesNotExistIsNamed() throws {
        let problem = #expect(throws: Problem.self) { _ = try place("/nofolder/b.txt", nil, .file) }
        #expect(problem?.code == .notFolder && problem?.title == "The folder /nofolder does not exist.")
    }

    @Test func whatDoesNotFitIsRefusedAtOnce() throws {
        for refused in [
            { try place("/t/", nil, .file) }, { try place("/t", .file, .folder, there: .file) },
            { try place("/t", .folder, .folder, there: .other) },
        ] {
            let problem = #expect(throws: Problem.self) { _ = try refused() }
            #expect(problem?.code == .notFolder)
        }
        #expect(throws: Problem.self) { _ = try place("/t", .folder, .file, there: .folder) }
        #expect(throws: Problem.self) { _ = try DownloadGoal(target: LocalPath("/t"), kind: nil, sources: 2) }
    }
}

@Suite struct PushAddressTests {
    @Test func followsTheServersAddress() throws {
        let plain = try PushAddress(server: "http://127.0.0.1:8080")
        #expect(plain.host == "127.0.0.1" && plain.port == 8080 && !plain.isSecure && plain.path == "/v1/push")
        let secure = try PushAddress(server: "https://files.example.org/pannier")
        #expect(secure.port == 443 && secure.isSecure && secure.path == "/pannier/v1/push")
        #expect(secure.authority == "files.example.org")
        let six = try PushAddress(server: "http://[::1]:99")
        #expect(six.host == "::1" && six.port == 99 && six.authority == "[::1]:99")
    }
}
