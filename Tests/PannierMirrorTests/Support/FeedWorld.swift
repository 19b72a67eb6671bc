import GRDB
import PannierCore
import PannierMirror
import SeededRandom
import Testing

/// A mirror and the service that it follows. The service's answers are cut and delayed in any way: while one is under way,
/// more happens there, and the mirror learns of some of it by itself (``FeedTransaction/learn(_:)``).
struct FeedWorld {
    let mirror: Mirror
    var service: ModelService
    var seed: SeededGenerator
    /// Answers to what this device has changed, not written down yet.
    private var heard: [Node] = []

    init(_ mirror: Mirror, seed: SeededGenerator) {
        self.mirror = mirror
        self.seed = seed
        service = ModelService(owners: [nil, "bob@example.org", "cleo@example.org"], seed: seed)
    }

    /// Something happens, and the mirror may hear of some of it.
    mutating func step() async throws {
        operate()
        try await learn()
        if seed.chance(30) { try await pull(limit: Int.random(in: 1...4, using: &seed), isBusy: true) }
        if seed.chance(30) { try await list(limit: Int.random(in: 1...5, using: &seed), isBusy: true) }
    }

    mutating func catchUp() async throws {
        while true {
            while try await pull(limit: 3) {}
            while try await list(limit: 7) {}
            try await apply { try $0.caughtUp() }
            try await learn()
            let cursor = try await mirror.read { try FeedState.read($0)?.cursor }
            guard let cursor, (try? service.changes(after: cursor, limit: 1))?.changes.isEmpty == true else { continue }
            return
        }
    }

    // MARK: - What happens there

    private mutating func operate() {
        let before = service
        operateOnce()
        // What was answered before the server was restored is of no use to anybody.
        if service.epoch != before.epoch { heard = [] }
        guard seed.chance(60) else { return }
        heard += service.nodes.values.filter { $0.namespace == service.own && before.nodes[$0.id] != $0 }
            .sorted { $0.id < $1.id }
    }

    private mutating func operateOnce() {
        let ids = service.nodes.keys.sorted()
        let folders = ids.filter { service.nodes[$0]?.kind == .folder }
        guard let some = ids.randomElement(using: &seed), let folder = folders.randomElement(using: &seed) else {
            return
        }
        let name = "n\(Int.random(in: 0..<8, using: &seed))"
        switch Int.random(in: 0..<100, using: &seed) {
        case 0..<35: service.create(in: folder, name, seed.chance(50) ? .folder : .file)
        case 35..<60: service.move(some, to: folder, name)
        case 60..<66: service.change(some) { if $0.parent != nil { $0.trashedAt = 1 } }
        case 66..<72: service.change(some) { $0.trashedAt = nil }
        case 72..<76: service.purge(some)
        case 76..<88: service.grant(some)
        case 88..<95: if let view = service.views.keys.sorted().randomElement(using: &seed) { service.revoke(view) }
        case 95..<98: service.expireCursors()
        case 98: service.restoreBackup()
        default: service.change(some) { $0.changedAt += 1 }
        }
    }

    // MARK: - What the mirror hears

    private func apply(_ body: @escaping @Sendable (inout FeedTransaction) throws -> Void) async throws {
        try await mirror.write { db in
            var transaction = try FeedTransaction(db)
            try body(&transaction)
        }
    }

    /// Late or early, and in any order.
    private mutating func learn() async throws {
        guard try await mirror.read({ try FeedState.read($0)?.epoch }) == service.epoch else { return }
        while seed.chance(50), let index = heard.indices.randomElement(using: &seed) {
            let node = heard.remove(at: index)
            let (isTaken, revision) = try await mirror.write { db in
                var transaction = try FeedTransaction(db)
                return (
                    try transaction.learn(node),
                    try Revision.fetchOne(
                        db, sql: "SELECT revision FROM nodes WHERE id = ?", arguments: [node.id.blob])
                )
            }
            #expect(!isTaken || revision.map { $0 >= node.revision } == true, "\(seed)")
        }
    }

    /// - Parameter isBusy: more happens while the answer is under way.
    /// - Returns: whether there is more.
    @discardableResult
    private mutating func pull(limit: Int, isBusy: Bool = false) async throws -> Bool {
        let cursor = try await mirror.read { try FeedState.read($0)?.cursor }
        do {
            let page = try service.changes(after: cursor, limit: limit)
            if isBusy { try await goOn() }
            try await apply { try $0.apply(page) }
            return page.hasMore
        } catch let problem as Problem where problem.code == .cursorExpired {
            try await apply { try $0.forgetCursor() }
            return true
        }
    }

    @discardableResult
    private mutating func list(limit: Int, isBusy: Bool = false) async throws -> Bool {
        guard let question = try await mirror.read({ try ListingQuestion.next($0) }) else { return false }
        let answer = service.list(question.request, limit: limit)
        if isBusy { try await goOn() }
        try await apply { try $0.apply(answer, to: question) }
        return true
    }

    private mutating func goOn() async throws {
        for _ in 0..<Int.random(in: 0...2, using: &seed) {
            operate()
            try await learn()
        }
    }
}
