import DiskSimulation
import GRDB
import PannierCore
import PannierMirror
import Testing

@testable import PannierSync

/// The answer “no” to deletions that are held.
@Suite struct BringingBackTests {
    private let marker = [UInt8](repeating: 1, count: 16)

    /// Files on both sides, agreed on; some are gone from this disk.
    private func bench(files: Int, gone: Int) throws -> (WorkBench, SyncWork) {
        let bench = try WorkBench()
        var work = bench.work()
        work.guardedCount = 2
        _ = work.perform(.check, now: 0, wall: 0)
        for number in 0..<files { try SimulatedPerson(bench.disk).write([UInt8(number)], name(number)) }
        pass(work)
        try bench.agreeOnAll()
        for number in 0..<gone { try SimulatedPerson(bench.disk).remove(name(number)) }
        for _ in 0..<2 { pass(work) }
        _ = work.perform(.prove([LocalID(1)]), now: 0, wall: 0)
        return (bench, work)
    }

    private func name(_ number: Int) -> TreePath { Array("file \(number)".utf8) }

    private func pass(_ work: SyncWork) {
        var next: LocalID? = LocalID(0)
        while let after = next, case .passed(_, let then) = work.perform(.pass(after: after), now: 0, wall: 0) {
            next = then
        }
    }

    private func plan(_ work: SyncWork) throws -> MadePlan {
        guard case .planned(.made(let plan)) = work.perform(.plan(leavingOut: []), now: 0, wall: 0) else {
            throw Problem(.internalError, "no plan")
        }
        return plan
    }

    @Test func whatIsMissingHereComesBack() throws {
        let (_, work) = try bench(files: 8, gone: 5)
        #expect(try plan(work).held == Deletions(there: 5))
        try work.bringBack(here: nil, there: 5)
        let after = try plan(work)
        #expect(after.held.isEmpty && after.parts.there.isEmpty && after.parts.here.isEmpty)
        #expect(after.parts.downloads.count == 5)
    }

    @Test func othersThanWereSeenStayHeld() throws {
        let (_, work) = try bench(files: 8, gone: 5)
        let problem = #expect(throws: Problem.self) { try work.bringBack(here: nil, there: 4) }
        #expect(problem?.code == .changedSince)
        #expect(try plan(work).held == Deletions(there: 5))
    }

    /// Gone from the server, and still here: it is sent anew.
    @Test func whatIsMissingThereGoesUpAgain() throws {
        let (bench, work) = try bench(files: 8, gone: 0)
        try bench.trashThere(5)
        #expect(try plan(work).held == Deletions(here: 5))
        try work.bringBack(here: 5, there: nil)
        let after = try plan(work)
        #expect(after.held.isEmpty && after.parts.here.isEmpty && after.parts.uploads.count == 5)
    }
}

extension WorkBench {
    /// Every file is read, and stands on the server as it is here.
    fileprivate func agreeOnAll() throws {
        _ = work().perform(.read(try locals()), now: 0, wall: 5_000_000_000_000)
        let locals = try locals()
        try mirror.write { database in
            let sync = SyncTransaction(database)
            for local in locals {
                let content = try #require(try sync.content(of: local))
                let name = try NodeName(bytes: try sync.path(of: local))
                let node = try self.node(name, revision: Revision(local.number + 10), content, database)
                try #require(try sync.learn(node))
                try sync.agree(node, local)
            }
        }
    }

    private func node(
        _ name: NodeName, revision: Revision, _ content: SyncContent, _ database: Database
    ) throws -> Node {
        let folder = try #require(try SyncFolder.read(database))
        let view = try #require(try GRDB.Row.fetchOne(database, sql: "SELECT id FROM views WHERE owner IS NULL"))
        return Node(
            id: .random(), namespace: try view.identifier(0), parent: folder.root, name: name, kind: .file,
            created: revision, revision: revision, changedAt: 0, changedBy: "a@example.org",
            content: Node.Content(
                version: .random(), size: content.size, sha256: content.digest, modified: 0,
                isExecutable: content.isExecutable, mimeType: "text/plain"))
    }

    /// Puts the first ones into the trash there.
    fileprivate func trashThere(_ count: Int) throws {
        let locals = try locals()
        try mirror.write { database in
            let sync = SyncTransaction(database)
            for local in locals.prefix(count) {
                var node = try #require(try sync.node(of: local).flatMap { try sync.node($0) })
                (node.trashedAt, node.revision) = (5, node.revision + 100)
                try #require(try sync.learn(node))
            }
        }
    }
}
