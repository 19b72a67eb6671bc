import PannierCore
import PannierServer
import Testing

@Suite struct IdempotencyTests {
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
    }

    /// Makes a folder under an idempotency key; answers its name.
    private func make(
        _ name: String, key: String = "key", route: String = "nodes", digest: [UInt8] = [1],
        as person: OperationsWorld.Person
    ) async throws -> String {
        try await world.write(as: person) { desk in
            let answer = try Operations.idempotent(
                key: key, route: route, requestDigest: digest, in: desk.context
            ) {
                try desk.folder(name)
                return Array(name.utf8)
            }
            return String(decoding: answer, as: UTF8.self)
        }
    }

    private func names() async throws -> [String] { try await world.read(as: ada) { try $0.names() } }

    @Test func repeatedIsAnsweredAsBeforeAndChangesNothing() async throws {
        #expect(try await make("a", as: ada) == "a")
        #expect(try await make("b", as: ada) == "a")
        #expect(try await names() == ["a"])
        #expect(try await make("b", key: "another", as: ada) == "b")
    }

    @Test func anotherRequestUnderTheSameKeyIsRefused() async throws {
        _ = try await make("a", as: ada)
        #expect(try await refusal { try await make("b", digest: [2], as: ada) } == .idempotencyMismatch)
        #expect(try await refusal { try await make("b", route: "other", as: ada) } == .idempotencyMismatch)
        #expect(try await names() == ["a"])
    }

    @Test func whatWasRefusedIsAskedAnew() async throws {
        let (world, ada) = (world, ada)
        let code = try await refusal {
            try await world.write(as: ada) { desk in
                try Operations.idempotent(key: "key", route: "nodes", requestDigest: [1], in: desk.context) {
                    try desk.folder("a")
                    throw Problem(.quotaExceeded, "full")
                }
            }
        }
        #expect(code == .quotaExceeded)
        #expect(try await names().isEmpty)
        #expect(try await make("a", as: ada) == "a")
    }

    @Test func keysBelongToADevice() async throws {
        let bob = try await world.person("bob@example.org")
        _ = try await make("a", as: ada)
        #expect(try await make("b", digest: [2], as: bob) == "b")
    }

    @Test func keysHaveAForm() async throws {
        for key in ["", "a b", "ä", "a/b", String(repeating: "a", count: 65)] {
            #expect(try await refusal { try await make("a", key: key, as: ada) } == .badRequest)
        }
        for key in ["aZ09-_", String(repeating: "a", count: 64)] { _ = try await make("a", key: key, as: ada) }
    }

    @Test func answersAreKeptForADay() async throws {
        for number in 0..<25 { _ = try await make("f\(number)", key: "\(number)", as: ada) }
        world.advance(milliseconds: 86_400_000 - 1)
        #expect(try await make("late", key: "3", as: ada) == "f3")
        world.advance(milliseconds: 1)
        #expect(try await make("later", key: "3", digest: [9], as: ada) == "later")
        let kept = { [world] in
            try await world.store.read { try $0.rows("SELECT 1 FROM idempotency", []).count }
        }
        // A few at a time, on later writes.
        #expect(try await kept() == 15)
        for number in 0..<3 { _ = try await make("x\(number)", key: "x\(number)", as: ada) }
        #expect(try await kept() == 4)
    }
}
