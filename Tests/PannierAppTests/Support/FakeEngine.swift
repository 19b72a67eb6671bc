import Foundation
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
        var conflicts = 0
        var sync: SyncMark?
    }

    private struct Contents {
        var folders: [RemotePath: [Row]] = [:]
        var commands: [EngineCommand] = []
        var problem: Problem?
        var ids: UInt64 = 0
        var known: [String: NodeID] = [:]
        var trash: [Row] = []
        var access: [Access] = []
        var failures: [TransferFailure] = []
        var text: [UInt8] = []
        var isFitting = true
        var refusals: [Refusal] = []
        var versions: [FileVersion] = []
        var unsynced: [SyncProblem] = []
        var plan = SyncPlan()
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

    /// What changes of the tree are refused from now on.
    func refuse(_ paths: [String]) {
        let problem = Problem(.nameTaken, "It is there already.", status: 0)
        contents.withLock { $0.refusals = paths.map { Refusal(path: $0, problem: problem) } }
    }

    // MARK: The synced folder

    func setUnsynced(_ problems: [SyncProblem]) { contents.withLock { $0.unsynced = problems } }
    func setPlan(_ plan: SyncPlan) { contents.withLock { $0.plan = plan } }

    // MARK: The tree

    func set(_ path: RemotePath, _ items: [Item]) {
        let rows = items.map { row($0, in: path.description) }
        contents.withLock { $0.folders[path] = rows }
    }

    /// What stands under the same name in the same folder is the same thing.
    private func row(_ item: Item, in place: String) -> Row {
        let id = contents.withLock { contents in
            let key = "\(place)/\(Array(item.name.utf8))"
            if let known = contents.known[key] { return known }
            contents.ids += 1
            let id = NodeID(high: 9, low: contents.ids)
            contents.known[key] = id
            return id
        }
        let content = item.size.map {
            Node.Content(
                version: VersionID(high: 0, low: id.low), size: $0, sha256: Fingerprint(0, 0, 0, id.low), modified: 0,
                isExecutable: false, mimeType: "application/octet-stream", conflicts: item.conflicts)
        }
        let node = Node(
            id: id, namespace: Self.namespace, parent: nil, name: try! NodeName(item.name),
            kind: item.size == nil ? .folder : .file, created: 1, revision: 1, changedAt: Self.now - item.age,
            changedBy: item.by, isShared: item.isShared, content: content)
        var row = Row(node: node, owner: item.owner, role: item.role)
        row.sync = item.sync
        return row
    }

    /// The id of a folder that stands in another one.
    func id(of path: RemotePath) -> NodeID {
        contents.withLock { contents in
            contents.folders[path.parent!]!.first { $0.node.name == path.name }!.node.id
        }
    }

    func setTrash(_ items: [(Item, RemotePath)]) {
        let rows = items.map { item, origin in
            var row = row(item, in: "trash")
            row.node.trashedAt = Self.now - item.age
            row.origin = origin
            return row
        }
        contents.withLock { $0.trash = rows }
    }

    func setAccess(_ access: [Access]) { contents.withLock { $0.access = access } }
    func setFailures(_ failures: [TransferFailure]) { contents.withLock { $0.failures = failures } }
    func setVersions(_ versions: [FileVersion]) { contents.withLock { $0.versions = versions } }
    func setText(_ text: String) { contents.withLock { $0.text = Array(text.utf8) } }

    /// From now on no control or order of transfers fits any.
    func fitNothing() { contents.withLock { $0.isFitting = false } }

    func remove(_ path: RemotePath) { contents.withLock { $0.folders[path] = nil } }
    func fail(with problem: Problem?) { contents.withLock { $0.problem = problem } }
    var commands: [EngineCommand] { contents.withLock { $0.commands } }
    func forgetCommands() { contents.withLock { $0.commands = [] } }

    private static func order(_ left: Row, _ right: Row, _ order: RowOrder) -> Bool {
        let (a, b) = (left.key(in: order), right.key(in: order))
        if a.isFolder != b.isFolder { return a.isFolder }
        let values = (number(a.value), number(b.value))
        if values.0 != values.1 { return (values.0 > values.1) != order.isReversed }
        if case .text(let x)? = a.value, case .text(let y)? = b.value, x != y { return (x < y) != order.isReversed }
        return order.key == .name && order.isReversed ? a.name > b.name : a.name < b.name
    }

    private static func number(_ value: RowKey.Value?) -> Int64 {
        if case .number(let number)? = value { number } else { 0 }
    }

    // MARK: Answers

    func answer(_ command: EngineCommand) -> Result<EngineReply, Problem> {
        contents.withLock { contents in
            contents.commands.append(command)
            if let problem = contents.problem { return .failure(problem) }
            switch command {
            case .list(let listing, let after, let limit):
                return Self.page(listing, contents) { rows in
                    let start = after.flatMap { key in rows.firstIndex { $0.node.id == key.node } }.map { $0 + 1 } ?? 0
                    return start..<min(rows.count, start + limit)
                }
            case .listBefore(let listing, let before, let limit):
                return Self.page(listing, contents) { rows in
                    let end = before.flatMap { key in rows.firstIndex { $0.node.id == key.node } } ?? rows.count
                    return max(0, end - limit)..<end
                }
            case .find(let listing, let text, let from, let isBackwards):
                return .success(.found(Self.find(text, in: listing, from, isBackwards, contents)))
            case .subscribe, .refresh, .limit, .estimate, .unshare, .leave: return .success(.done)
            case .copy(let sources, _, _, _, _) where sources.contains { $0.space == .shared }:
                return .success(.started([TransferID(high: 0, low: 9)], refused: []))
            case .makeFolders, .move, .copy, .trash: return .success(.refused(contents.refusals))
            case .restore(let nodes, _):
                return .success(
                    .restored(nodes.map { Restored(node: $0, path: Samples.path("old.txt")) }, refused: []))
            case .put, .get: return .success(.started([], refused: []))
            case .versions(_, let after, let limit):
                let start = contents.versions.firstIndex { $0.id == after }.map { $0 + 1 } ?? 0
                let page = Array(contents.versions[start...].prefix(limit))
                let hasMore = start + limit < contents.versions.count
                return .success(.versions(FileVersions(versions: page, after: hasMore ? page.last?.id : nil)))
            case .previewVersion(let version, _, let offset, let length):
                let bytes = contents.text.dropFirst(Int(offset)).prefix(length)
                return .success(
                    .part(
                        FilePart(
                            version: version.id, offset: offset, size: Int64(contents.text.count), bytes: Data(bytes))))
            case .restoreVersion, .keepCurrent: return .success(.done)
            case .conflicts(let limit): return .success(.rows(Self.conflicts(contents, limit)))
            case .control(_, let ids):
                return .success(.changed(contents.isFitting ? ids ?? [TransferID(high: 7, low: 1)] : []))
            case .reorder(let id, _): return .success(.changed(contents.isFitting ? [id] : []))
            case .shares, .share: return .success(.access(contents.access))
            case .failures: return .success(.failures(contents.failures))
            case .listLocal(let listing, let start, let limit):
                return Self.local(listing, start, limit)
            case .preview(_, let offset, let length):
                let bytes = contents.text.dropFirst(Int(offset)).prefix(length)
                return .success(
                    .part(
                        FilePart(
                            version: VersionID(high: 0, low: 1), offset: offset, size: Int64(contents.text.count),
                            bytes: Data(bytes))))
            case .chunkMap(let transfer, let cells):
                return .success(.chunkMap(Samples.chunkMap(transfer, cells: cells)))
            case .chunk(_, let cell, _):
                return .success(
                    .chunk(
                        ChunkDetail(
                            state: .sure, file: "act-2-final.mov", offset: Int64(cell) * 67_000_000, length: 1_100_000,
                            fingerprint: Fingerprint(0x77ab_0000_0000_0000, 0, 0, 2))))
            case .probe(let server):
                return .success(.probe(ServerProbe(address: server, latencyMilliseconds: 38, isEncrypted: true)))
            case .syncProblems(_, let limit, let leftOut, _):
                let all = contents.unsynced.filter { leftOut == nil || ($0.leftOut != nil) == leftOut }
                return .success(
                    .syncProblems(
                        SyncProblemPage(problems: Array(all.prefix(limit)), total: all.count, next: nil)))
            case .syncPlan: return .success(.syncPlan(contents.plan))
            case .sync, .approve, .bringBack, .keep, .pauseSync: return .success(.sync(nil))
            case .signIn, .freshStatus: return .success(.status(Self.status()))
            default: return .failure(Problem(.badRequest, "The fake engine cannot do this."))
            }
        }
    }

    private static func rows(_ listing: Listing, _ contents: Contents) -> [Row]? {
        let all: [Row]?
        switch listing.source {
        case .folder(let path): all = contents.folders[path]
        case .trash: all = contents.trash
        }
        return all?.filter { row in
            if listing.filter.hidesDotNames, row.node.name.text.hasPrefix(".") { return false }
            return fits(row.node.name.text, listing.filter.letters)
        }.sorted { order($0, $1, listing.order) }
    }

    private static func conflicts(_ contents: Contents, _ limit: Int) -> RowPage {
        let rows = contents.folders.flatMap { folder, rows in
            rows.filter { $0.node.content?.conflicts ?? 0 > 0 }.map { row in
                Row(node: row.node, origin: folder.appending(row.node.name))
            }
        }.sorted { $0.origin!.description < $1.origin!.description }
        return RowPage(rows: Array(rows.prefix(limit)), start: 0, total: rows.count, next: nil)
    }

    private static func fits(_ name: String, _ letters: String) -> Bool {
        var rest = Substring(name.lowercased())
        return letters.lowercased().allSatisfy { letter in
            guard let index = rest.firstIndex(of: letter) else { return false }
            rest = rest[rest.index(after: index)...]
            return true
        }
    }

    private static func find(
        _ text: String, in listing: Listing, _ from: RowKey?, _ isBackwards: Bool, _ contents: Contents
    ) -> FoundRow? {
        let rows = rows(listing, contents) ?? []
        let start = from.flatMap { key in rows.firstIndex { $0.node.id == key.node } } ?? (isBackwards ? 0 : -1)
        let order = (1...max(1, rows.count)).map { step in
            (start + (isBackwards ? -step : step) + 2 * rows.count) % max(1, rows.count)
        }
        let index = order.first {
            rows.indices.contains($0) && rows[$0].node.name.text.lowercased().contains(text.lowercased())
        }
        return index.map { FoundRow(row: rows[$0], index: $0) }
    }

    private static func page(
        _ listing: Listing, _ contents: Contents, _ range: ([Row]) -> Range<Int>
    ) -> Result<EngineReply, Problem> {
        guard let rows = rows(listing, contents) else {
            return .failure(Problem(.notFound, "There is no such folder."))
        }
        let range = range(rows)
        let next = range.upperBound < rows.count ? rows[range].last?.key(in: listing.order) : nil
        return .success(
            .rows(RowPage(rows: Array(rows[range]), start: range.lowerBound, total: rows.count, next: next)))
    }

    private static func local(_ listing: LocalListing, _ start: Int, _ limit: Int) -> Result<EngineReply, Problem> {
        guard !listing.folder.description.contains("nowhere") else {
            return .failure(Problem(.notFound, "There is no folder “\(listing.folder)” on this machine."))
        }
        let names = Samples.localNames.filter { !listing.filter.hidesDotNames || !$0.0.hasPrefix(".") }
            .filter { fits($0.0, listing.filter.letters) }
        let rows = names.map { name, size in
            LocalRow(
                path: listing.folder.appending(Array(name.utf8)), kind: size == nil ? .folder : .file, size: size ?? 0,
                modified: now - 86_400_000, isFolder: size == nil)
        }
        let range = min(start, rows.count)..<min(rows.count, start + limit)
        return .success(.localRows(LocalPage(rows: Array(rows[range]), start: range.lowerBound, total: rows.count)))
    }

    static func status(
        _ connection: EngineStatus.Connection = .live, problem: Problem? = nil, conflicts: Int = 0
    ) -> EngineStatus {
        var status = EngineStatus(
            server: "http://127.0.0.1:8080", account: connection == .signedOut ? nil : account, device: nil,
            connection: connection, problem: problem, verifiedAt: connection == .signedOut ? nil : now - 3_000,
            latencyMilliseconds: 42, fileCount: 12_408, agentProcess: 1, version: "0.1.0")
        status.conflictCount = conflicts
        return status
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
