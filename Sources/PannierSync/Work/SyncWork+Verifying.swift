import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// Reading what is thought to be known.
extension SyncWork {
    private static let filesAtOnce = 16

    /// Reads the next files, and compares them with what they are known to hold. One that holds something else although its
    /// dates are the same was not written by anybody: it is told, and left alone.
    /// - Returns: the last that was read to its end; nil when there are no more.
    func verify(after: LocalID) throws -> LocalID? {
        try requireFolder()
        let files = try mirror.read { database in
            try Int64.fetchAll(
                database.cachedStatement(
                    sql: """
                        SELECT number FROM sync_local WHERE kind = 1 AND sha256 IS NOT NULL AND number > ? ORDER BY number LIMIT ?
                        """), arguments: [after.number, Self.filesAtOnce]
            ).map { LocalID($0) }
        }
        var (last, room) = (after, readAtOnce)
        for file in files {
            guard room > 0, try verify(file, &room) else { return last }
            last = file
        }
        return files.isEmpty ? nil : last
    }

    /// - Returns: false when there is more of it to be read.
    private func verify(_ local: LocalID, _ room: inout Int) throws -> Bool {
        guard let path = try mirror.read({ try SyncTransaction($0).existingPath(of: local) }) else { return true }
        let step: TreeReadingStep
        do throws(LocalError) {
            step = try partlyVerified.next(local, at: path, in: tree, &room)
        } catch {
            // What has changed is found by looking at its folder.
            if !error.isOfChange { try report(error.looking(path), local, path) }
            return true
        }
        guard case .end(let read) = step else { return false }
        guard let read, let known = try known(local), known.row.state == LocalRow.State(read.status, .file) else {
            return true
        }
        if read.digest != known.content.digest {
            try report(.damaged(path), local, path)
        } else if known.isTold {
            try mirror.write { try SyncTransaction($0).solve(key: Self.key(local)) }
        }
        return true
    }

    private func known(_ local: LocalID) throws -> (row: LocalRow, content: SyncContent, isTold: Bool)? {
        try mirror.read { database in
            let sync = SyncTransaction(database)
            guard let row = try LocalTable(database).row(local), let content = try sync.content(of: local) else {
                return nil
            }
            return (row, content, try sync.hasProblem(key: Self.key(local)))
        }
    }

    private func report(_ problem: Problem, _ local: LocalID, _ path: TreePath) throws {
        try mirror.write { try SyncTransaction($0).report(problem, key: Self.key(local), path: path) }
    }

    /// A key of its own: no plan ends it, and no look.
    private static func key(_ local: LocalID) -> String { "verify local \(local.number)" }
}

extension Problem {
    fileprivate static func damaged(_ path: TreePath) -> Problem {
        Problem(
            .localFileDamaged,
            "“\(LocalPath(bytes: path))” holds other bytes than it held, and nobody has written to it.",
            detail: "The server's copy is as it was, and this one is not sent. Have the disk checked.", status: 0)
    }
}
