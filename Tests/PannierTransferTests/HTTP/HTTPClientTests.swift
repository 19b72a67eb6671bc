import PannierHTTP
import Synchronization
import Testing

@Suite struct HTTPClientTests {
    let client = HTTPClient(settings: HTTPSettings(connectMilliseconds: 2_000, stallSeconds: 1))

    /// A connection that breaks during the handshake says nothing about who answers: it passes.
    @Test func aHandshakeThatBreaksIsNoWrongCertificate() async throws {
        let server = try LoopbackServer { _, _ in }
        server.resetsConnections()
        defer { server.stop() }
        do throws(HTTPFailure) {
            _ = try await client.send(HTTPRequest(.get, "https://127.0.0.1:\(server.port)/"))
            Issue.record("should have failed")
        } catch {
            #expect(error.code == .interrupted)
        }
    }

    @Test func sendsMethodFieldsAndBodyAndReadsTheAnswer() async throws {
        let server = try LoopbackServer { request, connection in
            connection.answer(201, request.body.reversed(), fields: ["X-Said": "  so \t"])
        }
        defer { server.stop() }
        for method in [HTTPRequest.Method.put, .post, .patch] {
            let request = HTTPRequest(
                method, server.base + "/a?b=c", fields: [HTTPField("X-Asked", "this"), HTTPField("X-Empty", "")],
                body: [1, 2, 3][...])
            let response = try await client.send(request)
            #expect(response.status == 201)
            #expect(response.isSuccess)
            #expect(response.body == [3, 2, 1])
            #expect(response["x-said"] == "so")
            let seen = try #require(server.requests.last)
            #expect(seen.method == method.rawValue)
            #expect(seen.target == "/a?b=c")
            #expect(seen.fields["x-asked"] == "this")
            #expect(seen.fields["x-empty"] == "")
            #expect(seen.fields["content-length"] == "3")
            #expect(seen.fields["expect"] == nil)
            #expect(seen.fields["transfer-encoding"] == nil)
        }
        #expect(server.connectionCount == 1)
    }

    @Test func bodilessMethodsSendNoBody() async throws {
        let server = try LoopbackServer { request, connection in
            if request.method == "HEAD" {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n")
            } else {
                connection.answer(200)
            }
        }
        defer { server.stop() }
        for method in [HTTPRequest.Method.get, .head, .delete] {
            let response = try await client.send(HTTPRequest(method, server.base + "/"))
            #expect(response.status == 200)
            #expect(response.body == [])
            #expect(server.requests.last?.method == method.rawValue)
            #expect(server.requests.last?.fields["content-length"] == nil)
        }
        _ = try await client.send(HTTPRequest(.put, server.base + "/", body: []))
        #expect(server.requests.last?.fields["content-length"] == "0")
    }

