import Dispatch
import PannierServer
import Synchronization
import Testing

@Suite struct GroupQueueTests {
    /// What comes while a group is under way makes up the next one, however much it is.
    @Test func workIsShared() async throws {
        let groups = Mutex<[[Int]]>([])
        let gate = DispatchSemaphore(value: 0)
        let (done, finish) = AsyncStream.makeStream(of: Int.self)
        let queue = GroupQueue<Int> { group in
            if group.first == 0 { gate.wait() }
            groups.withLock { $0.append(group) }
            finish.yield(group.count)
        }
        queue.submit(0)
        // The first group may take some of these along, if its thread has not woken up by then; it ends after all.
        for job in 1...10 { queue.submit(job) }
        gate.signal()
        var left = 11
        for await count in done {
            left -= count
            if left == 0 { break }
        }
        let seen = groups.withLock { $0 }
        #expect(seen.flatMap { $0 } == Array(0...10))
        #expect(seen.count <= 2)
        try await queue.shutDown()
    }

    @Test func nothingIsLostAtTheEnd() async throws {
        let count = Mutex(0)
        let queue = GroupQueue<Int> { group in count.withLock { $0 += group.count } }
        for job in 0..<1_000 { queue.submit(job) }
        try await queue.shutDown()
        #expect(count.withLock { $0 } == 1_000)
    }
}
