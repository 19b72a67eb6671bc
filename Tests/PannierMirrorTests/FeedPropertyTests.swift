import Foundation
import GRDB
import PannierCore
import PannierMirror
import SeededRandom
import Testing

/// After any number of operations, with pages of the feed and listings cut and delayed in any way, a mirror that has
/// caught up is exactly what its account may see.
@Suite struct FeedPropertyTests {
    @Test(arguments: SeededGenerator.seeds(40)) func mirrorEqualsWhatMayBeSeen(_ number: UInt64) async throws {
        var seed = SeededGenerator(seed: number)
        let scratch = Scratch()
        let mirror = try scratch.open()
        var service = ModelService(owners: [nil, "bob@example.org", "cleo@example.org"], seed: seed)
        try await mirror.write { try FeedState.adopt(server: "http://x", account: Sample.account, in: $0) }
        for round in 0..<6 {
            for _ in 0..<40 {
                operate(&service, &seed)
                if seed.chance(30) { try await pull(mirror, &service, limit: Int.random(in: 1...4, using: &seed)) }
                if seed.chance(30) { try await list(mirror, service, limit: Int.random(in: 1...5, using: &seed)) }
            }
            try await catchUp(mirror, &service)
            try await compare(mirror, service, "\(seed), round \(round)")
        }
    }

    private func operate(_ service: inout ModelService, _ seed: inout SeededGenerator) {
        let ids = service.nodes.keys.sorted()
        let folders = ids.filter { service.nodes[$0]?.kind == .folder }
        guard let some = ids.randomElement(using: &seed), let folder = folders.randomElement(using: &seed) else {
            return
        }
        let name = "n\(Int.random(in: 0..<8, using: &seed))"
        switch Int.random(in: 0..<100, using: &seed) {
        case 0..<35: service.create(in: folder, name, seed.chance(50) ? .folder : .file)
        case 35..<60: service.move(some, to: folder, name)
        case 60..<66: service.change(some) { if $0.parent != nil { $0.trashedAt = 1 } }
        case 66..<72: service.change(some) { $0.trashedAt = nil }
        case 72..<76: service.purge(some)
        case 76..<88: service.grant(some)
        case 88..<95: if let view = service.views.keys.sorted().randomElement(using: &seed) { service.revoke(view) }
        case 95..<98: service.expireCursors()
        case 98: service.restoreBackup()
        default: service.change(some) { $0.changedAt += 1 }
        }
    }

    /// - Returns: whether there is more.
    @discardableResult
    private func pull(_ mirror: Mirror, _ service: inout ModelService, limit: Int) async throws -> Bool {
        let cursor = try await mirror.read { try FeedState.read($0)?.cursor }
        do {
            let page = try service.changes(after: cursor, limit: limit)
            try await mirror.write { db in
                var transaction = try FeedTransaction(db)
                try transaction.apply(page)
            }
            return page.hasMore
        } catch let problem as Problem where problem.code == .cursorExpired {
            try await mirror.write { db in
                var transaction = try FeedTransaction(db)
                try transaction.forgetCursor()
            }
            return true
        }
    }

    @discardableResult
    private func list(_ mirror: Mirror, _ service: ModelService, limit: Int) async throws -> Bool {
        guard let question = try await mirror.read({ try ListingQuestion.next($0) }) else { return false }
        let answer = service.list(question.request, limit: limit)
        try await mirror.write { db in
            var transaction = try FeedTransaction(db)
            try transaction.apply(answer, to: question)
        }
        return true
    }

    private func catchUp(_ mirror: Mirror, _ service: inout ModelService) async throws {
        while true {
            while try await pull(mirror, &service, limit: 3) {}
            while try await list(mirror, service, limit: 7) {}
            try await mirror.write { db in
                var transaction = try FeedTransaction(db)
                try transaction.caughtUp()
            }
            let cursor = try await mirror.read { try FeedState.read($0)?.cursor }
            guard let cursor, (try? service.changes(after: cursor, limit: 1))?.changes.isEmpty == true else { continue }
            return
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
