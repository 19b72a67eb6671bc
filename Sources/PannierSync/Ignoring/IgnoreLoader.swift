import Glibc
import PannierChunks
package import PannierCore
import PannierTransfer

/// Reads the ignore files that hold for a folder. Keeps those of the last one that was asked of, and of the folders above
/// it, so that a pass over a tree reads each of them once; that they are still as they were is asked each time.
///
/// While one of them cannot be read, nobody knows what it wants to be kept from the server: the folders that it is for are
/// not to be looked at.
package struct IgnoreLoader {
    private struct Level {
        let name: [UInt8]
        /// Nil: there is no file.
        var status: TreeStatus?
        var file: IgnoreFile?
    }

    private let tree: any FileTree
    /// From the synced folder itself, whose name is empty, down.
    private var levels: [Level] = []

    package init(_ tree: any FileTree) { self.tree = tree }

    /// - Throws: ``Problem``, which names the file that cannot be read.
    package mutating func rules(for folder: TreePath) throws(Problem) -> IgnoreRules {
        let names = [[]] + folder.split(separator: UInt8(ascii: "/")).map { Array($0) }
        levels.removeLast(levels.count - zip(levels, names).prefix { $0.name == $1 }.count)
        for depth in names.indices {
            let path = TreePath(Array(names[...depth])).appending(IgnoreFile.name)
            let known = depth < levels.count ? levels[depth] : Level(name: names[depth])
            let level = try read(path, known)
            if depth < levels.count { levels[depth] = level } else { levels.append(level) }
        }
        return IgnoreRules(
            for: folder, files: levels.enumerated().compactMap { depth, level in level.file.map { (depth, $0) } })
    }

    private func read(_ path: TreePath, _ known: Level) throws(Problem) -> Level {
        do throws(LocalError) {
            let status = try tree.status(path)
            if status == known.status { return known }
            guard let status else { return Level(name: known.name) }
            if status.kind == .folder || status.kind == .mount { throw LocalError(EISDIR) }
            guard let bytes = try tree.read(path) else { return Level(name: known.name) }
            // An editor may have emptied it, to write it again.
            guard let content = try tree.content(of: path), content.digest == SHA256Digest.of(bytes) else {
                throw LocalError(EBUSY)
            }
            return Level(name: known.name, status: content.status, file: IgnoreFile(bytes))
        } catch {
            throw Self.problem(path, error)
        }
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
