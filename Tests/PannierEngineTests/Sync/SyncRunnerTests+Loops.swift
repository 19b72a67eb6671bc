import Foundation
import GRDB
import PannierCore
import PannierHTTP
import PannierMirror
import PannierSync
import PannierTransfer
import Synchronization
import Testing

@testable import PannierEngine

// What the folder's loops are asked for and ask for, and how they end.
extension SyncRunnerTests {
    /// The end of what somebody else has asked for is not that of one's own word.
    @Test func eachWordToReadEveryFileHasANumber() async throws {
        try await working {
            try await runner.pair(folder)
            let words = await [runner.readAllAnew(), runner.readAllAnew()]
            #expect(words == [1, 2])
            try await eventually("both are done") { runner.loopState.verifications == 2 ? true : nil }
            try await runner.verify()
            #expect(runner.loopState.verifications == 3)
            // One that is opened anew has heard of none, and while none is open nobody hears a word.
            try await runner.closed { () throws(Problem) in
                let unheard = await runner.readAllAnew()
                #expect(unheard == 0)
            }
            #expect(await runner.readAllAnew() == 1)
            try await eventually("it is done") { runner.loopState.verifications == 1 ? true : nil }
        }
    }

    @Test func whoVerifiesAtOnceIsAnsweredAtOnce() async throws {
        try await working {
            try await runner.pair(folder)
            async let one: Void = runner.verify()
            async let other: Void = runner.verify()
            _ = try await (one, other)
            #expect(await runner.state?.isVerified == true)
        }
    }

    /// Only then the mirror is closed.
    @Test func whatIsUnderWayIsDoneBeforeTheAgentEnds() async throws {
        let held = HeldWrite("sync_local")
        let hasEnded = Mutex(false)
        let running = Task {
            await withDiscardingTaskGroup { group in
                group.addTask { await runner.run() }
                group.addTask { await feed.run { look() } }
            }
            hasEnded.withLock { $0 = true }
        }
        try await runner.begin()
        try await runner.pair(folder)
        try await runner.waitUntilSynced(nil)
        mirror.database.add(transactionObserver: held)
        try FileManager.default.createDirectory(atPath: "\(folder)/new", withIntermediateDirectories: false)
        await held.begun.wait()
        running.cancel()
        // Time enough for one that does not wait.
        try await Task.sleep(for: .milliseconds(200))
        let isOver = hasEnded.withLock { $0 }
        #expect(!isOver)
        held.gate.ring()
        await running.value
        // What it had begun is written.
        let count = try await mirror.read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM sync_local WHERE number > 1")
        }
        #expect(count == 1)
    }
}

/// Holds up whoever is the first to write a new row of a table, in the midst of it.
private final class HeldWrite: TransactionObserver, Sendable {
    let begun = Bell()
    let gate = ThreadBell()
    private let table: String
    private let isHeld = Mutex(false)

    init(_ table: String) { self.table = table }

    func observes(eventsOfKind kind: DatabaseEventKind) -> Bool {
        if case .insert(let name) = kind { name == table } else { false }
    }

    func databaseDidChange(with event: DatabaseEvent) {
        let isFirst = isHeld.withLock { isHeld in
            defer { isHeld = true }
            return !isHeld
        }
        guard isFirst else { return }
        begun.ring()
        gate.wait(atMost: nil)
    }

    func databaseDidCommit(_ database: Database) {}
    func databaseDidRollback(_ database: Database) {}
}
