import Foundation
import PannierChunks
import PannierCore
import PannierHTTP
import PannierMirror
import Synchronization

@testable import PannierTransfer

/// File Service and store in one, in memory: it keeps what the rules of a run speak of, and breaks where a test says so.
final class ServiceDouble: Sendable {
    struct Seen: Sendable {
        var created: [CreateNodes.Item] = []
        var committed: Set<UploadID> = []
        var uploads: [UploadID: CreateNodes.Item] = [:]
        /// Uploads that were given up.
        var cancelled = 0
        var objects: [String: [UInt8]] = [:]
        var asked: [GetContent.Request] = []
        var described = 0
        var missingAsked: [[Fingerprint]] = []
        var requests = 0
    }

    /// What goes wrong.
    struct Faults: Sendable {
        /// Chunks that are there already.
        var isThere: @Sendable (Fingerprint) -> Bool = { _ in false }
        /// Why an item cannot be made.
        var node: @Sendable (CreateNodes.Item) -> Problem? = { _ in nil }
        /// Why a whole request of new nodes is refused.
        var create: @Sendable (CreateNodes.Request) -> Problem? = { _ in nil }
        /// Called before chunks that were declared are answered for.
        var declaring: @Sendable () -> Void = {}
        /// What is answered to a commit, by what was asked for when it was opened; nil: a node that means nothing.
        var commit: @Sendable (CreateNodes.Item, CommitUploads.Item) -> ItemResult<Node>? = { _, _ in nil }
        /// What the service says to a description, by its number from 1, instead of looking.
        var describe: @Sendable (Int) -> Problem? = { _ in nil }
        /// What the store answers to a PUT instead of storing.
        var put: @Sendable (String) -> Int? = { _ in nil }
        /// What the store answers to a GET instead of giving.
        var get: @Sendable (String) -> Int? = { _ in nil }
        /// The answer to a question for content, by its number from 1; URLs begin with the store's.
        var content: @Sendable (Int, GetContent.Request, _ store: String) -> Result<GetContent.Response, Problem> = {
            _, _, _ in .failure(Problem(.notFound, "No."))
        }
    }

    private typealias Answer = (status: Int, body: [UInt8], type: String)

    private let faults: Faults
    private let state: Mutex<Seen>
    private let server = Mutex<LoopbackServer?>(nil)

    init(_ faults: Faults = Faults(), objects: [String: [UInt8]] = [:]) throws {
        self.faults = faults
        state = Mutex(Seen(objects: objects))
        let server = try LoopbackServer { [weak self] request, connection in
            guard let answer = self?.answer(request) else { return connection.end() }
            connection.answer(answer.status, answer.body, fields: ["Content-Type": answer.type])
        }
        self.server.withLock { $0 = server }
    }

    deinit { server.withLock { $0?.stop() } }

    var seen: Seen { state.withLock { $0 } }
    private var base: String { server.withLock { $0?.base ?? "" } }
    private var store: String { base + "/store/" }

    func client() throws -> ServiceClient {
        ServiceClient(server: try ServerAddress(parsing: base), token: "token", http: HTTPClient())
    }

    // MARK: Answers

    private func answer(_ request: LoopbackServer.Request) -> Answer {
        state.withLock { $0.requests += 1 }
        do {
            switch (request.method, request.target) {
            case ("POST", "/v1/nodes"): return json(try create(read(request)))
            case ("POST", "/v1/chunks/missing"): return json(missing(try read(request)))
            case ("POST", "/v1/uploads/declare"): return json(declare(try read(request)))
            case ("POST", "/v1/packs"): return json(open(try read(request)))
            case ("POST", let target) where target.hasSuffix("/check"): return json(CheckPack.Response(isDamaged: true))
            case ("PATCH", _): return json(try describe(request.target))
            case ("POST", "/v1/uploads/commit"): return json(commit(try read(request)))
            case ("POST", "/v1/content"): return json(try content(try read(request)))
            case ("PUT", _): return (put(request), [], "text/plain")
            case ("GET", _): return get(request)
            case ("DELETE", _):
                state.withLock { $0.cancelled += 1 }
                return (204, [], "text/plain")
            default: return (204, [], "text/plain")
            }
        } catch let problem as Problem {
            return (problem.status, [UInt8]((try? WireJSON.encode(problem)) ?? Data()), "application/problem+json")
        } catch {
            return (400, Array("\(error)".utf8), "text/plain")
        }
    }

