import GRDB
import PannierCore
import PannierMirror
import PannierTransfer

// Reading what is thought to be known.
extension SyncWork {
    private static let filesAtOnce = 16

    /// Reads the next files, and compares them with what they are known to hold. One that holds something else although its
    /// dates are the same was not written by anybody: it is told, and left alone.
    /// - Returns: the last of them; nil when there are no more.
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
        for file in files { try verify(file) }
        return files.last
    }

    private func verify(_ local: LocalID) throws {
        guard let path = try mirror.read({ try SyncTransaction($0).existingPath(of: local) }) else { return }
        let read: TreeContent?
        do throws(LocalError) {
            read = try tree.content(of: path)
        } catch {
            return try report(error.looking(path), local, path)
        }
        // What has changed is found by looking at its folder.
        guard let read, let (row, known) = try known(local), row.state == LocalRow.State(read.status, .file) else {
            return
        }
        if read.digest != known.digest { try report(.damaged(path), local, path) }
    }

    private func known(_ local: LocalID) throws -> (LocalRow, SyncContent)? {
        try mirror.read { database in
            guard let row = try LocalTable(database).row(local),
                let content = try SyncTransaction(database).content(of: local)
            else { return nil }
            return (row, content)
        }
    }

    private func report(_ problem: Problem, _ local: LocalID, _ path: TreePath) throws {
        try mirror.write { try SyncTransaction($0).report(problem, key: "local \(local.number)", path: path) }
    }
}

extension Problem {
    fileprivate static func damaged(_ path: TreePath) -> Problem {
        Problem(
            .localFileDamaged,
            "“\(LocalPath(bytes: path))” holds other bytes than it held, and nobody has written to it.",
            detail: "The server's copy is as it was, and this one is not sent. Have the disk checked.", status: 0)
    }
}
