internal import Foundation
internal import GRDB
package import PannierCore

// Copies between two people's trees: one transfer that is first a download, and then an upload of what came down.
extension TransferStore {
    /// Adds a copy. Added again, it is the one that is there already.
    /// - Parameters:
    ///   - tops: each with the name that it will have as its prefix; not empty, no name twice.
    ///   - target: the folder; without a name.
    ///   - folder: where the copy lies on this disk meanwhile; absolute, and its own.
    package func addCopy(
        _ id: TransferID, _ tops: [DownloadTop], to target: UploadTarget, through folder: LocalPath
    ) async throws(Problem) -> StoredTransfer {
        let new = try StoredTransfer(copy: id, of: tops, to: target, through: folder)
        return try await write { database in
            if let known = try StoredTransfer.fetch(database, "id = ?", [Data(id.bytes)]).first { return known }
            let stored = try Self.insert(new, into: database)
            guard tops.count > 1 else { return stored }
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO transfer_sources (transfer, number, name, local, remote, node) VALUES (?, ?, ?, ?, ?, ?)
                    """)
            for (place, top) in tops.enumerated() {
                try insert.execute(arguments: [
                    stored.number, place, Data(top.prefix), Data(folder.appending(top.prefix).bytes),
                    try SQLText.json(top.remote), try SQLText.json(top.node),
                ])
            }
            return stored
        }
    }

    /// All of a copy lies on this disk, durable: from here on it is an upload of just that. Its items stay: what is sent is
    /// what was fetched. A copy that a person has ended meanwhile stays as it is.
    package func turn(_ number: Int64) async throws(Problem) {
        try await write { database in
            let found = try StoredTransfer.fetch(database, "number = ? AND state IN ('waiting', 'paused')", [number])
            guard let transfer = found.first, transfer.isFetchedToCopy else { return }
            let first = try Data.fetchOne(
                database, sql: "SELECT local FROM transfer_sources WHERE transfer = ? AND number = 0",
                arguments: [number])
            try database.execute(
                sql: """
                    UPDATE transfer_items SET state = 'pending', rank = 0, attempts = 0, has_part = 0, is_listed = 1,
                        was_there = 0, map_start = NULL, map_length = NULL
                    WHERE transfer = ?
                    """, arguments: [number])
            try database.execute(
                sql: """
                    UPDATE transfers SET direction = 'upload', local = ?, problem = NULL, map_bytes = bytes_total,
                        \(Self.nothingDone) WHERE number = ?
                    """, arguments: [first ?? Data(transfer.local.bytes), number])
        }
    }

    /// The names at the target are free: what stands there from now on may be the copy itself.
    package func placed(_ number: Int64) async throws(Problem) {
        try await write { database in
            try database.execute(sql: "UPDATE transfers SET is_placed = 1 WHERE number = ?", arguments: [number])
        }
    }

    /// Copies that can go on with what they have on this disk.
    package func copiesUnderWay() async throws(Problem) -> Set<TransferID> {
        try await read { database in
            let living = """
                copied_from IS NOT NULL AND (state IN ('waiting', 'paused')
                    OR direction = 'upload' AND state IN ('failed', 'partlyFailed'))
                """
            return Set(try StoredTransfer.fetch(database, living, []).map(\.id))
        }
    }

    /// Nothing of what a copy had fetched is left: it begins anew, with what stands at its sources now.
    static func fetchAnew(_ transfer: StoredTransfer, in database: Database) throws {
        let below = transfer.sources == 1 ? "length(path) > 0" : "instr(path, x'2F') > 0"
        try database.execute(
            sql: "DELETE FROM transfer_items WHERE transfer = ? AND \(below)", arguments: [transfer.number])
        try database.execute(
            sql: """
                UPDATE transfer_items SET state = 'again', problem = NULL, is_listed = NOT is_folder, has_part = 0,
                    map_start = NULL, map_length = NULL
                WHERE transfer = ?
                """, arguments: [transfer.number])
        try database.execute(
            sql: """
                UPDATE transfers SET state = 'waiting', problem = NULL, is_scanned = 0, files_total = 0, bytes_total = 0,
                    map_bytes = 0, \(nothingDone) WHERE number = ?
                """, arguments: [transfer.number])
    }

    private static let nothingDone = """
        files_done = 0, files_failed = 0, folders_failed = 0, bytes_done = 0, bytes_reused = 0, bytes_moved = 0,
        bytes_acknowledged = 0, partial_done = 0, partial_moved = 0, ran_milliseconds = 0, map_given = 0, map_open = NULL
        """
}

extension StoredTransfer {
    fileprivate init(
        copy id: TransferID, of tops: [DownloadTop], to folder: UploadTarget, through place: LocalPath
    ) throws(Problem) {
        let first = tops[0]
        let name: NodeName
        do throws(NodeNameError) { name = try NodeName(bytes: first.prefix) } catch {
            throw Problem(.nameNotAllowed, "“\(LocalPath(bytes: first.prefix))” is no name: \(error).", status: 0)
        }
        let isOne = tops.count == 1
        let target = UploadTarget(
            namespace: folder.namespace, folder: folder.folder, name: isOne ? name : nil,
            remote: isOne ? folder.remote.appending(name) : folder.remote)
        self.init(
            id: id, local: isOne ? place.appending(first.prefix) : place,
            goal: .download(DownloadSource(node: isOne ? first.node : nil, remote: first.remote)),
            copy: CopyAcross(from: first.remote, target: target), name: (first.remote.name ?? first.node.name).text,
            sources: Int64(tops.count))
    }

    /// For messages: an item of a copy, by where it comes from or goes to and not by where it lies meanwhile. Of several
    /// sources that come down, its path alone. Nil: this is no copy.
    package func copiedText(of path: [UInt8]) -> String? {
        guard let copy else { return nil }
        let below = LocalPath(bytes: path).description
        guard direction == .upload || sources == 1 else { return below }
        let top = direction == .upload ? copy.target.remote : copy.from
        return below.isEmpty
            ? top.description : top.isRoot || below.hasPrefix("/") ? "\(top)\(below)" : "\(top)/\(below)"
    }
}
