import PannierCore
import PannierMirror
package import PannierTransfer

/// What stands in a folder, as it is to be observed: whatever is not synchronised is excluded, and where a person should
/// know of it, there is a reason.
package struct LookedAt {
    private let folder: TreePath
    private let depth: Int
    private let rules: IgnoreRules
    private var entries: [FolderListing.Entry] = []

    private init(_ folder: TreePath, _ rules: IgnoreRules) {
        self.folder = folder
        self.rules = rules
        depth = folder.isEmpty ? 0 : folder.count { $0 == UInt8(ascii: "/") } + 1
    }

    /// Looks at a folder. Pannier's own part is none of its entries.
    package static func entries(
        of folder: TreePath, in tree: any FileTree, _ rules: IgnoreRules
    ) throws(LocalError) -> [FolderListing.Entry] {
        var looked = LookedAt(folder, rules)
        try tree.list(folder) { name, status in looked.take(name, status) }
        return looked.entries
    }

    private mutating func take(_ name: [UInt8], _ status: TreeStatus) {
        guard !folder.isEmpty || name != OwnPart.name else { return }
        let isFolder = status.kind == .folder || status.kind == .mount
        let isIgnored = rules.isIgnored(name, isFolder: isFolder)
        let problem = isIgnored ? nil : obstacle(name, status.kind)
        let kind: FolderListing.Entry.Kind =
            isIgnored || problem != nil ? .excluded : isFolder ? .folder : .file
        entries.append(FolderListing.Entry(name: name, kind: kind, status: status, problem: problem))
    }

    /// Why it cannot be synchronised.
    private func obstacle(_ name: [UInt8], _ kind: TreeStatus.Kind) -> Problem? {
        switch kind {
        case .other: return problem(name, "is a link, a device, a pipe or a socket")
        case .mount: return problem(name, "lies on another file system")
        case .folder, .file: break
        }
        do throws(NodeNameError) {
            _ = try NodeName(bytes: name)
        } catch {
            return problem(name, "has a name that the server cannot keep: \(error)")
        }
        // On the server a slash stands before every name.
        guard folder.appending(name).count < Limits.pathBytes else {
            return problem(name, "has a path that is longer than \(Limits.pathBytes) bytes")
        }
        guard depth < Limits.depth else { return problem(name, "lies deeper than \(Limits.depth) folders") }
        return nil
    }

    private func problem(_ name: [UInt8], _ words: String) -> Problem {
        Problem(
            .notSynchronised, "“\(LocalPath(bytes: folder.appending(name)))” \(words).",
            detail: "It stays on this disk alone. A line in `.pannierignore` leaves it out without a word.")
    }
}
