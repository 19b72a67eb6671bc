import Glibc
package import PannierCore

/// What stands on this disk at a path.
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

    /// Whether a source can be uploaded over what stands at the target.
    /// - Throws: ``Problem``: it cannot be read, or a folder would replace a file.
    package static func check(
        _ source: LocalPath, replacing node: Node?, at target: RemotePath
    ) throws(Problem) {
        switch kind(of: source) {
        case nil:
            throw Problem(
                .localFileUnreadable, "\(SafeText(source).text): \(String(cString: strerror(errno))).",
                detail: "Nothing was sent.")
        case .other:
            throw Problem(
                .localFileUnreadable, "\(SafeText(source).text) is neither a file nor a folder.",
                detail: "Devices, pipes and sockets are not uploaded. Nothing was sent.")
        case .folder where node?.kind == .file:
            throw Problem(
                .notFolder, "\(target) is a file; a folder cannot replace it.", detail: "Nothing was sent.", status: 0)
        case .file, .folder: break
        }
    }
}
