import GRDB
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

@Suite(.timeLimit(.minutes(5))) struct ReorderTests {
    /// The same as moving in a list of those that are not over; others stay what they are.
    @Test(arguments: SeededGenerator.seeds(10)) func equalsAListOfTransfers(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let store = try await Queue(try Queue.upload()).store
        for _ in 0..<6 { _ = try await store.add(local: LocalPath("/x"), goal: try Queue.upload()) }
        let downloads = try await (0..<2).asyncMap {
            _ in try await store.add(local: LocalPath("/x"), goal: try Queue.download()).id
        }
        var model = try await store.waiting(.upload, limit: 99).map(\.id)
        let over = model.remove(at: 2)
        let number = try #require(try await store.transfer(over)?.number)
        #expect(try await store.end(number) == .done)
        for _ in 0..<40 {
            let index = Int.random(in: 0..<model.count, using: &random)
            let id = model[index]
            let how = [Reorder.up, .down, .first, .last].randomElement(using: &random) ?? .up
            var expected = model
            expected.remove(at: index)
            let place =
                switch how {
                case .up: max(0, index - 1)
                case .down: min(expected.count, index + 1)
                case .first: 0
                case .last: expected.count
                }
            expected.insert(id, at: place)
            let moved = try await store.reorder(id, how)
            #expect(moved.contains(id) == (expected != model))
            model = expected
            #expect(try await store.waiting(.upload, limit: 99).map(\.id) == model)
            let places = try await store.all().map(\.place)
            #expect(Set(places).count == places.count && places == places.sorted())
        }
        #expect(try await store.waiting(.download, limit: 99).map(\.id) == downloads)
        #expect(try await store.reorder(over, .first).isEmpty)
        // What comes later stands last, wherever the others went.
        let last = try await store.add(local: LocalPath("/x"), goal: try Queue.upload()).id
        #expect(try await store.waiting(.upload, limit: 99).map(\.id) == model + [last])
    }

    @Test func aPausedOneThatIsPutFirstGoesOn() async throws {
        let queue = try await Queue(try Queue.upload())
        let number = queue.transfer.number
        _ = try await queue.store.setState(number, from: .waiting, to: .paused)
        #expect(try await queue.store.reorder(queue.transfer.id, .last).isEmpty)
        #expect(try await queue.stored().state == .paused)
        #expect(try await queue.store.reorder(queue.transfer.id, .first) == [queue.transfer.id])
        #expect(try await queue.stored().state == .waiting)
        #expect(try await queue.store.reorder(queue.transfer.id, .first).isEmpty)
    }

    /// What runs gives way to what is put first, and goes on after it; nothing is lost.
    @Test func whatIsPutFirstRunsNow() async throws {
        let world = try World()
        let manager = world.manager
        let isOpen = Box(false)
        var faults = ServiceDouble.Faults()
        faults.put = { _ in isOpen.now ? nil : 503 }
        let double = try ServiceDouble(faults)
        try await manager.signedIn(try double.client(), world.account)
        let ids = [try await world.put("a"), try await world.put("b"), try await world.put("c")]
        #expect(try await world.told { $0.state == .retrying }.id == ids[0])
        #expect(try await manager.reorder(ids[2], .first) == [ids[2]])
        #expect(try await world.told { $0.state == .retrying && $0.id == ids[2] }.place < 1)
        let states = try await manager.states()
        #expect(states.map(\.id) == [ids[2], ids[0], ids[1]])
        #expect(states.map(\.state) == [.retrying, .queued, .queued])
        #expect(states.map(\.place) == states.map(\.place).sorted())
        // Down goes what runs, and it runs on.
        #expect(try await manager.reorder(ids[2], .down) == [ids[2]])
        #expect(try await manager.states().map(\.id) == [ids[0], ids[2], ids[1]])
        #expect(try await manager.states()[1].state == .retrying)
        #expect(try await manager.reorder(ids[1], .down).isEmpty)
        isOpen.change { $0 = true }
        var done: [TransferID] = []
        for _ in ids { done.append(try await world.told { $0.state == .done && !done.contains($0.id) }.id) }
        #expect(done == [ids[2], ids[0], ids[1]])
        #expect(double.seen.committed.count == 3)
        #expect(try await manager.reorder(ids[0], .last).isEmpty)
        await #expect(throws: Problem.self) { try await manager.reorder(.random(), .up) }
        await manager.stop()
    }
}

/// A queue with a folder to send from.
private struct World {
    let folder: Folder
    let manager: TransferManager
    let account = Account(
        id: .random(), email: "a@example.org", name: "A", namespace: .random(), root: .random(),
        chunkerSeed: String(repeating: "07", count: 32), usedBytes: 0, quotaBytes: nil)

    init() throws {
        folder = try Folder()
        let database = try DatabaseQueue()
        try MirrorSchema.migrator.migrate(database)
        let tree = RemoteTree(
            children: { _, _, _ throws(Problem) in .page([]) },
            nodes: { _, paths throws(Problem) in paths.map { _ in nil } }, refresh: { () throws(Problem) in },
            news: MirrorNews())
        manager = TransferManager(
            store: TransferStore(database), tree: tree, copies: CopyStaging(folder.at("copies")),
            settings: TransferSettings(patience: RetryPolicy(first: 50, longest: 100, attempts: nil)))
    }

    /// The next state told that is as wanted.
    func told(_ isWanted: (TransferState) -> Bool) async throws -> TransferState {
        for await case .changed(let states) in manager.events {
            if let state = states.first(where: isWanted) { return state }
        }
        throw Problem(.cancelled, "Nothing more is told.")
    }

    func put(_ name: String) async throws -> TransferID {
        let source = try folder.write(Array(name.utf8), name)
        return try await manager.put(
            source: source,
            target: UploadTarget(
                namespace: account.namespace, folder: account.root, name: try NodeName(name),
                remote: try RemotePath(parsing: "/" + name)))
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
