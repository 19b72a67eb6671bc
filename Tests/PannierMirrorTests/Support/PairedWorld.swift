import Foundation
import GRDB
import PannierCore
import Testing

@testable import PannierMirror

/// A mirror whose tree is paired, and all of it the same on both sides:
/// `/film` with `/film/cuts` and `/film/cuts/a.mov`, and `/notes.md`.
final class PairedWorld {
    let scratch = Scratch()
    let mirror: Mirror
    let film: Node
    let cuts: Node
    let movie: Node
    let notes: Node
    private(set) var numbers: [NodeID: Int64] = [:]

    init() async throws {
        mirror = try scratch.open()
        film = Sample.node(try NodeName("film"), kind: .folder)
        cuts = Sample.node(try NodeName("cuts"), kind: .folder, parent: film.id)
        movie = Sample.node(try NodeName("a.mov"), kind: .file, parent: cuts.id)
        notes = Sample.node(try NodeName("notes.md"), kind: .file)
        let nodes = [film, cuts, movie, notes]
        for (index, node) in nodes.enumerated() { numbers[node.id] = Int64(index + 2) }
        let numbers = numbers
        try await mirror.write { db in
            try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
            var transaction = try FeedTransaction(db)
            let changes =
                [Change.viewOpened(view: Sample.view, root: Sample.root, shared: nil)]
                + nodes.map { .node(view: Sample.view, node: $0, isNew: true) }
            try transaction.apply(ChangePage(changes: changes, cursor: "c", hasMore: false, epoch: 1, now: 0))
            let root = try #require(try Place.root(db))
            try SyncFolder(
                path: LocalPath("/home/alice/Cloud"), marker: [UInt8](repeating: 7, count: 16), view: root.view,
                root: root.node.id
            ).write(db)
            for node in nodes {
                let number = try #require(numbers[node.id])
                try PairedWorld.insert(node, number, in: node.parent.flatMap { numbers[$0] } ?? 1, db)
                try SyncTransaction(db).agree(node, LocalID(number))
            }
            try PairedWorld.settle(db)
        }
    }

    func local(_ node: Node) -> LocalID { LocalID(numbers[node.id] ?? 0) }

    private static func insert(_ node: Node, _ number: Int64, in parent: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO sync_local
                    (number, parent, name, kind, inode, links, size, modified, changed, is_executable, sha256)
                VALUES (?, ?, ?, ?, ?, 1, ?, 0, 0, ?, ?)
                """,
            arguments: [
                number, parent, node.name.bytes.blob, node.kind == .folder ? 0 : 1, number,
                node.content?.size ?? 0, node.content?.isExecutable ?? false, node.content?.sha256.bytes.blob,
            ])
    }

    /// A plan has found nothing to do.
    static func settle(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM sync_changed_nodes; DELETE FROM sync_changed_locals")
    }

    func write(_ body: @escaping @Sendable (Database, SyncTransaction) throws -> Void) async throws {
        try await mirror.write { try body($0, SyncTransaction($0)) }
    }

    /// Of the rows of a folder, by name.
    func marks(_ path: String = "/") async throws -> [String: SyncMark] {
        let path = try RemotePath(parsing: path)
        let rows = try await mirror.read { db in
            let place = try #require(try Place.find(path, in: db))
            return try ListingRows(of: .folder(place)).page(after: nil, limit: 100, in: db).rows
        }
        return Dictionary(
            uniqueKeysWithValues: rows.compactMap { row in row.sync.map { (row.node.name.text, $0) } })
    }

    func facts(_ path: String) async throws -> SyncFacts {
        try await mirror.read { try SyncTransaction($0).facts(at: LocalPath(path)) }
    }
}
