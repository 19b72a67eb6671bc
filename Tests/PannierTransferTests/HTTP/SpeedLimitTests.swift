import SeededRandom
import Synchronization
import Testing

@testable import PannierHTTP

@Suite(.timeLimit(.minutes(5))) struct SpeedLimitTests {
    /// Over five seconds no more than the rate passes, and little less, whoever asks how often and for how much.
    @Test(arguments: [16_000, 500_000, 2_000_000, 300_000_000], [1, 4, 16]) func theRateHolds(
        _ rate: Int64, _ lanes: Int
    ) {
        var random = SeededGenerator(seed: UInt64(rate) + UInt64(lanes))
        for isSending in [true, false] {
            var bucket = TokenBucket()
            let start = ContinuousClock.now
            bucket.set(rate, at: start)
            bucket.users = lanes
            var passed = 0
            var time = Duration.zero
            while time < .seconds(5) {
                time += .milliseconds(Int.random(in: 1...30, using: &random))
                let now = start + time
                // As the loop does: everybody who is held up tries again, until there is nothing left.
                var isMore = bucket.wait(at: now) == .zero
                while isMore {
                    isMore = false
                    for _ in 0..<lanes {
                        let wanted = Int.random(in: 1...16_384, using: &random)
                        let count =
                            isSending ? bucket.take(wanted, at: now) : bucket.accept(wanted, at: now) ? wanted : 0
                        passed += count
                        isMore = isMore || count > 0
                    }
                }
            }
            let share = Double(passed) / (5 * Double(rate))
            // What came in one piece may be ahead of its time.
            let ahead = isSending ? 0 : 16_384 / (5 * Double(rate))
            #expect(share > 0.9 && share < 1.02 + ahead, "\(share) of \(rate), sending \(isSending)")
        }
    }

    @Test func sharesAreFair() {
        var bucket = TokenBucket()
        let start = ContinuousClock.now
        bucket.set(1_000_000, at: start)
        bucket.users = 4
        let shares = (0..<5).map { _ in bucket.take(1 << 20, at: start + .seconds(1)) }
        #expect(shares == [25_000, 25_000, 25_000, 25_000, 0])
    }

    @Test func changingARateForgivesWhatWasOwedAndGivesNothing() {
        var bucket = TokenBucket()
        let start = ContinuousClock.now
        let unbound = bucket.take(1 << 30, at: start)
        #expect(unbound == 1 << 30 && bucket.lanes == .max)
        bucket.set(10_000, at: start)
        let tooEarly = bucket.accept(1, at: start)
        let inTime = bucket.accept(1 << 20, at: start + .seconds(1))
        #expect(!tooEarly && inTime && bucket.lanes == 1)
        // For that, a minute and a half would have to pass.
        let owed = bucket.wait(at: start + .seconds(1))
        #expect(owed > .seconds(60))
        bucket.set(1_000_000, at: start + .seconds(1))
        let forgiven = bucket.wait(at: start + .seconds(1))
        #expect(forgiven <= .milliseconds(50) && bucket.lanes == 30)
        bucket.set(nil, at: start + .seconds(1))
        let free = bucket.wait(at: start + .seconds(1))
        #expect(free == .zero)
    }

    @Test(arguments: [1, 4, 16]) func bodiesTakeAsLongAsTheyMust(_ lanes: Int) async throws {
        let server = try LoopbackServer { request, connection in
            connection.answer(200, request.method == "PUT" ? [] : [UInt8](repeating: 7, count: 3_000_000 / lanes))
        }
        defer { server.stop() }
        let (client, limit, meter) = (HTTPClient(), SpeedLimit(), TransferMeter())
        limit.set(sending: 1_500_000, receiving: 3_000_000)
        let body = [UInt8](repeating: 7, count: 3_000_000 / lanes)
        for (method, seconds) in [(HTTPRequest.Method.put, 2.0), (.get, 1.0)] {
            let begun = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<lanes {
                    group.addTask {
                        let request = HTTPRequest(
                            method, server.base + "/", body: method == .put ? body[...] : nil, answerLimit: 3_000_000)
                        let answer = try await client.send(request, meter: meter, limit: limit)
                        #expect(answer.status == 200 && (method == .put || answer.body.count == body.count))
                    }
                }
                try await group.waitForAll()
            }
            #expect(ContinuousClock.now - begun > .seconds(seconds * 0.9))
        }
        #expect(meter.sent == Int64(body.count * lanes) && meter.received == meter.sent)
    }

    /// What is under way keeps to what is said meanwhile, and nothing that is held up is forgotten.
    @Test func liftingALimitLetsEverythingGoOn() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(200) }
        defer { server.stop() }
        let (client, limit, meter) = (HTTPClient(), SpeedLimit(), TransferMeter())
        // One at a time, and all together an hour.
        limit.set(sending: 16_000, receiving: nil)
        let body = [UInt8](repeating: 7, count: 8 << 20)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    let request = HTTPRequest(.put, server.base + "/", body: body[...])
                    let answer = try await client.send(request, meter: meter, limit: limit)
                    #expect(answer.status == 200)
                }
            }
            // Others are not held up by it.
            let other = try await client.send(HTTPRequest(.get, server.base + "/"))
            #expect(other.status == 200)
            while meter.sent == 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(meter.sent < 1 << 20)
            limit.set(sending: nil, receiving: nil)
            try await group.waitForAll()
        }
        #expect(meter.sent == 5 * Int64(body.count))
    }

    @Test func whatIsHeldUpCanBeCancelled() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(200) }
        defer { server.stop() }
        let (client, limit, meter) = (HTTPClient(), SpeedLimit(), TransferMeter())
        limit.set(sending: 16_000, receiving: nil)
        let body = [UInt8](repeating: 7, count: 8 << 20)
        let tasks = (0..<3).map { _ in
            Task { () async -> HTTPFailure.Code? in
                do throws(HTTPFailure) {
                    let request = HTTPRequest(.put, server.base + "/", body: body[...])
                    _ = try await client.send(request, meter: meter, limit: limit)
                    return nil
                } catch {
                    return error.code
                }
            }
        }
        while meter.sent == 0 { try await Task.sleep(for: .milliseconds(5)) }
        for task in tasks.reversed() {
            task.cancel()
            #expect(await task.value == .cancelled)
        }
        limit.set(sending: 50_000_000, receiving: nil)
        let request = HTTPRequest(.put, server.base + "/", body: body[...])
        let answer = try await client.send(request, limit: limit)
        #expect(answer.status == 200)
    }
}
