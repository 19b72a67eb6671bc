import Foundation
import Logging
import PannierCore
import PannierServer
import Testing

/// A real server on a free port, with cheap passwords; ended gracefully after the test.
struct TestServer: Sendable {
    let service: FileService
    let port: Int
    let folder: String

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @discardableResult
    static func with<Result: Sendable>(
        timing: ConnectionTiming = ConnectionTiming(), patience: Duration = .seconds(2),
        _ body: @escaping @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        try await withFolder { folder in try await with(in: folder, timing: timing, patience: patience, body) }
    }

    @discardableResult
    static func with<Result: Sendable>(
        in folder: String, timing: ConnectionTiming = ConnectionTiming(), patience: Duration = .seconds(2),
        _ body: @escaping @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        let options = ServerOptions(
            data: folder, listen: ListenAddress(host: "127.0.0.1", port: 0), timing: timing,
            passwordCost: PasswordCost(exponent: 4, blockSize: 8, parallel: 1), patience: patience)
        let service = try await FileService(options, logger: quiet)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { port.finish() }
                try await service.run { address in port.yield(address.port) }
            }
            var found = ports.makeAsyncIterator()
            guard let number = await found.next() else {
                try await group.waitForAll()
                throw CancellationError()
            }
            let result: Swift.Result<Result, any Error>
            do {
                result = .success(try await body(TestServer(service: service, port: number, folder: folder)))
            } catch {
                result = .failure(error)
            }
            await service.stop()
            try await group.waitForAll()
            return try result.get()
        }
    }

    static let password = "correct horse battery"

    func addUser(_ email: String) async throws {
        let answer = await service.perform(.addUser(email: email, name: "Somebody", password: Self.password))
        guard case .added = answer else {
            Issue.record("the user was not added: \(answer)")
            return
        }
    }

    /// Adds a user and signs a device in.
    func device(_ email: String, isNew: Bool = true) async throws -> TestDevice {
        if isNew { try await addUser(email) }
        let anyone = TestDevice(server: self, token: nil, account: nil)
        let answer = try await anyone.call(
            "POST", "/v1/devices", SignIn.Request(email: email, password: Self.password, device: "test"))
        try #require(answer.status == 200, "\(answer.text)")
        let response = try answer.json(SignIn.Response.self)
        return TestDevice(server: self, token: response.token, account: response.account)
    }
}

/// One signed-in client.
struct TestDevice: Sendable {
    let server: TestServer
    let token: String?
    let account: Account!

    func call(
        _ method: String, _ path: String, _ body: (any Encodable)? = nil, key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> HTTPAnswer {
        var headers = headers
        if let token { headers["Authorization"] = "Bearer \(token)" }
        if let key { headers["Idempotency-Key"] = key }
        let bytes = try body.map { [UInt8](try WireJSON.encode($0)) } ?? []
        return try await request(method, port: server.port, path, headers: headers, body: bytes)
    }

    /// Whether request and answer are as the OpenAPI document has them.
    private func check(_ method: String, _ path: String, _ body: (any Encodable)?, _ answer: HTTPAnswer) throws {
        let document = try OpenAPIDocument.ofThisServer()
        let operation = try #require(document.operation(method, path), "\(method) \(path) is not documented")
        if let body {
            let sent = try JSONSerialization.jsonObject(with: try WireJSON.encode(body))
            #expect(document.failures(sent, document.requestSchema(operation)) == [], "\(method) \(path)")
        }
        let received = try JSONSerialization.jsonObject(with: Data(answer.body))
        let schema = document.answerSchema(operation, status: answer.status)
        #expect(document.failures(received, schema) == [], "\(method) \(path)")
    }

    /// Calls and decodes; anything but success fails the test.
    func ask<Value: Decodable>(
        _ method: String, _ path: String, _ body: (any Encodable)? = nil, key: String? = nil, as type: Value.Type
    ) async throws -> Value {
        let answer = try await call(method, path, body, key: key)
        try #require(answer.status == 200, "\(method) \(path): \(answer.status) \(answer.text)")
        try check(method, path, body, answer)
        return try answer.json(type)
    }

    /// Sends a presigned request.
    func send(_ method: String, _ signed: SignedRequest, body: [UInt8] = [], headers: [String: String] = [:])
        async throws -> HTTPAnswer
    {
        let target = try #require(signed.url.firstRange(of: "/store/"))
        return try await request(
            method, port: server.port, String(signed.url[target.lowerBound...]),
            headers: signed.headers.merging(headers) { $1 }, body: body)
    }
}

func problem(_ answer: HTTPAnswer) throws -> Problem {
    #expect(answer.headers["content-type"] == "application/problem+json")
    return try answer.json(Problem.self)
}
