import PannierApp
import PannierCore
import Synchronization

/// An engine that holds a tree in memory and answers at once: folders first, then by name bytes, paged by key.
final class FakeEngine: Sendable {
    struct Item {
        var name: String
        var size: Int64?
        var age: Milliseconds = 3_600_000
        var by = "alice@example.org"
        var owner: String?
        var role: Role?
        var isShared = false
    }

    private struct Contents {
        var folders: [RemotePath: [Row]] = [:]
        var commands: [EngineCommand] = []
        var problem: Problem?
        var ids: UInt64 = 0
    }

    static let now: Milliseconds = 1_790_000_000_000
    static let namespace = NamespaceID(high: 1, low: 1)
    static let account = Account(
        id: AccountID(high: 2, low: 2), email: "alice@example.org", name: "Alice", namespace: namespace,
        root: NodeID(high: 3, low: 3), chunkerSeed: "", usedBytes: 61_200_000_000, quotaBytes: 200_000_000_000)

    private let contents = Mutex(Contents())

    init() {
        set(.myFiles, [])
        set(.sharedWithMe, [])
    }

    // MARK: The tree

    func set(_ path: RemotePath, _ items: [Item]) {
        let rows = items.map(row).sorted { Self.order($0.key(in: RowOrder()), $1.key(in: RowOrder())) }
        contents.withLock { $0.folders[path] = rows }
    }

    private func row(_ item: Item) -> Row {
        let id = contents.withLock { contents in
            contents.ids += 1
            return NodeID(high: 9, low: contents.ids)
        }
        let content = item.size.map {
            Node.Content(
                version: VersionID(high: 0, low: id.low), size: $0, sha256: Fingerprint(0, 0, 0, id.low), modified: 0,
                isExecutable: false, mimeType: "application/octet-stream")
        }
        let node = Node(
            id: id, namespace: Self.namespace, parent: nil, name: try! NodeName(item.name),
            kind: item.size == nil ? .folder : .file, created: 1, revision: 1, changedAt: Self.now - item.age,
            changedBy: item.by, isShared: item.isShared, content: content)
        return Row(node: node, owner: item.owner, role: item.role)
    }

    /// The id of a folder that stands in another one.
    func id(of path: RemotePath) -> NodeID {
        contents.withLock { contents in
            contents.folders[path.parent!]!.first { $0.node.name == path.name }!.node.id
        }
    }

    func remove(_ path: RemotePath) { contents.withLock { $0.folders[path] = nil } }
    func fail(with problem: Problem?) { contents.withLock { $0.problem = problem } }
    var commands: [EngineCommand] { contents.withLock { $0.commands } }
    func forgetCommands() { contents.withLock { $0.commands = [] } }

    private static func order(_ left: RowKey, _ right: RowKey) -> Bool {
        left.isFolder == right.isFolder ? left.name < right.name : left.isFolder
    }

    // MARK: Answers

    func answer(_ command: EngineCommand) -> Result<EngineReply, Problem> {
        contents.withLock { contents in
            contents.commands.append(command)
            if let problem = contents.problem { return .failure(problem) }
            switch command {
            case .list(let listing, let after, let limit):
                guard case .folder(let path) = listing.source else { return Self.page([]) { _ in 0..<0 } }
                return Self.page(contents.folders[path]) { rows in
                    let start = after.map { key in rows.count { !Self.order(key, $0.key(in: RowOrder())) } } ?? 0
                    return start..<min(rows.count, start + limit)
                }
            case .listBefore(let listing, let before, let limit):
                guard case .folder(let path) = listing.source else { return Self.page([]) { _ in 0..<0 } }
                return Self.page(contents.folders[path]) { rows in
                    let end = before.map { key in rows.count { Self.order($0.key(in: RowOrder()), key) } } ?? rows.count
                    return max(0, end - limit)..<end
                }
            case .subscribe, .refresh: return .success(.done)
            default: return .failure(Problem(.badRequest, "The fake engine cannot do this."))
            }
        }
    }

    private static func page(_ rows: [Row]?, _ range: ([Row]) -> Range<Int>) -> Result<EngineReply, Problem> {
        guard let rows else { return .failure(Problem(.notFound, "There is no such folder.")) }
        let range = range(rows)
        let next = range.upperBound < rows.count ? rows[range].last?.key(in: RowOrder()) : nil
        return .success(
            .rows(RowPage(rows: Array(rows[range]), start: range.lowerBound, total: rows.count, next: next)))
    }

    static func status(_ connection: EngineStatus.Connection = .live, problem: Problem? = nil) -> EngineStatus {
        EngineStatus(
            server: "http://127.0.0.1:8080", account: connection == .signedOut ? nil : account, device: nil,
            connection: connection, problem: problem, verifiedAt: connection == .signedOut ? nil : now - 3_000,
            latencyMilliseconds: 42, fileCount: 12_408, agentProcess: 1, version: "0.1.0")
    }
}

/// The link to a fake engine, in the same process.
final class FakeLink: EngineLink {
    let engine: FakeEngine
    let events: AsyncStream<EngineEvent>
    private let tell: AsyncStream<EngineEvent>.Continuation
    private let isGone = Atomic<Bool>(false)

    init(_ engine: FakeEngine) {
        self.engine = engine
        (events, tell) = AsyncStream.makeStream()
    }

    func send(_ command: EngineCommand) async throws -> EngineReply {
        guard !isGone.load(ordering: .relaxed) else { throw Problem(.agentUnreachable, "The agent has gone.") }
        if case .subscribe = command { tell.yield(.status(FakeEngine.status())) }
        return try engine.answer(command).get()
    }

    func tell(_ event: EngineEvent) { tell.yield(event) }

    func die() {
        isGone.store(true, ordering: .relaxed)
        tell.finish()
    }
}
