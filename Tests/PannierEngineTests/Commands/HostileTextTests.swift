import Foundation
import Logging
import PannierCore
import PannierEngine
import Testing

/// What a server, or a disk, can make commands print: nothing that does something to a terminal, into a pipe neither.
@Suite struct HostileTextTests {
    @Test(
        .timeLimit(.minutes(5)),
        arguments: [["ls", "-l"], ["status"], ["shares", "/a"], ["transfers"], ["doctor"], ["share", "/a", "x@y"]])
    func commandsPrintNoEscapes(_ arguments: [String]) async throws {
        let device = try AgentDevice()
        try FileManager.default.createDirectory(atPath: device.scratch.paths.state, withIntermediateDirectories: true)
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let socket = try await AgentSocket.listen(at: device.scratch.paths.socket, log: log)
        let ran = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await socket.serve(HostileEngine()) }
            defer { group.cancelAll() }
            return try await device.run(arguments)
        }
        #expect(ran.exitCode == 0, "\(ran)")
        #expect(ran.output.contains(#"\x1B"#) && ran.output.contains(#"\u{202E}"#), "\(ran)")
        let lines = (ran.output + ran.errors).unicodeScalars
        #expect(lines.allSatisfy { $0 == "\n" || SafeText(String($0)).escapes.isEmpty || $0 == "\\" }, "\(ran)")
        #expect(!ran.output.contains("\nforged"), "\(ran)")
    }
}

/// Answers with everything that must not be printed as it is, at times that do not exist.
private struct HostileEngine: CommandHandler {
    private static let evil = "a\u{1B}[2J\u{202E}\nforged\u{9B}31m"

    func perform(_ command: EngineCommand) async throws(Problem) -> EngineReply {
        switch command {
        case .list: return .rows(RowPage(rows: Self.rows(), start: 0, total: 2, next: nil))
        case .status, .freshStatus: return .status(Self.status)
        case .share, .shares:
            let grant = Grant(id: .random(), node: .random(), email: Self.evil, role: .viewer, grantedAt: .min)
            return .access([Access(path: .myFiles, grant: grant)])
        case .transfers:
            return .transfers([
                TransferState(
                    id: .random(), direction: .upload, state: .failed, name: Self.evil, local: LocalPath(Self.evil),
                    remote: .myFiles, problem: Problem(.badRequest, Self.evil, detail: Self.evil))
            ])
        case .doctor: return .findings([Finding(topic: "disk", verdict: .ok, text: Self.evil)])
        case .syncState: return .sync(Self.sync)
        case .syncProblems:
            let problem = SyncProblem(
                key: Self.evil, path: LocalPath(Self.evil), problem: Problem(.nameTwin, Self.evil, detail: Self.evil))
            return .syncProblems(SyncProblemPage(problems: [problem], total: 1, next: nil))
        default: return .done
        }
    }

    private static var sync: SyncState {
        var state = SyncState(folder: LocalPath(evil), phase: .stopped)
        state.problem = Problem(.syncFolderLost, evil, detail: evil)
        return state
    }

    private static func rows() -> [Row] {
        [Milliseconds.max, 0].compactMap { time in
            guard let name = try? NodeName("name") else { return nil }
            let content = Node.Content(
                version: .random(), size: 1, sha256: Fingerprint(0, 0, 0, 0), modified: time == 0 ? .min : .max,
                isExecutable: false, mimeType: "text/plain")
            let node = Node(
                id: .random(), namespace: .random(), parent: nil, name: name, kind: .file, created: 1, revision: 1,
                changedAt: time, changedBy: evil, content: content)
            return Row(node: node, owner: time == 0 ? evil : nil, role: .viewer)
        }
    }

    private static let status = EngineStatus(
        server: evil, account: nil, device: nil, connection: .offline, problem: Problem(.badRequest, evil),
        verifiedAt: .max, latencyMilliseconds: 3, fileCount: 12, agentProcess: 99, version: evil)

    func subscribe(_ mailbox: EventMailbox) async {}
    func unsubscribe(_ mailbox: EventMailbox) async {}
}
