import PannierChunks
import PannierCore
import PannierEngine
import PannierHTTP
import PannierMirror
import PannierTransfer
import Testing

extension EngineDevice {
    /// Puts a text there as somebody would who has seen nothing of what stands at that name: under the same account, past
    /// the engine. The server must have the text already.
    @discardableResult
    func putUnseen(_ text: String, as name: String) async throws -> Node {
        let session = try #require(try SessionFile.read(mirror.paths))
        let service = ServiceClient(
            server: try ServerAddress(parsing: session.server), token: session.token, http: HTTPClient())
        let chunk = ChunkReference(fingerprint: SHA256Digest.of(Array(text.utf8)), length: text.utf8.count)
        let file = CreateNodes.File(
            size: Int64(chunk.length), modified: 5, isExecutable: false, mimeType: "text/plain", baseRevision: nil)
        let items = [CreateNodes.Item(parent: session.account.root, path: [try NodeName(name)], file: file)]
        let opened = try await service.createNodes(CreateNodes.Request(items: items)).items[0].get()
        let upload = try #require(opened.upload)
        let page = DeclareChunks.Page(upload: upload, first: 0, chunks: [chunk])
        let declared = try await service.declareChunks(DeclareChunks.Request(pages: [page]))
        #expect(try declared.items[0].get().missing == [])
        let item = CommitUploads.Item(
            upload: upload, size: Int64(chunk.length), chunkCount: 1, sha256: chunk.fingerprint, modified: 5)
        let committed = try await service.commitUploads(CommitUploads.Request(items: [item])).items[0].get()
        _ = try await link.send(.refresh)
        return committed.node
    }

    func versions(_ path: String, after: VersionID? = nil, limit: Int = 100) async throws -> FileVersions {
        let command = EngineCommand.versions(path: try RemotePath(parsing: path), after: after, limit: limit)
        guard case .versions(let versions) = try await link.send(command) else { throw Missed(what: "versions") }
        return versions
    }

    /// Paths of files that somebody has to decide about.
    func conflicts() async throws -> [String] {
        guard case .rows(let page) = try await link.send(.conflicts(limit: 10)),
            case .status(let status) = try await link.send(.status)
        else { throw Missed(what: "conflicts") }
        #expect(status.conflictCount == page.total)
        return page.rows.compactMap { $0.origin?.description }
    }
}
