import Foundation
import PannierCore
import PannierHTTP
import PannierTransfer
import Testing

@Suite struct ServiceClientTests {
    let http = HTTPClient(settings: HTTPSettings(connectMilliseconds: 2_000, stallSeconds: 1))

    @Test func sendsTokenKeyAndQuestion() async throws {
        let upload = UploadID.random()
        let server = try LoopbackServer { _, connection in
            let answer = CreateNodes.Response(items: [
                .done(.init(upload: upload, chunkClass: .standard)), .problem(Problem(.nameTaken, "No.")),
            ])
            connection.answer(200, [UInt8]((try? WireJSON.encode(answer)) ?? Data()))
        }
        defer { server.stop() }
        let client = ServiceClient(server: try ServerAddress(parsing: server.base), token: "secret", http: http)
        let question = CreateNodes.Request(parent: .random(), items: [])
        let key = IdempotencyKey()
        let answer = try await client.createNodes(question, key: key)
        #expect(answer.items.count == 2)
        #expect(try answer.items[0].get().upload == upload)
        let seen = try #require(server.requests.first)
        #expect(seen.method == "POST")
        #expect(seen.target == "/v1/nodes")
        #expect(seen.fields["authorization"] == "Bearer secret")
        #expect(seen.fields["idempotency-key"] == key.text)
        #expect(seen.fields["content-type"] == "application/json")
        let heard = try WireJSON.decode(CreateNodes.Request.self, from: Data(seen.body))
        #expect(heard.parent == question.parent)
        #expect(seen.fields["pannier-epoch"] == nil)
    }

