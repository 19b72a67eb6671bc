import Foundation
import Glibc
import Testing

/// A device with a synced folder.
struct SyncedDevice: Sendable {
    var device: Device
    let folder: URL

    // MARK: The person at it

    var root: String { folder.path(percentEncoded: false) }
    func path(_ path: String) -> String { "\(root)/\(path)" }

    /// Writes a file in place, as `echo >` does, with the folders that it needs.
    func write(_ text: String, to path: String, executable: Bool = false) throws {
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        let descriptor = open(self.path(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, executable ? 0o755 : 0o644)
        guard descriptor >= 0 else { throw Missed(what: "\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw Missed(what: "\(path): \(String(cString: strerror(errno)))")
        }
    }

    func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: self.path(path), withIntermediateDirectories: true)
    }

    func move(_ source: String, to target: String) throws {
        guard rename(path(source), path(target)) == 0 else {
            throw Missed(what: "rename \(source): \(String(cString: strerror(errno)))")
        }
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: self.path(path)) }

    func text(_ path: String) throws -> String {
        String(decoding: try readBytes(Array(self.path(path).utf8)), as: UTF8.self)
    }

    func inode(_ path: String) throws -> UInt64 {
        var status = stat()
        guard lstat(self.path(path), &status) == 0 else { throw Missed(what: "\(path) is not there") }
        return UInt64(status.st_ino)
    }

    func tree() throws -> FolderTree { try FolderTree(folder) }

    /// What deletions and replacements have put out of the way.
    func quarantine() throws -> [String] {
        let folder = path(".pannier/quarantine")
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map {
            String(decoding: try readBytes(Array("\(folder)/\($0)".utf8)), as: UTF8.self)
        }
    }

    // MARK: What pannier says

    @discardableResult
    func must(_ arguments: String..., within seconds: Int = 60) async throws -> Finished {
        let finished = try await device.start(arguments).finish(within: seconds)
        try #require(finished.exitCode == 0, "\(device.name): \(finished.story)")
        return finished
    }

    /// - Returns: what one command printed as JSON.
    func ask<Answer: Decodable>(_ type: Answer.Type, _ arguments: String...) async throws -> Answer {
        let finished = try await device.start(arguments + ["--json"]).finish(within: 60)
        try #require(finished.exitCode == 0, "\(device.name): \(finished.story)")
        return try JSONDecoder().decode(type, from: Data(finished.output.utf8))
    }

    struct State: Decodable, Sendable {
        struct Trouble: Decodable, Sendable, Equatable {
            let code: String
            let title: String
        }

        let phase: String
        let problem: Trouble?
        let files: Int
        let problems: Int
        let leftOut: [String: Int]
        let heldHere: Int
        let heldThere: Int
        let watched: Int
        let unwatched: Int
        let offline: Trouble?
        /// By the device's own clock.
        let verifiedAt: Int64?
    }

    func state() async throws -> State { try await ask(State.self, "sync") }

    /// Waits until it says that it is so.
    func wait(for phase: String, within seconds: Int = 60) async throws -> State {
        try await eventually(within: seconds, "\(device.name) is \(phase)") {
            let state = try await state()
            return state.phase == phase ? state : nil
        }
    }

    /// What it cannot keep the same, by path.
    func problems() async throws -> [String: String] {
        struct Event: Decodable {
            struct Problem: Decodable {
                let path: String
                let problem: State.Trouble
            }
            let problem: Problem?
        }
        var problems: [String: String] = [:]
        for line in try await must("events").output.split(separator: "\n") {
            guard line.contains("\"event\":\"problem\"") else { continue }
            let event = try JSONDecoder().decode(Event.self, from: Data(line.utf8))
            if let problem = event.problem { problems[problem.path] = problem.problem.code }
        }
        return problems
    }

    struct Node: Decodable, Sendable, Equatable {
        let id: String
        let name: String
        let path: String
        let kind: String
        let size: Int64?
        let isExecutable: Bool?
    }

    /// What is in a folder of the server.
    func there(_ path: String = "/") async throws -> [Node] { try await ask([Node].self, "ls", path) }

    /// All that is on the server, by path below My Files.
    func serverTree() async throws -> [String: Node] {
        var (nodes, left): ([String: Node], [String]) = ([:], ["/"])
        while let folder = left.popLast() {
            for node in try await there(folder) {
                nodes[String(node.path.dropFirst())] = node
                if node.kind == "folder" { left.append(node.path) }
            }
        }
        return nodes
    }

    struct Trashed: Decodable, Sendable {
        let id: String
        let name: String
        let path: String?
    }

    func trash() async throws -> [Trashed] { try await ask([Trashed].self, "trash") }

    struct Version: Decodable, Sendable {
        let number: Int64
        let size: Int64
        let sha256: String
        let device: String?
        let isCurrent: Bool
        let conflict: String?
    }

    /// What a file has held, the newest first.
    func versions(_ path: String) async throws -> [Version] { try await ask([Version].self, "versions", path) }

    // MARK: Its agent

    /// - Returns: whether one was there.
    @discardableResult
    func killAgent() async throws -> Bool {
        guard let pid = device.agentPID() else { return false }
        kill(pid, SIGKILL)
        try await eventually(within: 10, "the end of agent \(pid)") { device.agentPID() == pid ? nil : true }
        return true
    }

    func stopAgent() async throws { try await must("agent", "--stop") }

    /// Any command starts it.
    func startAgent() async throws { try await must("status") }
}
