import Foundation
import GRDB
import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

/// What comes down for the synced folder and is here already, in another file.
@Suite(.timeLimit(.minutes(5))) struct OlderCopiesTests {
    private let world: SyncedWorld

    init() throws { world = try SyncedWorld() }

    /// Files in the store, cut as an uploader cuts. Only the chunks that are given bytes can be fetched.
    private final class Store: Sendable {
        let chunker: Chunker
        let pages = Box<[NodeID: GetContent.Page]>([:])
        let objects = Box<[String: [UInt8]]>([:])
        let packs = Box<[PackID]>([])

        init(_ account: Account) throws {
            chunker = Chunker(seed: try #require(Hexadecimal.bytes(of: account.chunkerSeed)))
        }

        func cut(_ content: [UInt8]) -> [ArraySlice<UInt8>] {
            var (chunker, rest, chunks) = (chunker, content[...], [ArraySlice<UInt8>]())
            while let length = rest.withUnsafeBytes({ chunker.cut($0, isEnd: true) }) {
                chunks.append(rest.prefix(length))
                rest = rest.dropFirst(length)
            }
            return chunks
        }

        /// - Parameter known: chunks that must not be fetched: nobody has their bytes.
        func keep(_ content: [UInt8], of node: Node, except known: Set<Fingerprint>) throws {
            let chunks = try cut(content).map { bytes in
                let stored = try StoredContent(Array(bytes))
                packs.change { $0.append(stored.pack) }
                if !known.contains(stored.chunk.place.fingerprint) {
                    objects.change { $0["\(stored.pack)"] = stored.bytes }
                }
                return stored.chunk
            }
            let page = GetContent.Page(
                content: try #require(node.content), chunkCount: chunks.count, first: 0, chunks: chunks)
            pages.change { $0[node.id] = page }
        }

        var faults: ServiceDouble.Faults {
            var faults = ServiceDouble.Faults()
            faults.content = { [self] _, request, store in
                let locations = packs.now.map {
                    GetContent.PackLocation(
                        pack: $0, get: SignedRequest(url: store + "\($0)", headers: [:], expiresAt: 0))
                }
                return .success(
                    .init(
                        items: request.items.map { item in
                            pages.now[item.file].map { .done($0) } ?? .problem(Problem(.notFound, "No."))
                        }, packs: locations))
            }
            return faults
        }
    }

    private func node(_ name: String, _ content: [UInt8]) throws -> Node {
        try world.tell(
            name,
            content: Node.Content(
                version: .random(), size: Int64(content.count), sha256: SHA256Digest.of(content), modified: 1,
                isExecutable: false, mimeType: ""))
    }

    private func agree(_ node: Node, _ local: LocalID, holding content: [UInt8]) throws {
        let content = SyncContent(
            digest: SHA256Digest.of(content), size: Int64(content.count), isExecutable: false)
        try world.database.write { database in
            try SyncTransaction(database).agree(
                node.id, SyncedEntry(SyncPlace(world.account.root, node.name), content: content, local: local))
        }
    }

    private func fetch(_ node: Node, _ store: Store) async throws -> TransferState? {
        let service = try world.service(store.faults, objects: store.objects.now)
        let manager = world.manager()
        try await manager.signedIn(try service.client(), world.account)
        let id = try world.add([node])
        try await manager.syncQueueChanged()
        let last = await manager.last(of: id)
        await manager.stop()
        return last
    }

    private func incoming(_ node: Node) throws -> [UInt8]? {
        let name = SyncDownload.incomingName(node.id, try #require(node.content?.version))
        return world.folder.read(String(decoding: OwnPart.incoming(name), as: UTF8.self))
    }

    /// A byte was put into the midst of it elsewhere: only what is new crosses the network.
    @Test func anEditFetchesWhatIsNewAlone() async throws {
        var random = SeededGenerator(seed: 41)
        let old = random.bytes(6 << 20)
        var new = old
        new.insert(7, at: 3 << 20)
        let node = try node("film", new)
        try agree(node, try world.write(old, "film"), holding: old)
        let store = try Store(world.account)
        let known = Set(store.cut(old).map { SHA256Digest.of(Array($0)) })
        try store.keep(new, of: node, except: known)
        try #require(store.objects.now.count < store.cut(new).count)
        let last = try await fetch(node, store)
        #expect(last?.state == .done && last?.bytesReused ?? 0 > 1 << 20, "\(String(describing: last))")
        #expect(try incoming(node) == new)
    }

    /// A copy that was made elsewhere of a file that is here too.
    @Test func whatAnotherFileHoldsIsNotFetchedAtAll() async throws {
        var random = SeededGenerator(seed: 42)
        let content = random.bytes(2 << 20)
        try agree(try node("film", content), try world.write(content, "film"), holding: content)
        let copy = try node("copy", content)
        let store = try Store(world.account)
        try store.keep(content, of: copy, except: Set(store.cut(content).map { SHA256Digest.of(Array($0)) }))
        #expect(try await fetch(copy, store)?.bytesReused == Int64(content.count))
        #expect(try incoming(copy) == content)
    }

    /// It is said to hold the same, and was edited a moment ago: what it holds now is not taken for that.
    @Test func nothingIsBelievedThatWasNotRead() async throws {
        var random = SeededGenerator(seed: 43)
        let content = random.bytes(2 << 20)
        let local = try world.write(random.bytes(2 << 20), "film")
        try agree(try node("film", content), local, holding: content)
        let copy = try node("copy", content)
        let store = try Store(world.account)
        try store.keep(content, of: copy, except: [])
        let last = try await fetch(copy, store)
        #expect(last?.state == .done && last?.bytesReused == 0)
        #expect(try incoming(copy) == content)
    }
}
