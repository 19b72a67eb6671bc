import Glibc
package import PannierCore

/// What stands on this disk at a path. A disk may hang: on a ``BlockingThread``, never on an actor.
package enum LocalItem {
    package enum Kind: Sendable {
        case file
        case folder
        case other
    }

    /// Follows links, as a person who names one means what it leads to. Nil when nothing can be seen there.
    package static func kind(of path: LocalPath) -> Kind? {
        var status = stat()
        guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        default: .other
        }
    }

    /// Whether a source can be uploaded over what stands at its target.
    /// - Throws: ``Problem``: it cannot be read, it is not what the target's slash says, or a file and a folder would
    ///   replace each other.
    package static func check(
        _ source: LocalPath, replacing node: Node?, at target: RemotePath
    ) throws(Problem) {
        switch kind(of: source) {
        case nil where errno == ENOTDIR:
            throw Problem(.notFolder, "\(source) is not a folder that is there.", detail: unsent, status: 0)
        case nil:
            throw Problem(.localFileUnreadable, "\(source): \(String(cString: strerror(errno))).", detail: unsent)
        case .other:
            throw Problem(
                .localFileUnreadable, "\(source) is neither a file nor a folder.",
                detail: "Devices, pipes and sockets are not uploaded.")
        case .folder where node?.kind == .file:
            throw Problem(.notFolder, "\(target) is a file; a folder cannot replace it.", detail: unsent, status: 0)
        case .file where node?.kind == .folder:
            throw Problem(.notFile, "\(target) is a folder; a file cannot replace it.", detail: unsent, status: 0)
        case .file where node == nil && target.isFolderMeant: throw .noFolder(at: "\(target)/")
        case .file, .folder: break
        }
    }

    private static let unsent = "It was not sent."
}
