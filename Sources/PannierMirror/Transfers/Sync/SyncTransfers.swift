internal import Foundation
package import GRDB
package import PannierCore

/// The transfers of the synced folder. Synchronous, inside a transaction of the caller's; after it the queue is to be told
/// that it has changed.
///
/// What must hold:
/// 1. What is agreed on, or fetched, or cannot be, stands in the synced folder's tables in the transaction that ends the
///    item: see ``SyncReport``.
/// 2. A transfer that has ended is removed. Nobody tries it again: the next plan says what is to be done.
package struct SyncTransfers {
    private let database: Database
    private let sync: SyncTransaction

    /// Bytes. A transfer of fewer goes before all others of its direction: nobody waits for hours for a small change.
    package static let small: Int64 = 64 << 20

    package init(_ database: Database) {
        self.database = database
        sync = SyncTransaction(database)
    }

    // MARK: Adding

    /// - Returns: nil when nothing is to be done, or there is no synced folder.
    package func add(uploads: [SyncUpload]) throws -> TransferID? {
        var sendable: [SyncUpload] = []
        for upload in uploads {
            if upload.size <= Limits.fileBytes {
                sendable.append(upload)
            } else {
                try sync.failed(upload.local, .tooLarge(LocalPath(bytes: try shown(upload))))
            }
        }
        guard let first = sendable.first, let folder = try SyncFolder.read(database),
            let namespace = try namespace(of: folder)
        else { return nil }
        let paths = try sendable.map { try shown($0) }
        let place = SyncTransferPlace(paths)
        let target = UploadTarget(
            namespace: namespace, folder: folder.root, name: nil,
            remote: paths.count == 1 ? try remote(first) : place.remote, baseRevision: nil)
        let transfer = try insert(folder, .upload(target), place, count: sendable.count)
        for (upload, path) in zip(sendable, paths) { try insert(upload, path, into: transfer.number) }
        return try begin(transfer)
    }

    /// - Returns: nil when nothing is to be done, or there is no synced folder.
    package func add(downloads: [SyncDownload]) throws -> TransferID? {
        let files = downloads.filter { $0.node.content != nil }
        guard !files.isEmpty, let folder = try SyncFolder.read(database) else { return nil }
        let paths = try files.map { try sync.remotePath(of: $0.node.id) }
        let place = SyncTransferPlace(paths)
        let source = DownloadSource(node: nil, remote: place.remote)
        let transfer = try insert(folder, .download(source), place, count: files.count)
        for (file, path) in zip(files, paths) { try insert(file.node, path, into: transfer.number) }
        return try begin(transfer)
    }

    private func namespace(of folder: SyncFolder) throws -> NamespaceID? {
        try GRDB.Row.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM views WHERE number = ?"), arguments: [folder.view])?
            .identifier(0)
    }

    private func insert(
        _ folder: SyncFolder, _ goal: StoredTransfer.Goal, _ place: SyncTransferPlace, count: Int
    ) throws -> StoredTransfer {
        var new = StoredTransfer(
            local: place.local(in: folder.path), goal: goal, name: place.name(in: folder.path), sources: Int64(count))
        new.syncFolder = folder.path
        return try TransferStore.insert(new, into: database)
    }

    private func insert(_ upload: SyncUpload, _ path: [UInt8], into number: Int64) throws {
        var (node, parent, name): (NodeID?, NodeID?, NodeName?)
        switch upload.goal {
        case .new(let folder, let new): (parent, name) = (folder, new)
        case .version(let file): node = file
        }
        // A file that is named twice goes up once.
        try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO transfer_items (transfer, path, shown, is_folder, state, size, modified,
                    is_executable, base_revision, local, node, parent, name)
                VALUES (?, ?, ?, 0, 'pending', ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            number, Array("\(upload.local.number)".utf8).blob, path.blob, upload.size, upload.modified,
            upload.isExecutable, upload.baseRevision, upload.local.number, node?.blob, parent?.blob, name?.bytes.blob,
        ])
    }

    private func insert(_ node: Node, _ path: [UInt8], into number: Int64) throws {
        guard let content = node.content else { return }
        try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO transfer_items (transfer, path, shown, is_folder, state, rank, size, modified,
                    is_executable, node, version, sha256)
                VALUES (?, ?, ?, 0, 'pending', ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            number, SyncDownload.incomingName(node.id, content.version).blob, path.blob,
            max(node.revision, 1), content.size, content.modified, content.isExecutable, node.id.blob,
            content.version.blob, content.sha256.bytes.blob,
        ])
    }

    /// All of it is found: it counts, and has its place in the queue.
    private func begin(_ transfer: StoredTransfer) throws -> TransferID {
        let found = try GRDB.Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT count(*), ifnull(sum(size), 0) FROM transfer_items WHERE transfer = ?"),
            arguments: [transfer.number])
        var counts = TransferCounts()
        (counts.filesTotal, counts.bytesTotal) = (found?[0] ?? 0, found?[1] ?? 0)
        try counts.add(to: transfer.number, in: database)
        try TransferStore.addMapBytes(counts.bytesTotal, to: transfer.number, in: database)
        try database.cachedStatement(sql: "UPDATE transfers SET is_scanned = 1 WHERE number = ?").execute(arguments: [
            transfer.number
        ])
        if counts.bytesTotal < Self.small { try putBeforeOthers(transfer) }
        return transfer.id
    }

    /// Before all others of its direction, but behind small ones that wait already.
    private func putBeforeOthers(_ transfer: StoredTransfer) throws {
        let behind = try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT max(place) + 1 FROM transfers
                    WHERE direction = ? AND state = 'waiting' AND number <> ? AND \(Self.isSmall)
                    """), arguments: [transfer.direction.rawValue, transfer.number])
        let isFree = try Bool.fetchOne(
            database.cachedStatement(
                sql: "SELECT NOT EXISTS (SELECT 1 FROM transfers WHERE place = ? AND number <> ?)"),
            arguments: [behind, transfer.number])
        // With room for those that follow.
        try database.cachedStatement(
            sql: """
                UPDATE transfers SET place = ifnull(?, (SELECT min(place) - 1048576 FROM transfers)) WHERE number = ?
                """
        ).execute(arguments: [isFree == true ? behind : nil, transfer.number])
    }

    /// Of a transfer's row.
    static let isSmall = "sync_folder IS NOT NULL AND bytes_total < \(small)"

    // MARK: Under way

    /// What is being sent, and the nodes that are being fetched: whatever has neither come through nor failed.
    package func underWay() throws -> (locals: Set<LocalID>, nodes: Set<NodeID>) {
        let rows = try GRDB.Row.fetchCursor(
            database.cachedStatement(
                sql: """
                    SELECT items.local, items.node FROM transfers
                    JOIN transfer_items AS items ON items.transfer = transfers.number
                    WHERE transfers.sync_folder IS NOT NULL AND transfers.state IN ('waiting', 'paused')
                        AND items.state IN ('pending', 'open', 'ready')
                    """))
        var (locals, nodes): (Set<LocalID>, Set<NodeID>) = ([], [])
        while let row = try rows.next() {
            if let local = row[0] as Int64? {
                locals.insert(LocalID(local))
            } else {
                nodes.insert(try row.identifier(1))
            }
        }
        return (locals, nodes)
    }

    /// Nothing is to go on: there is no such folder any more. What they have begun is removed by the queue.
    package func cancelAll() throws {
        try database.cachedStatement(sql: "UPDATE transfers SET state = 'cleared' WHERE sync_folder IS NOT NULL")
            .execute()
    }

    // MARK: Words

    /// Below the folder: where the file stands, for people.
    private func shown(_ upload: SyncUpload) throws -> [UInt8] {
        let path = try sync.path(of: upload.local)
        return path.isEmpty ? try remotePath(upload) : path
    }

    private func remote(_ upload: SyncUpload) throws -> RemotePath {
        try RemotePath(myFiles: try remotePath(upload))
    }

    private func remotePath(_ upload: SyncUpload) throws -> [UInt8] {
        switch upload.goal {
        case .new(let parent, let name): ItemPath.join(try sync.remotePath(of: parent), name.bytes)
        case .version(let node): try sync.remotePath(of: node)
        }
    }
}

extension RemotePath {
    /// - Parameter path: below the root, names joined by slashes.
    init(myFiles path: [UInt8]) throws {
        self.init(
            space: .myFiles, names: try path.split(separator: UInt8(ascii: "/")).map { try NodeName(bytes: Array($0)) })
    }
}

extension Problem {
    fileprivate static func tooLarge(_ path: LocalPath) -> Problem {
        Problem(
            .tooLarge, "“\(path)” is larger than 1 TiB.", detail: "It stays on this disk alone.", status: 0)
    }
}
