import GRDB
import PannierChunks
package import PannierCore
import PannierServer

/// The File Service of one account: the real operations on SQLite in memory, and a store that loses nothing.
package final class SimulatedService {
    let database: MemoryDatabase
    /// Where a backup goes.
    private let backupDatabase: () throws -> MemoryDatabase
    private(set) var account: Account
    /// One for each device.
    private(set) var callers: [Caller] = []
    private var packs: [PackID: [Fingerprint: [UInt8]]] = [:]
    /// Answers that the service keeps for requests that are repeated, by their number in the database.
    private var kept: [ServiceAnswer] = []
    private(set) var hasBackup = false
    /// Views that were told to look since this was last asked.
    var hasRung = false
    let mistake: Mistake?
    private(set) var promises = Promises()
    /// What clients have said to be stored; for a service that believes them.
    private var claims: [PackID: [[UInt8]]] = [:]

    init(
        _ database: MemoryDatabase, backup: @escaping () throws -> MemoryDatabase, devices: Int, now: Milliseconds,
        mistake: Mistake?
    ) throws {
        self.database = database
        self.mistake = mistake
        backupDatabase = backup
        (account, callers) = try database.write { database in
            let transaction = SQLiteTransaction(database)
            let account = try Operations.addUser(
                email: "a@example.org", name: "A", salt: [1], hash: [2], cost: .standard,
                seed: [UInt8](repeating: 7, count: 32), now: now, in: transaction)
            let callers = try (0..<devices).map { number in
                let token = [UInt8](repeating: UInt8(number), count: 32)
                _ = try Operations.createDevice(
                    account: account.id, name: "device \(number)", tokenHash: token, now: now, in: transaction)
                guard let caller = try Operations.authenticate(tokenHash: token, in: transaction) else {
                    throw Problem(.tokenInvalid, "the token that was just given is not known")
                }
                return caller
            }
            return (account, callers)
        }
    }

    // MARK: Requests

    package func perform(_ request: ServiceRequest, by device: Int, now: Milliseconds) throws -> ServiceAnswer {
        do {
            return try answer(request, device, now)
        } catch let problem as Problem {
            return .problem(problem)
        }
    }

    private func answer(_ request: ServiceRequest, _ device: Int, _ now: Milliseconds) throws -> ServiceAnswer {
        switch request {
        case .changes(let request):
            var page = try run(device, now) {
                try Operations.changes(cursor: request.cursor, limit: request.limit, node: nil, in: $0)
            }
            if mistake == .skipsChange, page.hasMore { _ = page.changes.popLast() }
            return .changes(page)
        case .list(let request): return .list(try run(device, now) { try Operations.listNodes(request, in: $0) })
        case .change(let change, let key, let epoch): return try carryOut(change, key, epoch, device, now)
        case .declare(let request):
            return .declared(try run(device, now) { try Operations.declareChunks(request, in: $0) })
        case .put(let pack, let chunks):
            packs[pack] = Dictionary(chunks.map { (SHA256Digest.of($0), $0) }) { one, _ in one }
            return .done
        case .describe(let pack): return try describe(pack, device, now)
        case .content(let request): return .content(try run(device, now) { try Operations.content(request, in: $0) })
        case .get(let pack, let wanted): return .chunks(try wanted.map { try chunk($0, in: pack) })
        }
    }

    /// One operation in a transaction of its own.
    private func run<Answer>(
        _ device: Int, _ now: Milliseconds, _ body: (OperationContext) throws -> Answer
    ) throws -> Answer {
        let bell = Bell()
        let answer = try transaction { database in
            try body(
                OperationContext(
                    transaction: SQLiteTransaction(database), caller: callers[device], now: now,
                    signer: SimulatedSigner(), secrets: SimulatedSecrets(), bell: bell))
        }
        if !bell.views.isEmpty { hasRung = true }
        return answer
    }

    // MARK: Changes

    /// Kept answers are told by their number: what is said of JSON is proven elsewhere.
    private func carryOut(
        _ change: ServiceChange, _ key: String, _ epoch: Int64?, _ device: Int, _ now: Milliseconds
    ) throws -> ServiceAnswer {
        let change = try mistaken(change)
        let before = try head()
        let number = try run(device, now) { context in
            try Operations.requireEpoch(epoch, in: context)
            let body = {
                self.kept.append(try Self.answer(change, context))
                return Array("\(self.kept.count - 1)".utf8)
            }
            if mistake == .forgetsKeys { return try body() }
            return try Operations.idempotent(
                key: key, route: change.route, requestDigest: digest(change, key), in: context, body)
        }
        guard let index = Int(String(decoding: number, as: UTF8.self)) else {
            throw Problem(.internalError, "a kept answer without a number")
        }
        try promises.take(kept[index], number: index, to: "\(device) \(key)", hasEffect: try head() != before)
        return kept[index]
    }

    /// Where keys are given twice, what was asked has to count too.
    private func digest(_ change: ServiceChange, _ key: String) -> [UInt8] {
        Array((mistake == .reusesKeys ? "\(change)" : key).utf8)
    }

    private static func answer(_ change: ServiceChange, _ context: OperationContext) throws -> ServiceAnswer {
        switch change {
        case .create(let request): .created(try Operations.createNodes(request, in: context))
        case .move(let request): .nodes(try Operations.moveNodes(request, in: context))
        case .trash(let request): .nodes(try Operations.trashNodes(request, in: context))
        case .restore(let request): .nodes(try Operations.restoreNodes(request, in: context))
        case .openPacks(let request): .packs(try Operations.openPacks(request, in: context))
        case .commit(let request): .committed(try Operations.commitUploads(request, in: context))
        }
    }

    // MARK: The store

    /// “It is there”: the service looks itself.
    private func describe(_ pack: PackID, _ device: Int, _ now: Milliseconds) throws -> ServiceAnswer {
        guard let stored = packs[pack] ?? claimed(pack) else {
            throw Problem(.packMissing, "The pack is not in the store.")
        }
        var offset = 0
        let chunks = stored.sorted { $0.key < $1.key }.map { fingerprint, bytes in
            defer { offset += bytes.count }
            return PackedChunk(
                fingerprint: fingerprint, length: bytes.count, offset: offset, sealedLength: bytes.count, codec: .none)
        }
        try run(device, now) { try Operations.recordVerifiedPack(pack, chunks: chunks, in: $0) }
        return .done
    }

    private func chunk(_ fingerprint: Fingerprint, in pack: PackID) throws -> [UInt8] {
        guard let chunk = packs[pack]?[fingerprint] else {
            throw Problem(.packMissing, "The store does not have it.")
        }
        return chunk
    }

    func claim(_ pack: PackID, _ chunks: [[UInt8]]) { claims[pack] = chunks }

    private func claimed(_ pack: PackID) -> [Fingerprint: [UInt8]]? {
        claims[pack].map { Dictionary($0.map { (SHA256Digest.of($0), $0) }) { one, _ in one } }
    }

    func bytes(of fingerprint: Fingerprint, in pack: PackID) -> [UInt8]? { packs[pack]?[fingerprint] }

    // MARK: Backups

    func backUp() throws {
        try database.backup(to: backupDatabase())
        hasBackup = true
        promises.backUp()
    }

    /// The metadata is as it was at the last backup, and says so by another epoch.
    func restoreBackup() throws {
        let epoch = try database.read {
            try Int64.fetchOne($0.cachedStatement(sql: "SELECT value FROM meta WHERE name = 'epoch'"))
        }
        try backupDatabase().backup(to: database)
        try database.write { database in
            try database.cachedStatement(sql: "UPDATE meta SET value = ? WHERE name = 'epoch'")
                .execute(arguments: [(epoch ?? 0) + (mistake == .keepsEpoch ? 0 : 1)])
        }
        promises.restoreBackup()
    }
}
