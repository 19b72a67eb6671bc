import CLinux
import Foundation
import Glibc
import Synchronization
import Testing

/// People at work in both folders of a pair: round after round of changes on both sides, each content written but once.
/// Knows all that was ever written, so that nothing of it can be lost unseen.
final class SyncWorkload: Sendable {
    let pair: SyncedPair
    private let written = Mutex<Set<String>>([])
    private let aside: [String]
    /// Where what is written is durable at once, as a careful editor sees to.
    private let durableSide: Int?

    /// - Parameter durableSide: the one whose power may be cut (0 or 1).
    init(_ pair: SyncedPair, durableSide: Int? = nil) throws {
        self.pair = pair
        self.durableSide = durableSide
        aside = pair.sides.map { $0.root + "/.pannier/test-aside" }
    }

    /// What both begin with.
    func begin() async throws {
        for side in 0..<2 {
            for number in 0..<4 { try write(side, "base/of \(side)/\(number)") }
            try write(side, "moving \(side)/0/inner/file")
            try write(side, "empty \(side)", text: "")
        }
        try await pair.both()
    }

    /// Changes of every kind, on one side (0 or 1): new, edited, edited on both sides, moved, deleted. All are made in
    /// one instant, by renames: whoever looks sees the old file or the new one.
    func change(_ side: Int, round: Int) throws {
        let device = pair.sides[side]
        for number in 0..<3 { try write(side, "new \(round % 3)/of \(side)/\(number)") }
        try write(side, "large \(side)", bytes: 300_000)
        try write(side, "base/of \(side)/\(round % 4)")
        try write(side, "base/both")
        try write(side, "base/of \(1 - side)/\((round + 2) % 4)")
        if round > 1 { try? device.move("moving \(side)/\(round - 1)", to: "moving \(side)/\(round)") }
        let gone = "new \((round + 1) % 3)/of \(side)"
        if FileManager.default.fileExists(atPath: device.path(gone)) { try device.remove(gone) }
    }

    private func write(_ side: Int, _ path: String, text: String? = nil, bytes: Int = 0) throws {
        let device = pair.sides[side]
        let content = text ?? "\(path), \(UUID().uuidString)\n" + String(repeating: "=", count: bytes)
        _ = written.withLock { $0.insert(content) }
        if let slash = path.lastIndex(of: "/") { try device.makeFolder(String(path[..<slash])) }
        let descriptor = open(aside[side], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Missed(what: "\(aside[side]): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let (bytes, isDurable) = (Array(content.utf8), side == durableSide)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count, !isDurable || fsync(descriptor) == 0,
            rename(aside[side], device.path(path)) == 0, !isDurable || pannier_syncfs(descriptor) == 0
        else { throw Missed(what: "\(path): \(String(cString: strerror(errno)))") }
    }

    // MARK: What must hold

    /// All that was ever written is in a folder, a quarantine, or a version on the server; and the server has what both
    /// folders have.
    func nothingIsLost() async throws {
        let tree = try await pair.both()
        try await pair.serverHolds(tree)
        var missing = written.withLock { $0 }
        for path in tree.paths { if let text = tree.text(path) { missing.remove(text) } }
        for side in pair.sides { for text in try side.quarantine() { missing.remove(text) } }
        guard !missing.isEmpty else { return }
        let held = try await sumsOfVersions()
        for text in missing where !held.contains(try await sum(text)) { Issue.record("lost: \(text.prefix(80))") }
    }

    private func sum(_ text: String) async throws -> String {
        let program = try Program(
            URL(filePath: "/usr/bin/sha256sum"), [], environment: [:], directory: pair.house.folder("output"),
            input: text)
        return String(try await program.finish(within: 30).output.prefix(64))
    }

    private func sumsOfVersions() async throws -> Set<String> {
        var sums: Set<String> = []
        for node in try await pair.one.serverTree().values where node.kind == "file" {
            for version in try await pair.one.versions(node.path) { sums.insert(version.sha256) }
        }
        return sums
    }

    /// Every file that can be seen is a whole one.
    func everyFileIsWhole(in folder: String) {
        for path in Self.files(in: folder) {
            guard let bytes = try? readBytes(Array("\(folder)/\(path)".utf8)) else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            // There are files that are to be empty; all others never are.
            if text.isEmpty, path.hasPrefix("empty ") { continue }
            if text.isEmpty || !written.withLock({ $0.contains(text) }) {
                Issue.record("\(path) is not whole: \(bytes.count) bytes, \(text.prefix(60))")
            }
        }
    }

    private static func files(in folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter { path in
            var status = stat()
            return !path.hasPrefix(".pannier") && lstat("\(folder)/\(path)", &status) == 0
                && status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// Looks at every file of both folders again and again while `body` runs.
    func watched<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let looker = Task { [self] in
            while !Task.isCancelled {
                for side in pair.sides { everyFileIsWhole(in: side.root) }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        defer { looker.cancel() }
        return try await body()
    }
}
