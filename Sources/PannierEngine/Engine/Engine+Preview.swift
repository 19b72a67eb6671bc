import PannierCore
import PannierMirror
import PannierTransfer

// A look into files.
extension Engine {
    /// - Parameter version: what is shown; nil: what the file holds.
    /// - Throws: ``Problem``: `notFile` for a folder, `badRequest` for a place that cannot be, or why it cannot be read.
    func preview(
        _ path: RemotePath, _ version: FileVersion? = nil, offset: Int64, length: Int
    ) async throws(Problem) -> FilePart {
        _ = try signedIn()
        guard offset >= 0, length >= 0 else {
            throw Problem(.badRequest, "A piece of a file begins at its first byte or behind it.", status: 0)
        }
        let node = try await nodeToShow(at: path)
        guard let content = version.map(Node.Content.init(_:)) ?? node.content, node.kind == .file else {
            throw .folderNotShown(path)
        }
        // Signed out meanwhile, there is none.
        guard let preview else { throw .nobodySignedIn }
        return try await preview.part(of: node.id, content, offset: offset, length: length)
    }

    /// A file that is known is shown as it is known: whoever scrolls does not wait for a look at the feed each time, and the
    /// version says which content it is.
    private func nodeToShow(at path: RemotePath) async throws(Problem) -> Node {
        if !path.isFolderMeant, let node = try await known(path)?.node, node.content != nil { return node }
        return try await place(at: path).node
    }
}

extension Node.Content {
    /// What the version says of itself.
    fileprivate init(_ version: FileVersion) {
        self.init(
            version: version.id, size: version.size, sha256: version.sha256, modified: version.modified,
            isExecutable: version.isExecutable, mimeType: "")
    }
}

extension Problem {
    fileprivate static func folderNotShown(_ path: RemotePath) -> Problem {
        Problem(.notFile, "\(path) is a folder: there is no content to be shown.", status: 0)
    }
}
