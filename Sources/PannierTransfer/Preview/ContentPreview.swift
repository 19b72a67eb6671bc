internal import Foundation
package import PannierCore
internal import PannierHTTP

/// Pieces of files' contents for people to look at: fetches what covers them and no more, verifies it, and keeps a little
/// of it in memory, never on the disk. One for each session: with it goes what it kept.
package actor ContentPreview {
    private let service: ServiceClient
    private let objects: StoreClient
    private let opening = ChunkOpening()
    private let meter = TransferMeter()
    private let urls = PackURLs()
    private var kept: KeptChunks
    private var places: KnownPlaces?
    /// Chunks on their way: whoever scrolls on asks for them again.
    private var loading: [KeptChunks.Name: Task<Result<[UInt8], Problem>, Never>] = [:]

    /// Plain bytes that are kept.
    package static let keptBytes = 16 << 20
    /// Entries of a manifest that are asked for at once.
    private static let entriesAtOnce = 16

    package init(service: ServiceClient) {
        self.service = service
        objects = StoreClient(http: service.http, service: service.server)
        kept = KeptChunks(limit: Self.keptBytes)
    }

    /// A piece of a file, cut off at the file's end, and at ``Limits/previewBytes``.
    /// - Parameters:
    ///   - content: the version that is wanted.
    ///   - offset: not below 0; behind the end there is nothing.
    /// - Throws: ``Problem``: what the service or the store says, `packDamaged`.
    package func part(
        of node: NodeID, _ content: Node.Content, offset: Int64, length: Int
    ) async throws(Problem) -> FilePart {
        var part = FilePart(version: content.version, offset: offset, size: content.size, bytes: Data())
        guard offset < content.size else { return part }
        let end = offset + min(content.size - offset, Int64(min(max(length, 0), Limits.previewBytes)))
        while offset + Int64(part.bytes.count) < end {
            let byte = offset + Int64(part.bytes.count)
            let entry = try await entry(holding: byte, node, content)
            let chunk = try await chunk(entry, node, content)
            let range = (byte..<end).clamped(to: entry.range)
            guard !range.isEmpty else { throw DownloadFlow.inconsistent }
            let start = entry.range.lowerBound
            part.bytes.append(contentsOf: chunk[Int(range.lowerBound - start)..<Int(range.upperBound - start)])
        }
        return part
    }

    // MARK: Where

    private func entry(
        holding byte: Int64, _ node: NodeID, _ content: Node.Content
    ) async throws(Problem) -> KnownPlaces.Entry {
        if let places, places.version == content.version, let entry = places.entry(holding: byte) { return entry }
        let page = try await page(at: byte, node, content)
        var known = places.flatMap { $0.version == content.version ? $0 : nil } ?? KnownPlaces(version: content.version)
        // A server that is older begins at the first entry.
        guard let offset = page.offset ?? (page.first == 0 ? 0 : nil),
            known.add(page, from: offset, size: content.size),
            let entry = known.entry(holding: byte)
        else { throw DownloadFlow.inconsistent }
        places = known
        return entry
    }

    private func page(
        at byte: Int64, _ node: NodeID, _ content: Node.Content
    ) async throws(Problem) -> GetContent.Page {
        let item = GetContent.Item(file: node, version: content.version, at: byte, limit: Self.entriesAtOnce)
        let answer = try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await service.content(GetContent.Request(items: [item]))
        }
        urls.learn(answer.packs)
        guard let page = try answer.items.first?.get(), page.content.version == content.version else {
            throw DownloadFlow.inconsistent
        }
        return page
    }

    // MARK: What

    private func chunk(
        _ entry: KnownPlaces.Entry, _ node: NodeID, _ content: Node.Content
    ) async throws(Problem) -> [UInt8] {
        let name = KeptChunks.Name(version: content.version, offset: entry.range.lowerBound)
        if let chunk = kept.chunk(name) { return chunk }
        // Goes on to its end when whoever asked has gone: the next one asks for it.
        let task =
            loading[name]
            ?? Task {
                do throws(Problem) {
                    return .success(try await load(entry, node, content))
                } catch {
                    return .failure(error)
                }
            }
        loading[name] = task
        let result = await task.value
        loading[name] = nil
        let chunk = try result.get()
        kept.add(chunk, name)
        return chunk
    }

    private func load(
        _ entry: KnownPlaces.Entry, _ node: NodeID, _ content: Node.Content
    ) async throws(Problem) -> [UInt8] {
        let (place, pack) = (entry.chunk.place, entry.chunk.pack)
        guard let key = Hexadecimal.bytes(of: entry.chunk.key) else { throw DownloadFlow.inconsistent }
        // Twice: a URL may have died, or damage come on the way.
        for _ in 0..<2 {
            guard let url = urls[pack] else {
                _ = try await page(at: entry.range.lowerBound, node, content)
                continue
            }
            switch try await get(url, place.offset..<place.offset + place.sealedLength) {
            case .expired: _ = try await page(at: entry.range.lowerBound, node, content)
            case .missing: break
            case .bytes(let sealed):
                if let chunk = await opening.open(sealed, place: place, key: key) { return chunk }
            }
        }
        throw await damage(entry, node, content)
    }

    private func get(_ url: SignedRequest, _ range: Range<Int>) async throws(Problem) -> StoreClient.GetAnswer {
        try await RetryPolicy.interactive.run { _ throws(Problem) in
            try await objects.get(url, range, meter: meter)
        }
    }

    /// The service looks at the pack itself: what is damaged must no longer count as being there.
    private func damage(
        _ entry: KnownPlaces.Entry, _ node: NodeID, _ content: Node.Content
    ) async -> Problem {
        let request = CheckPack.Request(file: node, version: content.version, entry: entry.index)
        do throws(Problem) {
            let found = try await service.checkPack(entry.chunk.pack, request)
            return found.isDamaged ? Self.damaged : Self.spoilt
        } catch {
            return error
        }
    }

    private static let damaged = Problem(
        .packDamaged, "What the server has stored for this piece is damaged.",
        detail: "If you or somebody else still has the file, upload it again.", status: 0)
    private static let spoilt = Problem(
        .packDamaged, "What arrives of this piece is not what the server has stored.",
        detail: "What is stored is whole; something on the way changes it. Try again later.", status: 0)
}
