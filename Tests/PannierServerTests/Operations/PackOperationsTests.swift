import PannierChunks
import PannierCore
import PannierServer
import Testing

@Suite struct PackOperationsTests {
    private typealias Desk = OperationsStage.Desk
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person
    private let bob: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
        bob = try await world.person("bob@example.org")
    }

    private func item(
        _ pack: PackID? = nil, key: String = String(repeating: "0f", count: 32), length: Int = 10, sha: String = "p"
    ) -> OpenPacks.Item {
        OpenPacks.Item(pack: pack, key: key, length: length, sha256: Desk.fingerprint(sha))
    }

    @Test func openingWrapsTheKeyAndSignsWhatWasAnnounced() async throws {
        try await world.write(as: ada) { desk in
            let opened = try desk.openPacks([item()])[0].get()
            #expect(opened.put.url == "put:\(desk.person.namespace)/\(opened.pack)")
            #expect(opened.put.headers["content-length"] == "10")
            #expect(opened.put.headers["sha256"] == Desk.fingerprint("p").description)
            let key = [UInt8](repeating: 0x0f, count: 32)
            let stored = try desk.context.transaction.row("SELECT key FROM packs", [])?.values[0]
            #expect(stored != .bytes(key))
            let found = try Operations.packForDescription(pack: opened.pack, in: desk.context)
            #expect(found.key == key)
            #expect(found.namespace == desk.person.namespace)
            #expect(found.length == 10)
            #expect(found.sha256 == Desk.fingerprint("p"))
            #expect(!found.isVerified)
        }
    }

    @Test func whatCannotBeAPackIsRefusedAlone() async throws {
        try await world.write(as: ada) { desk in
            let answers = try desk.openPacks([
                item(length: 0), item(length: Limits.packBytes + 1), item(length: .max), item(length: -1),
                item(key: "0f"), item(key: String(repeating: "0F", count: 32)), item(.random()), item(),
            ])
            let codes = try answers.map { answer in try refusal { try answer.get() } }
            #expect(
                codes == [.tooLarge, .tooLarge, .tooLarge, .tooLarge, .badRequest, .badRequest, .packMissing, nil])
            #expect(
                try refusal { try desk.openPacks([OpenPacks.Item](repeating: item(), count: 17)) } == .tooLarge)
        }
    }

    @Test func anotherURLIsForTheSameBytesOnly() async throws {
        try await world.write(as: ada) { desk in
            let pack = try desk.openPacks([item()])[0].get().pack
            #expect(try desk.openPacks([item(pack, key: "ignored")])[0].get().pack == pack)
            let others = try desk.openPacks([item(pack, length: 11), item(pack, sha: "q")])
            #expect(try others.map { answer in try refusal { try answer.get() } } == [.badRequest, .badRequest])
        }
    }

    @Test func othersNamespacesAndPacksAreNotThere() async throws {
        let (ada, bob) = (ada, bob)
        let pack = try await world.write(as: ada) { desk in
            try desk.share(desk.person.root, with: "bob@example.org")
            return try desk.openPack()
        }
        try await world.write(as: bob) { desk in
            let codes = [
                try refusal { try desk.openPacks([item()], in: ada.namespace) },
                try refusal { try desk.openPacks([item()], in: .random()) },
                try refusal { try desk.openPacks([item(pack)])[0].get() },
                try refusal { try Operations.packForDescription(pack: pack, in: desk.context) },
                try refusal { try Operations.recordVerifiedPack(pack, chunks: [], in: desk.context) },
                try refusal { try Operations.recordDamagedPack(pack, in: desk.context) },
            ]
            #expect(codes == [.notFound, .notFound, .packMissing, .packMissing, .packMissing, .packMissing])
        }
    }

    @Test func whatIsOpenedCountsUntilItIsGivenUp() async throws {
        try await world.write(as: ada) { desk in
            let namespace: MetadataValue = .bytes(desk.person.namespace.bytes)
            try desk.context.transaction.run("UPDATE namespaces SET quota_bytes = 1000 WHERE id = $1", [namespace])
            let bytes = {
                try desk.context.transaction.row(
                    "SELECT used_bytes, pending_bytes FROM namespaces WHERE id = $1", [namespace])?.values
            }
            let answers = try desk.openPacks([item(length: 400), item(length: 500), item(length: 101)])
            #expect(try answers.map { answer in try refusal { try answer.get() } } == [nil, nil, .quotaExceeded])
            #expect(try bytes() == [.integer(0), .integer(900)])
            let packs = try answers.prefix(2).map { try $0.get().pack }
            try Operations.recordVerifiedPack(packs[0], chunks: [], in: desk.context)
            #expect(try bytes() == [.integer(400), .integer(500)])
            try Operations.recordDamagedPack(packs[1], in: desk.context)
            try Operations.recordDamagedPack(packs[1], in: desk.context)
            #expect(try bytes() == [.integer(900), .integer(0)], "its bytes may be there")
            let last = try desk.openPacks([item(length: 100)])[0].get().pack
            #expect(try refusal { try desk.openPacks([item(length: 1)])[0].get() } == .quotaExceeded)
            try Operations.recordStored(last, of: desk.person.namespace, in: desk.context.transaction)
        }
        world.advance(days: 7)
        try await world.write(as: ada) { (desk: OperationsStage.Desk) throws in
            #expect(try desk.openPacks([item(length: 100)])[0].get().put.url.isEmpty == false)
        }
    }

    @Test func verifiedOnceCountsOnce() async throws {
        try await world.write(as: ada) { desk in
            let pack = try desk.pack(Desk.chunks("a", "a", "b"), length: 500)
            try Operations.recordVerifiedPack(pack, chunks: Desk.places(Desk.chunks("c")), in: desk.context)
            #expect(try Operations.packForDescription(pack: pack, in: desk.context).isVerified)
            #expect(try Operations.account(in: desk.context).usedBytes == 500)
            let upload = try desk.open("f")
            #expect(try desk.declare(upload, Desk.chunks("a", "b", "c")) == Desk.chunks("c").map(\.fingerprint))
        }
    }

    @Test func theStoresEventOnlyHints() async throws {
        try await world.write(as: ada) { desk in
            let transaction = desk.context.transaction
            let state = { try transaction.row("SELECT state FROM packs", [])?.values }
            let pack = try desk.openPack()
            try Operations.recordStored(pack, of: desk.person.namespace, in: transaction)
            try Operations.recordStored(.random(), of: desk.person.namespace, in: transaction)
            #expect(try state() == [.integer(1)])
            try Operations.recordVerifiedPack(pack, chunks: [], in: desk.context)
            try Operations.recordStored(pack, of: desk.person.namespace, in: transaction)
            #expect(try state() == [.integer(2)])
        }
    }

    @Test func damagedIsForGood() async throws {
        try await world.write(as: ada) { desk in
            let pack = try desk.openPack()
            try Operations.recordDamagedPack(pack, in: desk.context)
            let codes = [
                try refusal { try desk.openPacks([item(pack)])[0].get() },
                try refusal { try Operations.packForDescription(pack: pack, in: desk.context) },
                try refusal {
                    try Operations.recordVerifiedPack(pack, chunks: Desk.places(Desk.chunks("a")), in: desk.context)
                },
            ]
            #expect(codes == [.packDamaged, .packDamaged, .packDamaged])
            let upload = try desk.open("f")
            #expect(try desk.declare(upload, Desk.chunks("a")).count == 1)
        }
    }

    // MARK: - Presence

    /// A fingerprint that somebody only names never becomes content.
    @Test func anothersChunkIsNeverPresent() async throws {
        let ada = ada
        try await world.write(as: ada) { desk in
            try desk.put("secret", as: "f")
            try desk.share(desk.person.root, with: "bob@example.org")
        }
        try await world.write(as: bob) { desk in
            let upload = try desk.open("stolen")
            let secret = Desk.chunks("secret")
            #expect(try desk.declare(upload, secret) == secret.map(\.fingerprint))
            #expect(try desk.missing(secret, in: desk.person.root) == secret.map(\.fingerprint))
            // Where somebody may only look, there is nothing to ask for.
            #expect(try refusal { try desk.missing(secret, in: ada.root) } == .notFound)
            #expect(
                try refusal { try desk.commit(upload, secret, sha256: Desk.fingerprint("secret")) } == .chunksMissing)
            #expect(try Operations.uploadStatus(id: upload, in: desk.context).missing == secret.map(\.fingerprint))
        }
    }

    /// In one namespace, an editor's own chunks are present for the editor and the owner, the owner's for the owner only.
    @Test func aGuestHasOnlyWhatTheGuestSent() async throws {
        let (ada, bob) = (ada, bob)
        let folder = try await world.write(as: ada) { desk in
            try desk.pack(Desk.chunks("adas"))
            let folder = try desk.folder("shared")
            try desk.share(folder, with: "bob@example.org")
            try desk.context.transaction.run("UPDATE shares SET role = 'editor'", [])
            return folder
        }
        let upload = try await world.write(as: bob) { desk in
            try desk.pack(Desk.chunks("bobs"), in: ada.namespace)
            let upload = try desk.open("f", in: folder)
            let both = Desk.chunks("adas", "bobs")
            #expect(try desk.missing(both + both, in: folder) == Desk.chunks("adas").map(\.fingerprint))
            #expect(try desk.missing(both, in: desk.person.root) == both.map(\.fingerprint))
            #expect(try desk.declare(upload, both) == Desk.chunks("adas").map(\.fingerprint))
            #expect(
                try refusal { try desk.commit(upload, both, sha256: Desk.fingerprint("adasbobs")) } == .chunksMissing)
            try desk.declare(upload, Desk.chunks("bobs", "bobs"))
            let node = try desk.commit(upload, Desk.chunks("bobs", "bobs"), sha256: Desk.fingerprint("bobsbobs")).node
            #expect(node.changedBy == "bob@example.org")
            #expect(node.namespace == ada.namespace)
            #expect(node.parent == folder)
            return upload
        }
        try await world.write(as: ada) { desk in
            let own = try desk.open("g")
            #expect(try desk.declare(own, Desk.chunks("adas", "bobs")).isEmpty)
            #expect(try desk.missing(Desk.chunks("adas", "bobs"), in: folder).isEmpty)
            #expect(try refusal { try Operations.uploadStatus(id: upload, in: desk.context) } == .notFound)
            // The pack counts against the owner of the namespace that it lies in.
            #expect(try Operations.account(in: desk.context).usedBytes == 2_000)
        }
    }

    /// A question leaves nothing, and is no lease.
    @Test func askingForChunksChangesNothing() async throws {
        let state = try await world.write(as: ada) { desk in
            try desk.pack(Desk.chunks("a"))
            let before = try desk.rowCounts()
            #expect(try desk.missing(Desk.chunks("a", "b", "b"), in: desk.person.root) == [Desk.fingerprint("b")])
            let many = (0..<4_097).map { ChunkReference(fingerprint: Desk.fingerprint("\($0)"), length: 1) }
            #expect(try refusal { try desk.missing(many, in: desk.person.root) } == .tooLarge)
            #expect(try desk.missing(Array(many[..<4_096]), in: desk.person.root).count == 4_096)
            return (before, try desk.rowCounts())
        }
        #expect(state.0 == state.1)
    }

    @Test func aDamagedCopyIsNotPresentAndAnotherOneIs() async throws {
        try await world.write(as: ada) { desk in
            let chunks = Desk.chunks("a")
            let first = try desk.pack(chunks)
            let second = try desk.pack(chunks)
            let upload = try desk.open("f")
            try Operations.recordDamagedPack(first, in: desk.context)
            #expect(try desk.declare(upload, chunks).isEmpty)
            #expect(try desk.missing(chunks, in: desk.person.root).isEmpty)
            try Operations.recordDamagedPack(second, in: desk.context)
            #expect(try desk.declare(upload, chunks).count == 1)
            #expect(try desk.missing(chunks, in: desk.person.root).count == 1)
            #expect(try refusal { try desk.commit(upload, chunks, sha256: Desk.fingerprint("a")) } == .chunksMissing)
        }
    }
}

extension OperationsStage.Desk {
    fileprivate func rowCounts() throws -> [Int64] {
        try ["chunks", "declared", "uploads", "packs", "nodes"].map { table in
            guard
                case .integer(let count)? = try context.transaction.row("SELECT count(*) FROM \(table)", [])?.values[0]
            else { return -1 }
            return count
        }
    }

    fileprivate func missing(_ chunks: [ChunkReference], in folder: NodeID) throws -> [Fingerprint] {
        try Operations.missingChunks(.init(folder: folder, chunks: chunks.map(\.fingerprint)), in: context).missing
    }

    fileprivate func openPacks(
        _ items: [OpenPacks.Item], in namespace: NamespaceID? = nil
    ) throws -> [ItemResult<OpenPacks.Opened>] {
        try Operations.openPacks(.init(namespace: namespace ?? person.namespace, packs: items), in: context).items
    }
}
