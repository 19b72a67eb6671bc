package import PannierSync
package import PannierTransfer

/// How programs save a file that is there already.
package enum SavePattern: CaseIterable, Sendable {
    /// Written again from its start.
    case inPlace
    /// Written aside, then renamed over it: most editors and `mv`.
    case renameOver
    /// The old one gets another name, a new one is written in its place, the old one is removed: vim.
    case backupThenWrite
    /// The old one stays under its other name: emacs.
    case keepBackup
    /// Removed, then written anew.
    case removeThenWrite
}

extension SimulatedPerson {
    package func save(_ bytes: [UInt8], _ path: TreePath, _ pattern: SavePattern) throws(LocalError) {
        let backup = path + [UInt8(ascii: "~")]
        switch pattern {
        case .inPlace: try write(bytes, path)
        case .renameOver:
            let aside = path + Array(".tmp".utf8)
            try write(bytes, aside)
            try rename(aside, path)
        case .backupThenWrite:
            try rename(path, backup)
            try write(bytes, path)
            try remove(backup)
        case .keepBackup:
            try rename(path, backup)
            try write(bytes, path)
        case .removeThenWrite:
            try remove(path)
            try write(bytes, path)
        }
    }
}
