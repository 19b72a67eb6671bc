package import PannierCore

/// Where downloads go, as `cp` decides it: into a folder that is there; else one source gets the target as its name.
package struct DownloadGoal: Sendable, Hashable {
    private let target: LocalPath
    /// Whether the target is a folder that is there.
    private let isInto: Bool

    /// - Parameters:
    ///   - target: absolute.
    ///   - kind: what stands there.
    /// - Throws: ``Problem`` `notFolder` when several sources have no folder to go to.
    package init(target: LocalPath, kind: LocalItem.Kind?, sources: Int) throws(Problem) {
        guard kind == .folder || sources == 1 else {
            throw Problem(
                .notFolder, "\(target) is not a folder that is there.",
                detail: "Several files can only be put into a folder. Nothing was fetched.", status: 0)
        }
        self.target = target
        isInto = kind == .folder
    }

    /// The place of one source.
    /// - Parameters:
    ///   - name: the source's own.
    ///   - kind: what stands at a local place; nil where nothing does.
    /// - Throws: ``Problem``: it is not what the target's slash says, or a file and a folder would replace each other.
    package func place(
        for node: Node, named name: [UInt8], kind: (LocalPath) -> LocalItem.Kind?
    ) throws(Problem) -> LocalPath {
        if !isInto, target.isFolderMeant, node.kind != .folder { throw .noFolder(at: target) }
        let place = isInto ? target.appending(name) : target.trimmed
        if !isInto, let folder = place.folder, kind(folder) == nil {
            throw Problem(
                .notFolder, "The folder \(folder) does not exist.", detail: "Make it first. It was not fetched.",
                status: 0)
        }
        switch (node.kind, kind(place)) {
        case (.folder, .file), (.folder, .other):
            throw Problem(
                .notFolder, "\(place) is a file; a folder cannot replace it.",
                detail: "Move it away, or fetch into another folder. It was not fetched.", status: 0)
        case (.file, .folder):
            throw Problem(
                .localExists, "\(place) is a folder; a file cannot replace it.",
                detail: "Move it away, or fetch into another folder. It was not fetched.", status: 0)
        default: return place
        }
    }
}
