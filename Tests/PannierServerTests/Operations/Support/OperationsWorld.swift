import Foundation
import PannierChunks
import PannierCore
import PannierServer
import Synchronization

/// A metadata store in a folder of its own, some people, and their requests. The clock stands where the test puts it.
final class OperationsWorld: Sendable {
    struct Person: Sendable {
        let account: Account
        let caller: Caller
        var root: NodeID { account.root }
        var namespace: NamespaceID { account.namespace }
        var view: ViewID { ViewID(high: namespace.high, low: namespace.low) }
    }

    let folder: TemporaryFolder
    let store: SQLiteMetadataStore
    private let clock = Mutex<Milliseconds>(1_700_000_000_000)

    init() throws {
        folder = try TemporaryFolder()
        store = try SQLiteMetadataStore(path: folder.path("metadata.sqlite"))
    }

    var now: Milliseconds { clock.withLock { $0 } }
    func advance(milliseconds: Milliseconds) { clock.withLock { $0 += milliseconds } }
    func advance(days: Int64) { advance(milliseconds: days * 86_400_000) }

    func person(_ email: String) async throws -> Person {
        let now = now
        return try await store.write { transaction in
            try OperationsStage(transaction, now: now).person(email)
        }
    }

    /// One request in a transaction that may write.
    func write<Answer: Sendable>(
        as person: Person, _ request: @escaping @Sendable (OperationsStage.Desk) throws -> Answer
    ) async throws -> Answer {
        let now = now
        return try await store.write { transaction in
            try request(OperationsStage(transaction, now: now).desk(of: person))
        }
    }

    /// One request on a snapshot.
    func read<Answer: Sendable>(
        as person: Person, _ request: @escaping @Sendable (OperationsStage.Desk) throws -> Answer
    ) async throws -> Answer {
        let now = now
        return try await store.read { transaction in
            try request(OperationsStage(transaction, now: now).desk(of: person))
        }
    }

    /// Every row of every table, for “nothing was written”.
    func dump() async throws -> [String: [[MetadataValue]]] {
        try await store.read { transaction in
            let tables = try transaction.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'", [])
            var dump: [String: [[MetadataValue]]] = [:]
            for case .text(let table)? in tables.map(\.values.first) {
                dump[table] = try transaction.rows("SELECT * FROM \(table)", []).map(\.values)
            }
            return dump
        }
    }
}

/// A folder that is removed with its owner.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("pannier-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// Everything inside one transaction: several people's requests one after the other.
struct OperationsStage {
    let transaction: any MetadataTransaction
    var now: Milliseconds

    init(_ transaction: any MetadataTransaction, now: Milliseconds = 1_700_000_000_000) {
        self.transaction = transaction
        self.now = now
    }

    func person(_ email: String) throws -> OperationsWorld.Person {
        let account = try Operations.addUser(
            email: email, name: "A Person", salt: [1], hash: [2], cost: .standard,
            seed: [UInt8](repeating: 7, count: 32), now: now, in: transaction)
        let token = RandomBytes.make(32)
        _ = try Operations.createDevice(
            account: account.id, name: "laptop", tokenHash: token, now: now, in: transaction)
        guard let caller = try Operations.authenticate(tokenHash: token, in: transaction) else {
            throw Problem(.tokenInvalid, "the token that was just given is not known")
        }
        return OperationsWorld.Person(account: account, caller: caller)
    }

    func desk(of person: OperationsWorld.Person) -> Desk {
        Desk(
            person: person,
            context: OperationContext(
                transaction: transaction, caller: person.caller, now: now, signer: PlainSigner(),
                secrets: SealedSecrets(), bell: Bell()))
    }

    /// One person's request, with what it needs.
    struct Desk {
        let person: OperationsWorld.Person
        let context: OperationContext
    }
}

/// URLs that say what they are for and prove nothing.
struct PlainSigner: BlobSigner {
    func put(
        namespace: NamespaceID, pack: PackID, length: Int, sha256: Fingerprint, now: Milliseconds
    ) -> SignedRequest {
        SignedRequest(
            url: "put:\(namespace)/\(pack)", headers: ["content-length": "\(length)", "sha256": "\(sha256)"],
            expiresAt: now + Milliseconds(Limits.putSeconds) * 1_000)
    }

    func get(namespace: NamespaceID, pack: PackID, now: Milliseconds) -> SignedRequest {
        SignedRequest(
            url: "get:\(namespace)/\(pack)", headers: [:], expiresAt: now + Milliseconds(Limits.getSeconds) * 1_000)
    }
}

/// Real encryption under a key that everyone knows.
struct SealedSecrets: ServerSecrets {
    private let master = [UInt8](repeating: 9, count: 32)

    func wrap(packKey: [UInt8], namespace: NamespaceID, pack: PackID) throws -> [UInt8] {
        try AESGCM.seal(packKey, key: master, associated: namespace.bytes + pack.bytes)
    }

    func unwrap(packKey: [UInt8], namespace: NamespaceID, pack: PackID) throws -> [UInt8] {
        try AESGCM.open(packKey, key: master, associated: namespace.bytes + pack.bytes)
    }

    func seal(cursor: [UInt8], account: AccountID) throws -> String {
        Hexadecimal.text(of: try AESGCM.seal(cursor, key: master, associated: account.bytes))
    }

    func open(cursor: String, account: AccountID) -> [UInt8]? {
        Hexadecimal.bytes(of: cursor).flatMap { try? AESGCM.open($0, key: master, associated: account.bytes) }
    }
}
