import Glibc
import PannierCore
import PannierMirror
import PannierSync
import PannierTransfer

/// Where a synced folder may be: in no other one, whoever's that is. What is sent by the one would be fetched by the other
/// into itself, and sent again. One further down is left out by each look (`LookedAt`), so neither minds the other.
struct SyncFolderPlace {
    /// Absolute, without links on the way.
    let folder: LocalPath

    /// - Parameter path: as it was said.
    /// - Throws: ``Problem`` `syncFolderUnfit`.
    func check(_ path: LocalPath) throws(Problem) {
        var next = folder.folder
        while let above = next {
            if Self.isSynced(above) { throw .inside(path, above) }
            next = above.folder
        }
    }

    /// A folder that nobody may look into is nobody's here.
    private static func isSynced(_ folder: LocalPath) -> Bool {
        var status = stat()
        return folder.appending(OwnPart.marker).withCString { lstat($0, &status) } == 0
    }

    /// Makes the folder, if only that is missing.
    static func make(_ path: LocalPath) throws(Problem) {
        guard path.withCString({ mkdir($0, 0o777) }) != 0 else { return }
        switch errno {
        case EEXIST: return
        case ENOENT: throw .noPlace(path)
        default: throw LocalError(errno).making(path)
        }
    }

    /// The folder at the path is no synced one any more: nobody is to take it for one. A folder that is not there, or has
    /// another marker, is let alone.
    static func letGo(_ path: LocalPath, marker: [UInt8]) throws(Problem) {
        do throws(LocalError) {
            let tree = try DiskTree(path)
            guard try tree.read(OwnPart.marker) == marker else { return }
            try tree.removeFile(OwnPart.marker)
        } catch  where [ENOENT, ENOTDIR].contains(error.code) {
            return
        } catch {
            throw error.writing(path.description)
        }
    }
}

extension LocalError {
    fileprivate func making(_ path: LocalPath) -> Problem {
        Problem(
            .syncFolderUnfit, "“\(path)” cannot be made: \(words).",
            detail: "Nothing was changed. Choose another folder: `pannier sync DIR`.", status: 0)
    }
}

extension Problem {
    fileprivate static func inside(_ path: LocalPath, _ outer: LocalPath) -> Problem {
        Problem(
            .syncFolderUnfit, "“\(path)” lies in “\(outer)”, which is a synced folder itself.",
            detail:
                "Nothing was changed. Choose a folder outside of it: `pannier sync DIR`. If it is none any more, remove "
                + "“\(outer.appending(OwnPart.marker))”.", status: 0)
    }

    fileprivate static func noPlace(_ path: LocalPath) -> Problem {
        let folder = path.folder.map { "“\($0)”" } ?? "The folder above it"
        return Problem(
            .syncFolderUnfit, "“\(path)” cannot be made: \(folder) is not there.",
            detail: "Nothing was changed. Make that first (`mkdir -p`), or choose another folder.", status: 0)
    }
}