    private func read<Value: Decodable>(_ request: LoopbackServer.Request) throws -> Value {
        try WireJSON.decode(Value.self, from: Data(request.body))
    }

    private func json(_ value: some Encodable) -> Answer {
        (200, [UInt8]((try? WireJSON.encode(value)) ?? Data()), "application/json")
    }

    private func create(_ request: CreateNodes.Request) throws -> CreateNodes.Response {
        if let problem = faults.create(request) { throw problem }
        return CreateNodes.Response(
            items: request.items.map { item in
                if let problem = faults.node(item) { return .problem(problem) }
                state.withLock { $0.created.append(item) }
                guard let file = item.file else {
                    guard let folder = try? Queue.node("folder", content: nil) else {
                        return .problem(Problem(.internalError, "No node."))
                    }
                    return .done(.init(folder: folder))
                }
                let upload = UploadID.random()
                state.withLock { $0.uploads[upload] = item }
                return .done(.init(upload: upload, chunkClass: ChunkClass(ofNew: file.size)))
            })
    }

    private func missing(_ request: MissingChunks.Request) -> DeclareChunks.Missing {
        state.withLock { $0.missingAsked.append(request.chunks) }
        return DeclareChunks.Missing(missing: request.chunks.filter { !faults.isThere($0) })
    }

    private func declare(_ request: DeclareChunks.Request) -> DeclareChunks.Response {
        faults.declaring()
        DeclareChunks.Response(
            items: request.pages.map { .done(.init(missing: Array(Set($0.chunks.map(\.fingerprint))))) })
    }

    private func open(_ request: OpenPacks.Request) -> OpenPacks.Response {
        OpenPacks.Response(
            items: request.packs.map { item in
                let pack = item.pack ?? .random()
                return .done(
                    .init(pack: pack, put: SignedRequest(url: store + "\(pack)", headers: [:], expiresAt: 0)))
            })
    }

    private func put(_ request: LoopbackServer.Request) -> Int {
        let name = String(request.target.dropFirst("/store/".count))
        if let status = faults.put(name) { return status }
        state.withLock { $0.objects[name] = request.body }
        return 200
    }

    private func describe(_ target: String) throws -> DescribePack.Response {
        let number = state.withLock { state in
            state.described += 1
            return state.described
        }
        if let problem = faults.describe(number) { throw problem }
        let name = String(target.dropFirst("/v1/packs/".count))
        guard seen.objects[name] != nil else { throw Problem(.packMissing, "It is not there.") }
        return DescribePack.Response(isVerified: true)
    }

    private func commit(_ request: CommitUploads.Request) -> CommitUploads.Response {
        CommitUploads.Response(
            items: request.items.map { item in
                let made = state.withLock { state in
                    state.committed.insert(item.upload)
                    return state.uploads[item.upload]
                }
                switch made.flatMap({ faults.commit($0, item) }) {
                case .done(let node): return .done(.init(node: node, isConflict: false))
                case .problem(let problem): return .problem(problem)
                case nil: break
                }
                guard let node = try? Queue.node("committed", content: nil) else {
                    return .problem(Problem(.internalError, "No node."))
                }
                return .done(.init(node: node, isConflict: false))
            })
    }

    private func content(_ request: GetContent.Request) throws -> GetContent.Response {
        let number = state.withLock { state in
            state.asked.append(request)
            return state.asked.count
        }
        return try faults.content(number, request, store).get()
    }

    private func get(_ request: LoopbackServer.Request) -> Answer {
        let name = String(request.target.dropFirst("/store/".count))
        if let status = faults.get(name) { return (status, [], "text/plain") }
        let bounds = (request.fields["range"] ?? "").dropFirst("bytes=".count).split(separator: "-").compactMap {
            Int($0)
        }
        guard let object = seen.objects[name], bounds.count == 2, bounds[1] < object.count else {
            return (404, [], "text/plain")
        }
        return (206, Array(object[bounds[0]...bounds[1]]), "application/octet-stream")
    }
}
