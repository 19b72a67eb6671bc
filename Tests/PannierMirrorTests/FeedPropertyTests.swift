import Foundation
import GRDB
import PannierCore
import PannierMirror
import SeededRandom
import Testing

/// After any number of operations, with pages of the feed, listings and answers to what this device does cut, delayed and
/// mixed in any way, a mirror that has caught up is exactly what its account may see.
@Suite struct FeedPropertyTests {
    @Test(arguments: SeededGenerator.seeds(40)) func mirrorEqualsWhatMayBeSeen(_ number: UInt64) async throws {
        let scratch = Scratch()
        let mirror = try scratch.open()
        try await mirror.write { try FeedState.adopt(server: "http://x", account: Sample.account, in: $0) }
        var world = FeedWorld(mirror, seed: SeededGenerator(seed: number))
        for round in 0..<6 {
            for _ in 0..<40 { try await world.step() }
            try await world.catchUp()
            try await compare(mirror, world.service, "\(world.seed), round \(round)")
        }
    }

    private struct Seen: Hashable, CustomStringConvertible {
        var view: ViewID
        var id: NodeID
        var parent: NodeID?
        var name: NodeName
        var revision: Revision
        var isTrashed: Bool
        var description: String { "\(name) \(id) in \(parent?.description ?? "-") at \(revision) trashed \(isTrashed)" }
    }

    private func compare(_ mirror: Mirror, _ service: ModelService, _ when: String) async throws {
        var expected: Set<Seen> = []
        for (id, view) in service.openViews {
            for node in service.nodes.values where service.holds(view, node.id) {
                let seen = service.seen(node, in: view)
                expected.insert(
                    Seen(
                        view: id, id: node.id, parent: seen.parent, name: node.name, revision: node.revision,
                        isTrashed: node.trashedAt != nil))
            }
        }
        let found = try await mirror.read { db in
            Set(
                try GRDB.Row.fetchAll(
                    db,
                    sql: """
                        SELECT views.id, nodes.id, nodes.parent, nodes.name, nodes.revision,
                            nodes.trashed_at IS NOT NULL
                        FROM nodes LEFT JOIN views ON views.number = nodes.view
                        """
                ).map { row in
                    let parent: [UInt8]? = (row[2] as Data?).map { [UInt8]($0) }
                    return Seen(
                        view: try #require(ViewID(bytes: row[0] as Data)),
                        id: try #require(NodeID(bytes: row[1] as Data)),
                        parent: parent.flatMap { NodeID(bytes: $0) },
                        name: try NodeName(bytes: [UInt8](row[3] as Data)), revision: row[4], isTrashed: row[5])
                })
        }
        #expect(found.subtracting(expected) == [], "not to be seen: \(when)")
        #expect(expected.subtracting(found) == [], "missing: \(when)")
        let miscounted = try await mirror.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT
                        (SELECT count(*) FROM views
                         WHERE files <> (SELECT count(*) FROM nodes WHERE view = number AND is_folder = 0))
                        + (SELECT count(*) FROM (
                            SELECT view, folder, folders, files FROM counts WHERE folders + files > 0
                            EXCEPT SELECT view, parent, sum(is_folder), sum(1 - is_folder) FROM nodes
                            WHERE parent IS NOT NULL AND trashed_at IS NULL GROUP BY view, parent))
                        + (SELECT count(*) FROM (
                            SELECT view, parent, sum(is_folder), sum(1 - is_folder) FROM nodes
                            WHERE parent IS NOT NULL AND trashed_at IS NULL GROUP BY view, parent
                            EXCEPT SELECT view, folder, folders, files FROM counts))
                    """)
        }
        #expect(miscounted == 0, "\(when)")
    }
}
