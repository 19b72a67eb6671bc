import GRDB
package import PannierCore

extension Problem {
    /// What a failure of the database means. Problems pass as they are.
    package init(database error: any Error, path: String) {
        if let problem = error as? Problem {
            self = problem
            return
        }
        if error is CancellationError {
            self.init(.cancelled, "Cancelled.")
            return
        }
        guard let failure = error as? DatabaseError else {
            // A row that does not decode is as bad as a page that does not.
            self =
                error is RowDecodingFailure
                ? .mirrorDamaged(path, "\(error)")
                : Problem(.internalError, "The mirror could not be used: \(error).", status: 0)
            return
        }
        switch failure.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: self = .mirrorDamaged(path, failure.message ?? "")
        case .SQLITE_FULL:
            self.init(
                .localDiskFull, "This machine's disk is full: the mirror \(path) cannot grow.", detail: Self.fullMirror)
        default:
            self.init(
                .localWriteFailed, "The mirror \(path) cannot be used: \(failure.message ?? failure.description).",
                detail: "No file is lost. Check the disk and the permissions of its folder.")
        }
    }

    /// Whether it is the mirror that has no room, and not a file of the person's: that is tried again until it has.
    package var isOfFullMirror: Bool { code == .localDiskFull && detail == Self.fullMirror }

    private static let fullMirror = "No file is lost. Make room; everything goes on by itself."

    package static func mirrorDamaged(_ path: String, _ reason: String) -> Problem {
        Problem(
            .mirrorDamaged, "The local database \(path) is damaged\(reason.isEmpty ? "" : " (\(reason))").",
            detail:
                "It is only a copy of what the server knows, with the list of transfers: no file on the server or on "
                + "this disk is lost. `pannier agent --rebuild` puts it aside and makes a new one.")
    }

    static func mirrorTooNew(_ path: String) -> Problem {
        Problem(
            .mirrorTooNew, "The local database \(path) was written by a newer version of pannier.",
            detail: "It was not touched. Update pannier on this machine, or use another profile (`--profile NAME`).")
    }
}

/// A row of the mirror that makes no sense: ids of the wrong length, names that are none.
package struct RowDecodingFailure: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}
