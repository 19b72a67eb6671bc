import Glibc
import PannierChunks
package import PannierCore
import PannierTransfer

/// Reads the ignore files that hold for a folder. Keeps those of the last one that was asked of, and of the folders above
/// it, so that a pass over a tree reads each of them once; that they are still as they were is asked each time.
///
/// While one of them cannot be read, or is being changed, nobody knows what it wants to be kept from the server: the folders
/// that it is for are not to be looked at.
package struct IgnoreLoader {
    private struct Level {
        let name: [UInt8]
        /// Nil: there is no file.
        var status: TreeStatus?
        var file: IgnoreFile?
    }

    private let tree: any FileTree
    /// How long nothing may have changed a file before it counts.
    private let settle: Nanoseconds
    /// From the synced folder itself, whose name is empty, down.
    private var levels: [Level] = []
    /// Files that were there, by path, and when each was first seen to be gone: a program may be about to write it anew.
    private var gone: [TreePath: Nanoseconds] = [:]

    package init(_ tree: any FileTree, settle: Nanoseconds = 0) {
        self.tree = tree
        self.settle = settle
    }

    /// - Parameters:
    ///   - wall: now, as the disk stamps files.
    ///   - known: of the folder and those above it, those that had a file when they were looked at last: the numbers of the
    ///     names that lead to them.
    /// - Returns: nil while one of the files has not come to rest.
    /// - Throws: ``Problem``, which names the file that cannot be read.
    package mutating func rules(
        for folder: TreePath, wall: Nanoseconds = 0, known: Set<Int> = []
    ) throws(Problem) -> IgnoreRules? {
        let names = [[]] + folder.split(separator: UInt8(ascii: "/")).map { Array($0) }
        levels.removeLast(levels.count - zip(levels, names).prefix { $0.name == $1 }.count)
        for depth in names.indices {
            let path = TreePath(Array(names[...depth])).appending(IgnoreFile.name)
            if depth == levels.count { levels.append(Level(name: names[depth])) }
            guard try read(path, isKnown: known.contains(depth), wall, at: depth) else { return nil }
        }
        return IgnoreRules(
            for: folder, files: levels.enumerated().compactMap { depth, level in level.file.map { (depth, $0) } })
    }

    /// - Returns: whether it has come to rest.
    private mutating func read(
        _ path: TreePath, isKnown: Bool, _ wall: Nanoseconds, at depth: Int
    ) throws(Problem) -> Bool {
        do throws(LocalError) {
            let (status, level) = (try tree.status(path), levels[depth])
            let wasThere = isKnown || level.status != nil || gone[path] != nil
            gone[path] = status == nil && wasThere ? gone[path] ?? wall : nil
            if status != level.status || gone[path] != nil {
                guard isAtRest(since: status?.changed ?? gone[path], wall) else { return false }
                guard let new = try read(path, status, level.name) else { return false }
                levels[depth] = new
                // Nobody takes it for there any more.
                if !isKnown { gone[path] = nil }
            }
            return true
        } catch {
            throw Self.problem(path, error)
        }
    }

    private func isAtRest(since: Nanoseconds?, _ wall: Nanoseconds) -> Bool {
        since.map { !(0..<settle).contains(wall - $0) } ?? true
    }

    /// - Returns: nil when it was changed meanwhile.
    private func read(_ path: TreePath, _ status: TreeStatus?, _ name: [UInt8]) throws(LocalError) -> Level? {
        guard let status else { return Level(name: name) }
        if status.kind == .folder || status.kind == .mount { throw LocalError(EISDIR) }
        guard let bytes = try tree.read(path) else { return nil }
        guard let content = try tree.content(of: path), content.digest == SHA256Digest.of(bytes) else {
            throw LocalError(EBUSY)
        }
        guard content.status == status else { return nil }
        return Level(name: name, status: content.status, file: IgnoreFile(bytes))
    }

    private static func problem(_ path: TreePath, _ error: LocalError) -> Problem {
        let words =
            switch error.code {
            case EFBIG: "it is larger than 64 KiB"
            case EBUSY: "it is being written"
            default: error.words
            }
        return Problem(
            .localFileUnreadable, "“\(LocalPath(bytes: path))” cannot be read: \(words).",
            detail: "What it wants to be ignored is not known, so its folder is not synchronised until then.")
    }
}
