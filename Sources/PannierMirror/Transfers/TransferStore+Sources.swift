internal import Foundation
internal import GRDB
package import PannierCore

// What transfers were asked for. Where that is one file or folder, it stands in the transfer's own row.
extension TransferStore {
    /// Adds an upload of several sources into one folder.
    /// - Parameters:
    ///   - sources: each with its name in the folder as its prefix; not empty, no name twice.
    ///   - target: without a name.
    package func add(_ sources: [UploadSource], _ target: UploadTarget) async throws(Problem) -> StoredTransfer {
        try await add(sources.map(\.prefix), sources[0].local, .upload(target)) { database, number in
            let insert = try database.cachedStatement(
                sql: """
                    INSERT INTO transfer_sources (transfer, number, name, local, base_revision) VALUES (?, ?, ?, ?, ?)
                    """)
            for (place, source) in sources.enumerated() {
                try insert.execute(arguments: [
                    number, place, Data(source.prefix), Data(source.local.bytes), source.baseRevision,
                ])
            }
        }
    }

    /// Adds a download of several sources into one folder.
    /// - Parameters:
    ///   - tops: each with its name on this disk as its prefix; not empty, no name twice.
    ///   - folder: absolute; it must exist.
    package func add(_ tops: [DownloadTop], into folder: LocalPath) async throws(Problem) -> StoredTransfer {
        let goal = StoredTransfer.Goal.download(DownloadSource(node: nil, remote: tops[0].remote))
        return try await add(tops.map(\.prefix), folder, goal) { database, number in
            let insert = try database.cachedStatement(
                sql: "INSERT INTO transfer_sources (transfer, number, name, remote, node) VALUES (?, ?, ?, ?, ?)")
            for (place, top) in tops.enumerated() {
                try insert.execute(arguments: [
                    number, place, Data(top.prefix), try SQLText.json(top.remote), try SQLText.json(top.node),
                ])
            }
        }
    }

    private func add(
        _ names: [[UInt8]], _ local: LocalPath, _ goal: StoredTransfer.Goal,
        _ insertSources: @escaping @Sendable (Database, Int64) throws -> Void
    ) async throws(Problem) -> StoredTransfer {
        let new = StoredTransfer(
            local: local, goal: goal, name: String(decoding: names[0], as: UTF8.self), sources: Int64(names.count))
        return try await write { database in
            let stored = try Self.insert(new, into: database)
            try insertSources(database, stored.number)
            return stored
        }
    }

    /// The sources of an upload, in the order in which they were named.
    /// - Parameter start: sources to leave out.
    package func uploadSources(
        _ transfer: StoredTransfer, from start: Int, limit: Int
    ) async throws(Problem) -> [UploadSource] {
        if let only = transfer.uploadSource { return start == 0 ? [only] : [] }
        return try await sources(transfer, from: start, limit: limit, UploadSource.init)
    }

    /// The sources of an upload that items lie below, by their prefixes.
    package func uploadSources(
        _ transfer: StoredTransfer, of paths: [[UInt8]]
    ) async throws(Problem) -> [[UInt8]: UploadSource] {
        if let only = transfer.uploadSource { return [[]: only] }
        return try await sources(transfer, of: paths, UploadSource.init)
    }

    /// The sources of a download, in the order in which they were named.
    /// - Parameter start: sources to leave out.
    package func downloadTops(
        _ transfer: StoredTransfer, from start: Int, limit: Int
    ) async throws(Problem) -> [DownloadTop] {
        if let only = transfer.downloadTop { return start == 0 ? [only] : [] }
        return try await sources(transfer, from: start, limit: limit, DownloadTop.init)
    }

    /// The sources of a download that items lie below, by their prefixes.
    package func downloadTops(
        _ transfer: StoredTransfer, of paths: [[UInt8]]
    ) async throws(Problem) -> [[UInt8]: DownloadTop] {
        if let only = transfer.downloadTop { return [[]: only] }
        return try await sources(transfer, of: paths, DownloadTop.init)
    }

    private func sources<Source: Sendable>(
        _ transfer: StoredTransfer, from start: Int, limit: Int,
        _ make: @escaping @Sendable (GRDB.Row) throws -> Source
    ) async throws(Problem) -> [Source] {
        try await read { database in
            try GRDB.Row.fetchAll(
                database,
                sql: "SELECT * FROM transfer_sources WHERE transfer = ? AND number >= ? ORDER BY number LIMIT ?",
                arguments: [transfer.number, start, limit]
            ).map(make)
        }
    }

    private func sources<Source: Sendable>(
        _ transfer: StoredTransfer, of paths: [[UInt8]], _ make: @escaping @Sendable (GRDB.Row) throws -> Source
    ) async throws(Problem) -> [[UInt8]: Source] {
        let names = Set(paths.map(ItemPath.top))
        return try await read { database in
            let statement = try database.cachedStatement(
                sql: "SELECT * FROM transfer_sources WHERE transfer = ? AND name = ?")
            var sources: [[UInt8]: Source] = [:]
            for name in names {
                let row = try GRDB.Row.fetchOne(statement, arguments: [transfer.number, Data(name)])
                sources[name] = try row.map(make)
            }
            return sources
        }
    }
}

extension StoredTransfer {
    /// What the paths of items begin with, for finding their source.
    package func prefix(of path: [UInt8]) -> [UInt8] { sources == 1 ? [] : ItemPath.top(path) }

    fileprivate var uploadSource: UploadSource? {
        guard sources == 1, case .upload(let target) = goal else { return nil }
        return UploadSource(prefix: [], local: local, baseRevision: target.baseRevision)
    }

    fileprivate var downloadTop: DownloadTop? {
        guard sources == 1, case .download(let source) = goal, let node = source.node else { return nil }
        return DownloadTop(prefix: [], node: node, remote: source.remote)
    }
}

extension UploadSource {
    fileprivate init(_ row: GRDB.Row) throws {
        self.init(
            prefix: [UInt8](row["name"] as Data), local: LocalPath(bytes: [UInt8](row["local"] as Data)),
            baseRevision: row["base_revision"])
    }
}

extension DownloadTop {
    fileprivate init(_ row: GRDB.Row) throws {
        self.init(
            prefix: [UInt8](row["name"] as Data), node: try SQLText.value(Node.self, row["node"]),
            remote: try SQLText.value(RemotePath.self, row["remote"]))
    }
}
