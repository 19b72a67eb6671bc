import Glibc
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
        for place in looked.entries.indices where looked.entries[place].kind == .folder {
            try looked.leaveOutSynced(place, tree)
        }
        return looked.entries
    }

    private mutating func take(_ name: [UInt8], _ status: TreeStatus) {
        guard !folder.isEmpty || name != OwnPart.name else { return }
        let isFolder = status.kind == .folder || status.kind == .mount
        let isIgnored = rules.isIgnored(name, isFolder: isFolder)
        let obstacle = name == OwnPart.name ? Obstacle(.ownName) : isIgnored ? nil : obstacle(name, status.kind)
        let kind: FolderListing.Entry.Kind =
            isIgnored || obstacle != nil ? .excluded : isFolder ? .folder : .file
        entries.append(FolderListing.Entry(name: name, kind: kind, status: status))
        if let obstacle { leaveOut(entries.count - 1, obstacle) }
    }

    /// A folder that has a marker of its own belongs to somebody's files, whoever that is: two that keep it the same as
    /// theirs would send each other's things in circles.
    private mutating func leaveOutSynced(_ place: Int, _ tree: any FileTree) throws(LocalError) {
        let inner = folder.appending(entries[place].name)
        do throws(LocalError) {
            guard try Self.isSynced(inner, tree) else { return }
        } catch  where error.isOfChange || [EACCES, ENAMETOOLONG].contains(error.code) {
            // Its own look tells why it cannot be looked into; where no path reaches, nobody has made it one.
            return
        }
        leaveOut(place, Obstacle(.syncedFolder))
    }

    private static func isSynced(_ folder: TreePath, _ tree: any FileTree) throws(LocalError) -> Bool {
        do throws(LocalError) {
            return try tree.status(folder.appending(OwnPart.marker)) != nil
        } catch  where error.code == EACCES {
            // Into somebody else's own part nobody may look: that it is there says enough.
            return try tree.status(folder.appending(OwnPart.name))?.kind == .folder
        }
    }

    private mutating func leaveOut(_ place: Int, _ obstacle: Obstacle) {
        entries[place].kind = .excluded
        entries[place].problem = obstacle.problem(folder.appending(entries[place].name))
        entries[place].leftOut = obstacle.reason
    }

    /// Why it cannot be synchronised.
    private func obstacle(_ name: [UInt8], _ kind: TreeStatus.Kind) -> Obstacle? {
        switch kind {
        case .link: return Obstacle(.link)
        case .other: return Obstacle(.device)
        case .mount: return Obstacle(.mount)
        case .folder, .file: break
        }
        do throws(NodeNameError) {
            _ = try NodeName(bytes: name)
        } catch {
            return Obstacle(.name, "has a name that the server cannot keep: \(error)")
        }
        // On the server a slash stands before every name.
        guard folder.appending(name).count < Limits.pathBytes else {
            return Obstacle(.name, "has a path that is longer than \(Limits.pathBytes) bytes")
        }
        guard depth < Limits.depth else { return Obstacle(.name, "lies deeper than \(Limits.depth) folders") }
        return nil
    }
}

/// Why something is left out, and in words.
private struct Obstacle {
    let reason: LeftOut
    let words: String

    init(_ reason: LeftOut, _ words: String) {
        self.reason = reason
        self.words = words
    }

    init(_ reason: LeftOut) {
        let words =
            switch reason {
            case .link: "is a symbolic link"
            case .device: "is a device, a pipe or a socket"
            case .mount: "lies on another file system"
            case .name: "has a name that the server cannot keep"
            case .syncedFolder: "is another synced folder: it has a marker of its own, .pannier/marker"
            case .ownName: "is named as pannier's own part of a synced folder"
            }
        self.init(reason, words)
    }

    func problem(_ path: TreePath) -> Problem {
        Problem(.notSynchronised, "“\(LocalPath(bytes: path))” \(words).", detail: detail)
    }

    private var detail: String {
        switch reason {
        case .link, .device, .mount:
            "It stays on this disk alone. A line in `.pannierignore` leaves it out without a word."
        case .name:
            "It stays on this disk alone. Rename it, or leave it out without a word by a line in `.pannierignore`."
        case .syncedFolder:
            "What is in it is left to that one. If it is none any more, remove .pannier in it; a line in `.pannierignore` "
                + "leaves it out without a word."
        case .ownName: "It stays on this disk alone. Under another name it would be synchronised."
        }
    }
}