    @Test func saysWhatItRestsOn() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(409) }
        defer { server.stop() }
        let client = ServiceClient(server: try ServerAddress(parsing: server.base), token: "t", http: http)
        let request = TrashNodes.Request(items: [])
        await #expect(throws: Problem.self) { try await client.asOf(7).trashNodes(request) }
        #expect(server.requests.first?.fields["pannier-epoch"] == "7")
    }

    @Test func cursorsAreSentAsTheyAre() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(410) }
        defer { server.stop() }
        let client = ServiceClient(server: try ServerAddress(parsing: server.base + "/base/"), token: "t", http: http)
        await #expect(throws: Problem.self) { try await client.changes(cursor: "a+b/c=&d", limit: 7) }
        let seen = try #require(server.requests.first)
        #expect(seen.target == "/base/v1/changes")
        let heard = try WireJSON.decode(GetChanges.Request.self, from: Data(seen.body))
        #expect(heard.cursor == "a+b/c=&d")
        #expect(heard.limit == 7)
    }

    @Test(arguments: [
        (404, "application/problem+json", #"{"code":"name_taken","status":409,"title":"So."}"#, Problem.Code.nameTaken),
        (418, "application/problem+json", #"{"code":"from_the_future","status":418,"title":"So."}"#, .badRequest),
        (503, "text/html", "<h1>So.</h1>", .unavailable),
        (500, "application/problem+json", "{", .internalError),
        (401, "text/plain", "", .tokenInvalid),
        (409, "application/problem+json", #"{"code":"cancelled","status":409,"title":"So."}"#, .internalError),
        (409, "application/problem+json", #"{"code":"mirror_damaged","status":0,"title":"So."}"#, .internalError),
    ])
    func refusalsAreToldInWords(status: Int, type: String, body: String, code: Problem.Code) async throws {
        let server = try LoopbackServer { _, connection in
            connection.answer(status, Array(body.utf8), fields: ["Content-Type": type, "Retry-After": "7"])
        }
        defer { server.stop() }
        let client = ServiceClient(server: try ServerAddress(parsing: server.base), token: "t", http: http)
        do throws(Problem) {
            _ = try await client.account()
            Issue.record("should have failed")
        } catch {
            #expect(error.code == code)
            #expect(error.title == "So." || error.title.contains("\(status)"))
            if code != .nameTaken { #expect(error.retryAfter == 7) }
        }
    }

    @Test(arguments: [
        (501, "text/html", "<h1>No.</h1>", true), (404, "text/html", "", true), (200, "text/html", "<h1>Hi</h1>", true),
        (503, "text/html", "", false),
        (401, "application/problem+json", #"{"code":"sign_in_failed","status":401,"title":"No."}"#, false),
    ])
    func somethingElseThatAnswersIsKnown(status: Int, type: String, body: String, isOther: Bool) async throws {
        let server = try LoopbackServer { _, connection in
            connection.answer(status, Array(body.utf8), fields: ["Content-Type": type])
        }
        defer { server.stop() }
        let address = try ServerAddress(parsing: server.base)
        let client = ServiceClient(server: address, token: nil, http: http)
        let problem = await #expect(throws: Problem.self) {
            try await client.signIn(SignIn.Request(email: "e", password: "p", device: "d"))
        }
        #expect(problem?.isOfAnotherService(at: address.host) == isOther, "\(String(describing: problem))")
    }

    @Test func aServerThatIsGoneIsSaidSo() async throws {
        let client = ServiceClient(server: try ServerAddress(parsing: SilentPort.base), token: "t", http: http)
        do throws(Problem) {
            _ = try await client.account()
            Issue.record("should have failed")
        } catch {
            #expect(error.code == .serverUnreachable)
            #expect(error.isTransient)
            #expect(error.title.contains("127.0.0.1:\(SilentPort.port)"))
        }
    }

    @Test func anAnswerThatMakesNoSenseIsSaidSo() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(200, Array("{}".utf8)) }
        defer { server.stop() }
        let client = ServiceClient(server: try ServerAddress(parsing: server.base), token: "t", http: http)
        await #expect(throws: Problem.self) { try await client.account() }
    }
}

@Suite struct ServerAddressTests {
    @Test(arguments: [
        ("https://files.example.com", "https://files.example.com", "files.example.com"),
        ("files.example.com", "https://files.example.com", "files.example.com"),
        (
            " https://files.example.com:8443/pannier/ ", "https://files.example.com:8443/pannier",
            "files.example.com:8443"
        ),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9", "127.9.9.9"),
        ("HTTP://localhost:80", "http://localhost:80", "localhost:80"),
        ("localhost:8080", "http://localhost:8080", "localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080"),
    ])
    func addressesThatArePrivate(typed: String, text: String, host: String) throws {
        let address = try ServerAddress(parsing: typed)
        #expect(address.text == text)
        #expect(address.host == host)
        #expect(address.isSecure == text.hasPrefix("https"))
    }

    @Test(arguments: [
        ("http://files.example.com", Problem.Code.serverUntrusted),
        ("http://127.0.0.1.example.com", .serverUntrusted),
        ("http://127.0.0", .serverUntrusted),
        ("http://localhost.example.com", .serverUntrusted),
        ("http://10.0.0.1", .serverUntrusted),
        ("ftp://localhost", .badRequest),
        ("https://", .badRequest),
        ("", .badRequest),
        ("https://me:secret@files.example.com", .badRequest),
        ("https://files.example.com/?a=b", .badRequest),
        ("http://127.0.0.1@files.example.com", .badRequest),
    ])
    func addressesThatWouldTellOrMeanNothing(typed: String, code: Problem.Code) {
        do throws(Problem) {
            let address = try ServerAddress(parsing: typed)
            Issue.record("“\(typed)” became \(address)")
        } catch {
            #expect(error.code == code)
        }
    }
}

@Suite struct RetryPolicyTests {
    let policy = RetryPolicy(first: 100, longest: 1_000, attempts: 4)
    let transient = Problem(.unavailable, "Later.")

    @Test func delaysDoubleUpToTheLongestAndThenEnd() {
        let whole = (1...5).map { policy.decide(after: transient, attempt: $0, random: 1) }
        #expect(whole == [.tryAgain(in: 100), .tryAgain(in: 200), .tryAgain(in: 400), .giveUp, .giveUp])
        let endless = RetryPolicy(first: 100, longest: 1_000, attempts: nil)
        #expect(endless.decide(after: transient, attempt: 1_000, random: 1) == .tryAgain(in: 1_000))
        #expect(endless.decide(after: transient, attempt: 1_000, random: 0) == .tryAgain(in: 500))
    }

    @Test func whatDoesNotPassIsGivenUpAtOnce() {
        #expect(policy.decide(after: Problem(.nameTaken, "No."), attempt: 1, random: 1) == .giveUp)
    }

    /// A fault of the service may be this request's own.
    @Test func faultsOfTheServiceAreBornAFewTimes() async {
        let endless = RetryPolicy(first: 1, longest: 2, attempts: nil, faults: 3)
        let tries = Box(0)
        await #expect(throws: Problem(.internalError, "Broken.")) {
            try await endless.run { attempt throws(Problem) -> Int in
                tries.change { $0 += 1 }
                // What passes is not counted with it.
                throw attempt % 2 == 0 ? Problem(.internalError, "Broken.") : Problem(.unavailable, "Later.")
            }
        }
        #expect(tries.now == 6)
    }

    @Test func noServerMakesAnyoneWaitLongerThanAnHour() {
        for seconds in [Int.max, 3_601] {
            let problem = Problem(.rateLimited, "Slowly.", retryAfter: seconds)
            #expect(policy.decide(after: problem, attempt: 1, random: 0) == .tryAgain(in: 3_600_000))
        }
        let problem = Problem(.rateLimited, "Slowly.", retryAfter: .min)
        #expect(policy.decide(after: problem, attempt: 1, random: 0) == .tryAgain(in: 50))
    }

    @Test func theServersWordOnWaitingHolds() {
        let problem = Problem(.rateLimited, "Slowly.", retryAfter: 3)
        #expect(policy.decide(after: problem, attempt: 1, random: 0) == .tryAgain(in: 3_000))
    }

    @Test func runTriesUntilItWorks() async throws {
        let quick = RetryPolicy(first: 1, longest: 2, attempts: 5)
        var waits: [Milliseconds] = []
        let result = try await quick.run(waiting: { waits.append($1) }) { attempt throws(Problem) in
            guard attempt == 4 else { throw transient }
            return attempt
        }
        #expect(result == 4)
        #expect(waits.count == 3)
    }

    @Test func cancellingEndsTheWait() async throws {
        let slow = RetryPolicy(first: 1_000_000, longest: 1_000_000, attempts: nil)
        let task = Task {
            try await slow.run { _ throws(Problem) -> Int in throw Problem(.unavailable, "Later.") }
        }
        task.cancel()
        let result = await task.result
        #expect { try result.get() } throws: { ($0 as? Problem)?.code == .cancelled }
    }
}
