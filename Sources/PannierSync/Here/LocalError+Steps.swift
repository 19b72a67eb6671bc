internal import Glibc
import PannierCore
import PannierMirror
import PannierTransfer

extension LocalError {
    /// Somebody has changed what stands there: that is no fault.
    var isOfChange: Bool {
        [ENOENT, EEXIST, ENOTEMPTY, ENOTDIR, EISDIR, ELOOP, EXDEV, EBUSY].contains(code)
    }

    /// Nothing can be changed on this disk, only read.
    var isOfReading: Bool { code == EROFS }

    /// Something of that name is there.
    var isTaken: Bool { code == EEXIST }

    /// - Parameter path: below the synced folder.
    func looking(_ path: TreePath) -> Problem {
        let shown = path.isEmpty ? "the synced folder" : "“\(LocalPath(bytes: path))”"
        let detail = [
            "Nothing is concluded from that, and nothing is deleted.", mendingOfReading, "It is tried again by itself.",
        ]
        return Problem(
            .localFileUnreadable, "\(shown) cannot be read: \(words).",
            detail: detail.compactMap(\.self).joined(separator: " "), status: 0)
    }

    /// What concerns the folder as a whole.
    var ofFolder: Problem {
        let code: Problem.Code = [ENOSPC, EDQUOT].contains(self.code) ? .localDiskFull : .localWriteFailed
        return Problem(
            code, "The synced folder cannot be changed: \(words).",
            detail: "Nothing is lost by that. It is tried again by itself.", status: 0)
    }

    /// - Parameter path: below the synced folder.
    func changing(_ path: TreePath) -> Problem {
        let shown = LocalPath(bytes: path)
        switch code {
        case ENOSPC, EDQUOT:
            return Problem(
                .localDiskFull, "“\(shown)” cannot be written: \(words).",
                detail: "What was there is as it was. Make room: it is tried again by itself.", status: 0)
        default:
            return Problem(
                .localWriteFailed, "“\(shown)” cannot be changed: \(words).",
                detail: "What was there is as it was. It is tried again by itself.", status: 0)
        }
    }
}

extension Problem {
    static func keptInQuarantine(_ path: TreePath, _ place: TreePath) -> Problem {
        Problem(
            .localFileChanged, "“\(LocalPath(bytes: path))” was changed just when it was to be replaced or removed.",
            detail: "What it was then lies in “\(LocalPath(bytes: place))” of the folder for 30 days.", status: 0)
    }
}

extension SyncTransaction {
    /// Something has gone into quarantine that is not what was known, so it may hold what nobody has sent: that is told.
    /// - Parameters:
    ///   - path: where it was.
    ///   - place: where it is.
    func noteKept(_ path: TreePath, at place: TreePath) throws {
        try note(.keptInQuarantine(path, place), String(decoding: place, as: UTF8.self), path: path)
    }
}
