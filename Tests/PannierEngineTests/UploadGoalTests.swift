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
            #expect(throws: Problem.self) {
                _ = try UploadGoal(target: try RemotePath(parsing: target), place: nil, sources: 1)
            }
        }
    }

    @Test func namesThatAreNoneAreRefused() throws {
        let goal = try UploadGoal(target: .myFiles, place: place(.folder), sources: 1)
        let problem = #expect(throws: Problem.self) { _ = try goal.name(for: LocalPath(bytes: [0x2F, 0xFF])) }
        #expect(problem?.code == .nameNotAllowed)
        #expect(problem?.title.contains("\\xFF") == true)
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
        let missing = #expect(throws: Problem.self) {
            try LocalItem.check(LocalPath(scratch.folder + "/none"), replacing: nil, at: target)
        }
        #expect(missing?.code == .localFileUnreadable)
        #expect(throws: Problem.self) { try LocalItem.check(LocalPath("/dev/null"), replacing: nil, at: target) }
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
