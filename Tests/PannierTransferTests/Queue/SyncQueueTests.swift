import Foundation
import GRDB
import PannierCore
import PannierMirror
import Testing

@testable import PannierTransfer

/// Transfers of the synced folder among those that people asked for.
@Suite(.timeLimit(.minutes(5))) struct SyncQueueTests {
    private let world: SyncedWorld
    private let isOpen = Box(false)

    init() throws { world = try SyncedWorld() }

    private func closedService() throws -> ServiceDouble {
        var faults = ServiceDouble.Faults()
        faults.put = { [isOpen] _ in isOpen.now ? nil : 503 }
        return try world.service(faults)
    }

    private func put(_ name: String, _ manager: TransferManager) async throws -> TransferID {
        let target = UploadTarget(
            namespace: world.account.namespace, folder: world.account.root, name: try NodeName(name),
            remote: try RemotePath(parsing: "/" + name))
        return try await manager.put(source: try world.folder.write([7], name), target: target)
    }

    private func told(
        _ manager: TransferManager, _ isWanted: (TransferState) -> Bool
    ) async throws -> TransferState {
        for await case .changed(let states) in manager.events {
            if let state = states.first(where: isWanted) { return state }
        }
        throw Problem(.cancelled, "Nothing more is told.")
    }

    /// Between two tries or in the midst of one.
    private func isAtWork(_ state: TransferState) -> Bool { [.running, .retrying].contains(state.state) }

    /// What runs gives way, and goes on after them; small ones among themselves keep their order.
    @Test func smallOnesGoFirst() async throws {
        let manager = world.manager()
        let service = try closedService()
        try await manager.signedIn(try service.client(), world.account)
        let long = try await put("long", manager)
        #expect(try await told(manager) { $0.state == .retrying }.id == long)
        let first = try world.add([try world.new(try world.write([1], "a"), "a")])
        let second = try world.add([try world.new(try world.write([2], "b"), "b")])
        try await manager.syncQueueChanged()
        #expect(try await told(manager) { $0.state == .retrying && $0.id == first }.place < 1)
        let states = try await manager.states()
        #expect(states.map(\.id) == [first, second, long])
        #expect(states[1...].map(\.state) == [.queued, .queued] && isAtWork(states[0]))
        // A small one does not give way to another.
        let third = try world.add([try world.new(try world.write([3], "c"), "c")])
        try await manager.syncQueueChanged()
        #expect(try await manager.states().map(\.id) == [first, second, third, long])
        #expect(isAtWork(try #require(try await manager.states().first)))
        isOpen.change { $0 = true }
        var ended: [TransferID] = []
        for await news in manager.events {
            switch news {
            case .cleared(let ids): ended += ids
            case .changed(let states):
                if states.contains(where: { $0.id == long && $0.state == .done }) { ended.append(long) }
            }
            if ended.last == long { break }
        }
        #expect(ended == [first, second, third, long])
        #expect(try await manager.states().map(\.id) == [long])
        #expect(service.seen.committed.count == 4)
        await manager.stop()
    }

    /// One that has come no further than before would never come to its end.
    @Test func whatHasComeNoFurtherDoesNotGiveWay() async throws {
        let manager = world.manager()
        let id = try await put("long", manager)
        let stored = try #require(try await world.store.transfer(id))
        let progress = RunProgress(stored)
        let run = RunningTransfer(
            stored: stored, progress: progress, session: 1, work: Task { .success(()) }, whole: Task {})
        #expect(!run.mayGiveWay)
        var growth = TransferCounts()
        growth.filesDone = 1
        progress.grow(by: growth)
        #expect(run.mayGiveWay)
        await manager.stop()
    }

    /// Nothing of it is sent meanwhile, by another process either; what somebody asked for goes on.
    @Test func aPausedFolderPausesItsTransfers() async throws {
        let manager = world.manager()
        let service = try closedService()
        try await manager.signedIn(try service.client(), world.account)
        let id = try world.add([try world.new(try world.write([1], "a"), "a")])
        try await manager.syncQueueChanged()
        #expect(try await told(manager) { $0.state == .retrying }.id == id)
        try await world.database.write { try SyncFolder.pause(true, SyncedWorld.marker, $0) }
        try await manager.syncQueueChanged()
        #expect(try await manager.states().map(\.state) == [.paused])
        #expect(try await manager.syncObstacle() == nil, "it is the folder that is paused")
        let own = try await put("own", manager)
        #expect(try await told(manager) { $0.id == own && $0.state == .retrying }.id == own)
        await manager.stop()

        let next = world.manager()
        try await next.begin()
        isOpen.change { $0 = true }
        try await next.signedIn(try service.client(), world.account)
        #expect(try await told(next) { $0.id == own && $0.state == .done }.id == own)
        #expect(try await next.states().first { $0.id == id }?.state == .paused)
        #expect(service.seen.committed.count == 1)
        try await world.database.write { try SyncFolder.pause(false, SyncedWorld.marker, $0) }
        try await next.syncQueueChanged()
        #expect(await next.last(of: id)?.state == .done)
        #expect(service.seen.committed.count == 2)
        await next.stop()
    }

    /// Whoever waits for the folder is told why it does not go on.
    @Test func whatKeepsAllOfThemIsSaid() async throws {
        let manager = world.manager()
        #expect(try await manager.syncObstacle() == nil)
        let service = try closedService()
        try await manager.signedIn(try service.client(), world.account)
        let first = try world.add([try world.new(try world.write([1], "a"), "a")])
        try await manager.syncQueueChanged()
        _ = try await told(manager) { $0.state == .retrying }
        #expect(try await manager.syncObstacle() != nil)
        let second = try world.add([try world.new(try world.write([2], "b"), "b")])
        try await manager.syncQueueChanged()
        #expect(try await manager.syncObstacle() == nil, "it waits for its turn alone")
        _ = try await manager.control(.pause, [second])
        _ = try await manager.control(.pause, [first])
        #expect(try await manager.syncObstacle()?.isPause == true)
        await manager.stop()
    }

    /// The folder is not synchronised any more: nothing is sent, and nothing is left of it.
    @Test func allOfThemCanBeTakenBack() async throws {
        let manager = world.manager()
        let service = try closedService()
        try await manager.signedIn(try service.client(), world.account)
        let ids = [
            try world.add([try world.new(try world.write([1], "a"), "a")]),
            try world.add([try world.new(try world.write([2], "b"), "b")]),
        ]
        try await manager.syncQueueChanged()
        #expect(try await told(manager) { $0.state == .retrying }.id == ids[0])
        try await world.database.write { try SyncTransfers($0).cancelAll() }
        #expect(try world.underWay().locals.isEmpty)
        try await manager.syncQueueChanged()
        var cleared: Set<TransferID> = []
        for await case .cleared(let gone) in manager.events {
            cleared.formUnion(gone)
            if cleared.count == 2 { break }
        }
        #expect(cleared == Set(ids))
        await manager.stop()
        #expect(try await world.store.all().isEmpty)
        #expect(try await world.store.leftovers().isEmpty)
        #expect(service.seen.committed.isEmpty && service.seen.cancelled == 1)
    }

    /// What is committed while it is being taken back is nothing that the next folder would know.
    @Test func nothingIsAgreedOnOfWhatWasTakenBack() async throws {
        let file = try world.write([1, 2, 3], "a")
        let id = try world.add([try world.new(file, "a")])
        let number = try #require(try await world.store.transfer(id)?.number)
        let item = try #require(try await world.store.uploadItems(number, after: 0, limit: 1).first)
        try await world.database.write { try SyncTransfers($0).cancelAll() }
        let ready = ReadyItem(
            row: item.row, upload: .random(), size: 3, chunkCount: 1, sha256: .ofNoBytes, modified: 0, changed: 0,
            note: nil)
        let content = Node.Content(
            version: .random(), size: 3, sha256: .ofNoBytes, modified: 0, isExecutable: false, mimeType: "")
        let node = try world.tell("a", content: content)
        _ = try await world.store.committed(number, [(ready, node)], reused: 0)
        #expect(try world.agreement(of: file) == nil && world.rings.now == 0)
        #expect(try await world.store.end(number) == .done)
        #expect(try await world.store.transfer(id) == nil)
    }

    /// A person may pause and cancel them as any other; cancelled, they leave the list, and the loop decides anew.
    @Test func peopleRuleThemToo() async throws {
        let manager = world.manager()
        let service = try closedService()
        try await manager.signedIn(try service.client(), world.account)
        let file = try world.write([1], "a")
        let id = try world.add([try world.new(file, "a")])
        try await manager.syncQueueChanged()
        _ = try await told(manager) { $0.state == .retrying }
        #expect(try await manager.control(.pause, [id]) == [id])
        #expect(try await manager.states().map(\.state) == [.paused])
        #expect(try world.underWay().locals == [file])
        let before = world.rings.now
        #expect(try await manager.control(.cancel, [id]) == [id])
        #expect(try await manager.states().isEmpty)
        #expect(world.rings.now > before)
        #expect(try world.underWay().locals.isEmpty && world.problems().isEmpty)
        #expect(service.seen.committed.isEmpty)
        await manager.stop()
    }

    /// A process that ended just before it removed one leaves no litter.
    @Test func whatHadEndedIsRemovedByTheNextProcess() async throws {
        let id = try world.add([try world.new(try world.write([1], "a"), "a")])
        let number = try #require(try await world.store.transfer(id)?.number)
        try await world.store.fail(number, Problem(.storageFull, "Full."))
        #expect(try await world.store.transfer(id)?.state == .failed)
        let manager = world.manager()
        try await manager.begin()
        #expect(try await manager.states().isEmpty)
        await manager.stop()
    }
}
