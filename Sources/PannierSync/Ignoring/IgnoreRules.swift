import PannierMirror

/// What is ignored directly in one folder: what its own ignore file says, else that of the folder above it, and so on up to
/// the synced folder. Nobody asks about what lies below an ignored folder, so no pattern can take that back, as with git.
package struct IgnoreRules: Hashable, Sendable {
    private struct Level: Hashable, Sendable {
        let file: IgnoreFile
        /// The folder that the rules are for, from the file's folder on.
        let below: TreePath
    }

    /// From the folder itself up.
    private let levels: [Level]

    /// - Parameter files: with the number of the names that lead to their folders.
    package init(for folder: TreePath, files: [(depth: Int, file: IgnoreFile)] = []) {
        let names = folder.split(separator: UInt8(ascii: "/")).map { Array($0) }
        levels = files.sorted { $0.depth > $1.depth }
            .map { Level(file: $0.file, below: TreePath(Array(names.dropFirst($0.depth)))) }
    }

    /// What is pannier's own is ignored wherever it is: a folder that was synchronised itself may have been moved here.
    package func isIgnored(_ name: [UInt8], isFolder: Bool) -> Bool {
        if name == OwnPart.name { return true }
        for level in levels {
            if let verdict = level.file.verdict(name, below: level.below, isFolder: isFolder) { return verdict }
        }
        return false
    }
}
