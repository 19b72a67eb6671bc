import Foundation
import GRDB
import PannierCore
import PannierMirror
import Testing

/// How it is with one path, whatever else there is.
///
/// Here and on the server: `sub/a` and `other`, agreed on. Of the server alone: `far`.
@Suite struct PathStandingTests {
    private let database: DatabaseQueue
    private let sub = Sample.node((try? NodeName("sub"))!, kind: .folder)
    private let a: Node
    private let other = Sample.node((try? NodeName("other"))!, kind: .file)
    private let far = Sample.node((try? NodeName("far"))!, kind: .file)

    init() throws {
        a = Sample.node(try NodeName("a"), kind: .file, parent: sub.id)
        database = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(database)
        let nodes = [sub, a, other, far]
        try database.write { database in
            try FeedState.adopt(server: "http://example.org", account: Sample.account, in: database)
            var feed = try FeedTransaction(database)
            let opened = Change.viewOpened(view: Sample.view, root: Sample.root, shared: nil)
            let told = nodes.map { Change.node(view: Sample.view, node: $0, isNew: true) }
            try feed.apply(
                ChangePage(changes: [opened] + told, cursor: "c", hasMore: false, epoch: 1, revision: 9, now: 0))
            let view = try #require(try Int64.fetchOne(database, sql: "SELECT number FROM views"))
            try SyncFolder(
                path: LocalPath("/home/a/Sync"), marker: [1], view: view, root: Sample.account.root
            ).write(database)
            try database.execute(
                sql: """
                    INSERT INTO sync_local (parent, name, kind, inode, links, size, modified, changed, is_executable)
                    VALUES (0, x'', 0, 1, 1, 0, 0, 0, 0), (1, CAST('sub' AS BLOB), 0, 2, 1, 0, 0, 0, 0),
                        (2, CAST('a' AS BLOB), 1, 3, 1, 7, 0, 0, 0), (1, CAST('other' AS BLOB), 1, 4, 1, 7, 0, 0, 0),
                        (1, CAST('kept out' AS BLOB), 2, 5, 1, 0, 0, 0, 0)
                    """)
            let sync = SyncTransaction(database)
            try sync.agree(nodes[0], LocalID(2))
            try sync.agree(nodes[1], LocalID(3))
            try sync.agree(nodes[2], LocalID(4))
            // Planned for, and nothing found.
            try database.execute(sql: "DELETE FROM sync_changed_nodes; DELETE FROM sync_changed_locals")
        }
    }

    private func standing(_ path: String, restless: Set<LocalID> = []) throws -> PathStanding {
        try database.read { try SyncTransaction($0).standing(at: LocalPath(path), restless: restless) }
    }

    private func change(_ sql: String) throws { try database.write { try $0.execute(sql: sql) } }

    @Test func nothingDiffers() throws {
        for path in ["sub", "sub/a", "other"] { #expect(try standing(path) == PathStanding(kind: .synced), "\(path)") }
        #expect(try standing("nowhere").kind == .nowhere)
        #expect(try standing("sub/a/below").kind == .nowhere)
        #expect(try standing("kept out").kind == .ignored)
        #expect(try standing("kept out/deep/in it").kind == .ignored)
    }

    @Test func whatChangesInAFolderIsOfItAndOfNoOther() throws {
        try change("UPDATE sync_local SET size = 8 WHERE number = 3")
        #expect(try standing("sub").differs && standing("sub/a").differs)
        #expect(try !standing("other").differs)
        #expect(try !standing("sub").isUnderWay && !standing("sub").hasDeletions)
    }

    @Test func whatIsNewOnTheServerIsOfItsFolder() throws {
        let new = Sample.node(try NodeName("new"), kind: .file, parent: sub.id)
        try database.write { database in
            var feed = try FeedTransaction(database)
            try feed.apply(
                ChangePage(
                    changes: [.node(view: Sample.view, node: new, isNew: true)], cursor: "d", hasMore: false, epoch: 1,
                    revision: 10, now: 0))
        }
        #expect(try standing("sub").differs && standing("sub/new").differs)
        #expect(try standing("sub/new").kind == .synced && !standing("other").differs)
    }

    @Test(arguments: [true, false]) func whatHasGoneOnOneSideIsADeletion(_ isHere: Bool) throws {
        try change(
            isHere
                ? "DELETE FROM sync_local WHERE number = 3"
                : "UPDATE nodes SET trashed_at = 5 WHERE name = CAST('a' AS BLOB)")
        for path in ["sub", "sub/a"] {
            let standing = try standing(path)
            #expect(standing.differs && standing.hasDeletions, "\(path)")
        }
        #expect(try !standing("other").differs)
    }

    /// The feed tells of the folder alone; what is in it goes with it.
    @Test func whatLiesInAFolderThatHasGoneHasGoneWithIt() throws {
        let node = a.id
        try change("UPDATE nodes SET trashed_at = 5 WHERE name = CAST('sub' AS BLOB)")
        try database.write {
            try $0.execute(
                sql: "INSERT INTO sync_changed_nodes (node) VALUES (?)", arguments: [Data(node.bytes)])
        }
        for path in ["sub", "sub/a"] { #expect(try standing(path).hasDeletions, "\(path)") }
        try change("UPDATE nodes SET trashed_at = NULL")
        for path in ["sub", "sub/a"] { #expect(try !standing(path).hasDeletions, "\(path)") }
    }

    @Test func whatIsBeingSentIsUnderWay() throws {
        try change("UPDATE sync_local SET size = 8 WHERE number = 3")
        let (node, local) = (a.id, LocalID(3))
        try database.write { database in
            _ = try SyncTransfers(database).add(uploads: [
                SyncUpload(
                    local: local, goal: .version(of: node), baseRevision: nil, size: 8, modified: 0, isExecutable: false
                )
            ])
        }
        #expect(try standing("sub/a").isUnderWay && standing("sub").isUnderWay)
        #expect(try !standing("other").isUnderWay)
    }

    @Test func whatIsInMyFilesAloneIsSaidToBe() throws {
        #expect(try standing("far").kind == .synced)
        let node = far.id
        try database.write { _ = try SyncTransaction($0).keep(node, isOnlineOnly: true) }
        #expect(try standing("far").kind == .onlineOnly)
    }

    @Test func somethingIsStillToBeLookedAt() throws {
        #expect(try standing("sub/a", restless: [LocalID(2)]).isRestless)
        #expect(try standing("sub", restless: [LocalID(2)]).isRestless)
        #expect(try standing("sub", restless: [LocalID(1)]).isRestless, "its own name may be what is heard of")
        #expect(try !standing("other", restless: [LocalID(2)]).isRestless)
        #expect(try standing("sub/new", restless: [LocalID(2)]).isRestless)
    }
}