    @Test func movesBigBodiesOnManyLanesAndCountsThem() async throws {
        let server = try LoopbackServer { request, connection in connection.answer(200, request.body) }
        defer { server.stop() }
        let size = 9 << 20
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) }
        let meter = TransferMeter()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    let part = body[lane...]
                    let request = HTTPRequest(.post, server.base + "/", body: part, answerLimit: size)
                    let position = BodyPosition()
                    let answer = try await client.send(request, meter: meter, position: position)
                    return answer.body == Array(part) && position.count == part.count
                }
            }
            for try await isEqual in group { #expect(isEqual) }
        }
        #expect(meter.sent == Int64(4 * size - 6))
        #expect(meter.received == Int64(4 * size - 6))
    }

    @Test func redirectsAreNotFollowed() async throws {
        let server = try LoopbackServer { _, connection in
            connection.answer(302, fields: ["Location": "/elsewhere"])
        }
        defer { server.stop() }
        let response = try await client.send(HTTPRequest(.get, server.base + "/"))
        #expect(response.status == 302)
        #expect(response["location"] == "/elsewhere")
        #expect(server.requests.count == 1)
    }

    @Test func anAnswerAfterA100IsTheAnswer() async throws {
        let server = try LoopbackServer { _, connection in
            connection.write("HTTP/1.1 100 Continue\r\nX-Early: yes\r\n\r\n")
            connection.answer(404, fields: ["X-Late": "yes"])
        }
        defer { server.stop() }
        let response = try await client.send(HTTPRequest(.put, server.base + "/", body: [1]))
        #expect(response.status == 404)
        #expect(!response.isSuccess)
        #expect(response["x-early"] == nil)
        #expect(response["x-late"] == "yes")
    }

    @Test func aDeadKeptConnectionIsReplacedWithoutFailing() async throws {
        let server = try LoopbackServer { request, connection in
            connection.answer(200, request.body)
            connection.end()
        }
        defer { server.stop() }
        for round in 0..<5 {
            let response = try await client.send(HTTPRequest(.post, server.base + "/", body: [UInt8(round)]))
            #expect(response.body == [UInt8(round)])
        }
    }

    @Test func aConnectionCutInTheMiddleIsInterrupted() async throws {
        let server = try LoopbackServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
            connection.end()
        }
        defer { server.stop() }
        let failure = try await failure(of: HTTPRequest(.get, server.base + "/"))
        #expect(failure.code == .interrupted)
    }

    @Test(.timeLimit(.minutes(5))) func aServerThatSaysNothingTimesOut() async throws {
        let server = try LoopbackServer { _, connection in connection.waitForClose() }
        defer { server.stop() }
        let failure = try await failure(of: HTTPRequest(.get, server.base + "/"))
        #expect(failure.code == .timedOut)
        // libcurl's limits are nothing for people.
        #expect(!failure.message.contains("bytes/sec") && !failure.message.contains("milliseconds"))
    }

    @Test func noServerAtAllIsSaidSo() async throws {
        let failure = try await failure(of: HTTPRequest(.get, SilentPort.base + "/"))
        #expect(failure.code == .cannotConnect)
        #expect(failure.message == "Connection refused.")
    }

    @Test func whatIsNoHTTPIsABadAnswer() async throws {
        let server = try LoopbackServer { _, connection in
            connection.write("220 mail.example.com ESMTP\r\n")
            connection.end()
        }
        defer { server.stop() }
        let failure = try await failure(of: HTTPRequest(.get, server.base + "/"))
        #expect(failure.code == .badAnswer)
    }

    @Test func longerAnswersThanAskedForAreRefused() async throws {
        let server = try LoopbackServer { _, connection in
            connection.answer(200, [UInt8](repeating: 7, count: 101))
        }
        defer { server.stop() }
        let failure = try await failure(of: HTTPRequest(.get, server.base + "/", answerLimit: 100))
        #expect(failure.code == .answerTooLarge)
        let response = try await client.send(HTTPRequest(.get, server.base + "/", answerLimit: 101))
        #expect(response.body.count == 101)
    }

    @Test(arguments: ["ftp://127.0.0.1/", "file:///etc/passwd", "http://", "no address", "", "127.0.0.1"])
    func otherSchemesAndNonsenseAreRefused(_ url: String) async throws {
        let failure = try await failure(of: HTTPRequest(.get, url))
        #expect(failure.code == .badRequest)
    }

    @Test func lineBreaksInFieldsAreRefused() async throws {
        let request = HTTPRequest(.get, "http://127.0.0.1/", fields: [HTTPField("X-A", "b\r\nX-C: d")])
        #expect(try await failure(of: request).code == .badRequest)
    }

    @Test func cancellingClosesTheConnectionAtOnce() async throws {
        let closed = AsyncStream.makeStream(of: Void.self)
        let arrived = AsyncStream.makeStream(of: Void.self)
        let server = try LoopbackServer { _, connection in
            arrived.continuation.yield()
            connection.waitForClose()
            closed.continuation.yield()
        }
        defer { server.stop() }
        let patient = HTTPClient()
        let task = Task { try await patient.send(HTTPRequest(.get, server.base + "/")) }
        for await _ in arrived.stream { break }
        task.cancel()
        let result = await task.result
        #expect(throws: HTTPFailure(.cancelled, "Cancelled.")) { try result.get() }
        for await _ in closed.stream { break }
    }

    @Test func aTaskCancelledBeforeItSendsDoesNotHang() async throws {
        let server = try LoopbackServer { _, connection in connection.waitForClose() }
        defer { server.stop() }
        let patient = HTTPClient()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await patient.send(HTTPRequest(.get, server.base + "/"))
        }
        let result = await task.result
        #expect(throws: HTTPFailure(.cancelled, "Cancelled.")) { try result.get() }
    }

    @Test func cancellingSomeLeavesTheOthersAlone() async throws {
        let server = try LoopbackServer { request, connection in
            if request.target == "/slow" { connection.waitForClose() } else { connection.answer(200, [1]) }
        }
        defer { server.stop() }
        let patient = HTTPClient()
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                let isSlow = number % 2 == 0
                group.addTask {
                    let request = HTTPRequest(.get, server.base + (isSlow ? "/slow" : "/"))
                    let task = Task { try await patient.send(request) }
                    if isSlow { task.cancel() }
                    let response = try? await task.value
                    return isSlow ? response == nil : response?.body == [1]
                }
            }
            for await isAsExpected in group { #expect(isAsExpected) }
        }
    }

    private func failure(of request: HTTPRequest) async throws -> HTTPFailure {
        do throws(HTTPFailure) {
            let response = try await client.send(request)
            Issue.record("answered with \(response.status)")
            throw HTTPFailure(.clientFailed, "expected a failure")
        } catch {
            return error
        }
    }
}
