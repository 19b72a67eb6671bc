import Foundation
import PannierMirror
import PannierSync

/// Lets a program work in a folder that is watched, and records what is heard of it.
struct ProgramRecorder {
    let hands: DiskHands

    init() throws { hands = try DiskHands() }

    struct Failed: Error {
        let status: Int32
        let words: String
    }

    /// - Parameter prepare: what is there before; its folders are watched too, numbered from 2 in order of their paths.
    static func record(_ script: String, prepare: String) throws -> WatchRecording {
        let recorder = try ProgramRecorder()
        try recorder.run(prepare)
        return try recorder.record(script)
    }

    private func record(_ script: String) throws -> WatchRecording {
        let collector = EventCollector()
        let watcher = try FolderWatcher(hands.disk, collector.sink)
        defer { watcher.stop() }
        let folders = try FileManager.default.subpathsOfDirectory(atPath: hands.root).sorted().filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: hands.at(path), isDirectory: &isFolder) && isFolder.boolValue
                && !path.hasPrefix(".git")
        }
        for (number, folder) in ([""] + folders).enumerated() {
            watcher.watch(LocalID(Int64(number + 1)), at: path(folder))
        }
        let begin = Date()
        try run(script)
        try hands.write([], "the end")
        let all = try collector.take { $0 == .name(Array("the end".utf8), .closed, in: LocalID(1)) }
        return recording(all.filter { !isEnd($0.event) }, begin)
    }

    private func isEnd(_ event: WatchEvent) -> Bool {
        if case .name(let name, _, _) = event { name == Array("the end".utf8) } else { false }
    }

    /// With small numbers for moves.
    private func recording(_ events: [(at: Date, event: WatchEvent)], _ begin: Date) -> WatchRecording {
        var recording = WatchRecording()
        var numbers: [UInt32: UInt32] = [:]
        func small(_ number: UInt32) -> UInt32 {
            let small = numbers[number] ?? UInt32(numbers.count + 1)
            numbers[number] = small
            return small
        }
        for (at, event) in events {
            var event = event
            if case .name(let name, .movedAway(let number), let folder) = event {
                event = .name(name, .movedAway(small(number)), in: folder)
            } else if case .name(let name, .movedHere(let number), let folder) = event {
                event = .name(name, .movedHere(small(number)), in: folder)
            }
            recording.events.append((Int64(at.timeIntervalSince(begin) * 1_000), event))
        }
        return recording
    }

    private func run(_ script: String) throws {
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
            "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org", "TERM": "dumb",
        ]
        let shell = try ProgramRun("/bin/sh", ["-ec", script], in: hands.root, environment: environment)
        guard shell.status == 0 else { throw Failed(status: shell.status, words: shell.errors) }
    }
}
