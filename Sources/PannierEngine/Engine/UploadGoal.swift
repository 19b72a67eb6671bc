package import PannierCore
package import PannierMirror

/// Where uploads go, as `cp` decides it: into a folder that is there; else one source gets the target as its name.
package struct UploadGoal: Sendable, Hashable {
    /// The folder to look for; nil: the target itself is it.
    package let parent: RemotePath?
    /// The one source's new name; nil: each keeps its own.
    package let name: NodeName?

    /// - Parameter place: what stands at the target, if anything does.
    /// - Throws: ``Problem`` when several sources have no folder to go to.
    package init(target: RemotePath, place: Place?, sources: Int) throws(Problem) {
        if place?.node.kind == .folder {
            (parent, name) = (nil, nil)
            return
        }
        if target.isFolderMeant, place != nil { throw .notFolder(target) }
        if target == .sharedWithMe || place == nil && target.parent == .sharedWithMe { throw .sharedWithMe }
        guard sources == 1, let name = target.name, let parent = target.parent else {
            throw Problem(
                .notFolder, "\(target) is not a folder that is there.",
                detail: "Several files can only be put into a folder; `pannier mkdir` makes one. Nothing was sent.",
                status: 0)
        }
        (self.parent, self.name) = (parent, name)
    }

    /// - Throws: ``Problem`` `nameNotAllowed`.
    package func name(for source: LocalPath) throws(Problem) -> NodeName {
        if let name { return name }
        do throws(NodeNameError) {
            return try NodeName(bytes: source.lastComponent)
        } catch {
            throw Problem(
                .nameNotAllowed, "\(source) cannot keep its name: \(error).",
                detail: "Rename it, or give it a name as the target. It was not sent.", status: 0)
        }
    }
}
