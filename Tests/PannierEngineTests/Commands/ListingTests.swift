import ArgumentParser
import Foundation
import PannierCore
import Synchronization
import Testing

@testable import pannier

/// Answers what it is told to, one command after the other.
private final class Answers: EngineLink {
    private let rest: Mutex<[Result<EngineReply, Problem>]>
    let events = AsyncStream<EngineEvent> { $0.finish() }

    init(_ all: Result<EngineReply, Problem>...) { rest = Mutex(all) }

    func send(_ command: EngineCommand) async throws -> EngineReply {
        let next = rest.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        return try (next ?? .failure(Problem(.agentUnreachable, "No more answers."))).get()
    }
}

private func row(_ name: String, _ kind: Node.Kind = .file, owner: String? = nil) throws -> Row {
    let node = Node(
        id: .random(), namespace: .random(), parent: .random(), name: try NodeName(name), kind: kind, created: 1,
        revision: 1, changedAt: 0, changedBy: "bob@example.org", content: nil)
    return Row(node: node, owner: owner, role: owner == nil ? nil : .viewer)
}

@Suite struct ListPrinterTests {
    @Test func jsonIsEndedWhenALaterPageFails() async throws {
        let first = RowPage(
            rows: [try row("a")], start: 0, total: 2, next: try row("a").key(in: RowOrder()))
        let gone = Problem(.mirrorDamaged, "Gone.")
        var text = ""
        let printer = ListPrinter(isLong: false, isJSON: true) { text += $0 }
        await #expect(throws: gone) {
            try await printer.list(.myFiles, Answers(.success(.rows(first)), .failure(gone)))
        }
        let array = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any]
        #expect(array?.count == 1)
    }

    @Test func whatCannotBeListedAtAllPrintsNothing() async throws {
        var text = ""
        let printer = ListPrinter(isLong: false, isJSON: true) { text += $0 }
        await #expect(throws: Problem.self) {
            try await printer.list(.myFiles, Answers(.failure(Problem(.notFound, "No."))))
        }
        #expect(text.isEmpty)
    }

    /// What was edited since is heard of when the folder goes on.
    @Test(arguments: [SyncState.Phase.same, .offline, .paused, .starting, .stopped])
    func nothingIsVerifiedWhileNobodyLooksAtTheDisk(_ phase: SyncState.Phase) async throws {
        var (one, two) = (try row("a"), try row("b"))
        (one.sync, two.sync) = (.verified, .problem)
        let page = RowPage(rows: [one, two], start: 0, total: 2, next: nil)
        var text = ""
        let printer = ListPrinter(isLong: false, isJSON: true, phase: phase) { text += $0 }
        try await printer.list(.myFiles, Answers(.success(.rows(page))))
        let array = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        let isSeen = phase == .same || phase == .offline
        let marks = array?.map { $0["sync"] as? String ?? "" }
        #expect(marks == [isSeen ? "verified" : "", "problem"])
    }

    @Test func whatIsSharedSaysFromWhomAndWhatForMe() throws {
        let text = ListPrinter.details(try row("film", .folder, owner: "alice@example.org")).text
        #expect(text.contains("from alice@example.org, you may view"))
    }
}

@Suite struct PutTargetTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "put-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("b".utf8).write(to: folder.appending(path: "b.txt"))
    }

    private func check(_ name: String, _ answer: Result<EngineReply, Problem>) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let argument = try PathArgument(folder.appending(path: name).path(percentEncoded: false))
        try await PutTarget(argument).check(against: try argument.remote, [LocalPath("/x/a.txt")], Answers(answer))
    }

    /// `put a.txt b.txt`: nobody means that a.txt shall be called b.txt on the server.
    @Test func aFileHereThatIsNoFolderThereIsRefused() async throws {
        let error = await #expect(throws: ValidationError.self) {
            try await check("b.txt", .failure(Problem(.notFound, "Nothing.")))
        }
        #expect(error?.message.contains("Nothing was sent") == true && error?.message.contains("a.txt") == true)
    }

    @Test func aFileThereIsNoFolderEither() async throws {
        await #expect(throws: ValidationError.self) { try await check("b.txt", .success(.row(try row("b.txt")))) }
    }

    @Test func aFolderThereIsMeant() async throws {
        try await check("b.txt", .success(.row(try row("b.txt", .folder))))
    }

    @Test func whatIsNotHereIsATarget() async throws {
        try await check("new.txt", .failure(Problem(.notFound, "Nothing.")))
    }

    /// There is such a folder on every machine.
    @Test func aFolderHereUnderAnAbsolutePathIsNoReason() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(!PutTarget(try PathArgument("/usr")).isLocalToo)
        #expect(PutTarget(try PathArgument("/etc/passwd")).isLocalToo)
    }
}

@Suite struct PathWordsTests {
    private func title(_ path: String) throws -> String {
        let argument = try PathArgument(path)
        do throws(Problem) {
            _ = try argument.remote
            return ""
        } catch {
            return error.title
        }
    }

    @Test func aBadNameIsNamedOnce() throws {
        #expect(
            try title("a\nb") == "“a\nb” is not a name that can be used: a name must not hold control characters.")
        #expect(try title("/x/a\nb").components(separatedBy: "a\nb").count == 3)
    }

    @Test func aLongNameIsShortened() throws {
        let text = try title("/" + String(repeating: "x", count: 256))
        #expect(text.count < 160 && text.contains("…") && text.contains("255 bytes"))
    }
}
