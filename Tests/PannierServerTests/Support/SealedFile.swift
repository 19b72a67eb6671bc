import Foundation
import PannierChunks
import PannierCore
import Testing

/// Content cut and packed as a client does it.
struct SealedFile {
    let plain: [UInt8]
    let pack: FinishedPack

    /// Chunks of 1,000 bytes: what the service does does not depend on where they are cut.
    init(_ plain: [UInt8]) throws {
        var writer = PackWriter(capacity: 1 << 20)
        let choice = CompressionChoice(codec: .zstd, level: 1, reason: "test")
        for start in stride(from: 0, to: plain.count, by: 1_000) {
            try plain[start..<min(start + 1_000, plain.count)].withUnsafeBytes { bytes in
                try writer.append(bytes, fingerprint: SHA256Digest.of(bytes), choice: choice)
            }
        }
        self.plain = plain
        pack = try writer.finish()
    }

    var chunks: [ChunkReference] { pack.chunks.map { ChunkReference(fingerprint: $0.fingerprint, length: $0.length) } }
}

extension TestDevice {
    /// Opens an upload and declares its chunks.
    func open(_ name: String, _ file: SealedFile) async throws -> (UploadID, [Fingerprint]) {
        let item = CreateNodes.File(
            size: Int64(file.plain.count), modified: 1_000, isExecutable: false, mimeType: "text/plain",
            baseRevision: nil)
        let request = CreateNodes.Request(parent: account.root, items: [.init(path: [try NodeName(name)], file: item)])
        let key = PackID.random().description
        let created = try await ask("POST", "/v1/nodes", request, key: key, as: CreateNodes.Response.self)
        let upload = try #require(try created.items[0].get().upload)
        let pages = DeclareChunks.Request(pages: [.init(upload: upload, first: 0, chunks: file.chunks)])
        let declared = try await ask("POST", "/v1/uploads/declare", pages, as: DeclareChunks.Response.self)
        return (upload, try declared.items[0].get().missing)
    }

    func openPack(_ file: SealedFile) async throws -> OpenPacks.Opened {
        let request = OpenPacks.Request(
            namespace: account.namespace,
            packs: [
                .init(
                    key: Hexadecimal.text(of: file.pack.key.bytes), length: file.pack.bytes.count,
                    sha256: file.pack.sha256)
            ])
        let key = PackID.random().description
        return try await ask("POST", "/v1/packs", request, key: key, as: OpenPacks.Response.self).items[0].get()
    }

    func describe(_ pack: PackID, _ file: SealedFile) async throws -> HTTPAnswer {
        try await call("PATCH", "/v1/packs/\(pack)", DescribePack.Request(chunks: file.pack.chunks))
    }

    func commit(_ upload: UploadID, _ file: SealedFile) async throws -> CommitUploads.Response {
        let item = CommitUploads.Item(
            upload: upload, size: Int64(file.plain.count), chunkCount: file.chunks.count,
            sha256: SHA256Digest.of(file.plain), modified: 2_000)
        return try await ask(
            "POST", "/v1/uploads/commit", CommitUploads.Request(items: [item]), key: "commit\(upload)",
            as: CommitUploads.Response.self)
    }

    /// The whole way up.
    func upload(_ name: String, _ file: SealedFile) async throws -> Node {
        let (upload, missing) = try await open(name, file)
        #expect(Set(missing) == Set(file.chunks.map(\.fingerprint)))
        let pack = try await openPack(file)
        #expect(try await send("PUT", pack.put, body: file.pack.bytes).status == 200)
        #expect(try await describe(pack.pack, file).status == 200)
        return try await commit(upload, file).items[0].get().node
    }

    /// The whole way down: every chunk fetched as a range of its pack and opened.
    func download(_ file: NodeID) async throws -> [UInt8] {
        let request = GetContent.Request(items: [.init(file: file)])
        let answer = try await ask("POST", "/v1/content", request, as: GetContent.Response.self)
        let page = try answer.items[0].get()
        var plain: [UInt8] = []
        for chunk in page.chunks {
            let location = try #require(answer.packs.first { $0.pack == chunk.pack })
            let range = "bytes=\(chunk.place.offset)-\(chunk.place.offset + chunk.place.sealedLength - 1)"
            let sealed = try await send("GET", location.get, headers: ["Range": range])
            try #require(sealed.status == 206)
            var opener = ChunkOpener()
            let key = try #require(Hexadecimal.bytes(of: chunk.key))
            plain += try sealed.body.withUnsafeBytes { bytes in
                try opener.open(bytes, place: chunk.place, chunkKey: key) { Array($0) }
            }
        }
        return plain
    }
}
