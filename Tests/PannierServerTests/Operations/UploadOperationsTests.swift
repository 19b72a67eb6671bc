import PannierCore
import PannierServer
import Testing

/// An upload from its beginning to its end.
@Suite struct UploadOperationsTests {
    private typealias Desk = OperationsStage.Desk
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
    }

    @Test func aFileComesIntoBeing() async throws {
        try await world.write(as: ada) { desk in
            let upload = try desk.open("notes.txt", isExecutable: true)
            let chunks = Desk.chunks("one", "two", "one")
            #expect(try desk.declare(upload, chunks) == Desk.chunks("one", "two").map(\.fingerprint))
            #expect(try refusal { try desk.commit(upload, chunks, sha256: Desk.fingerprint("x")) } == .chunksMissing)
            try desk.pack(Desk.chunks("one"))
            #expect(try desk.declare(upload, chunks) == Desk.chunks("two").map(\.fingerprint))
            try desk.pack(Desk.chunks("two"))
            #expect(try desk.declare(upload, chunks).isEmpty)
            #expect(try desk.names().isEmpty)
            let committed = try desk.commit(upload, chunks, sha256: Desk.fingerprint("onetwoone"))
            #expect(!committed.isConflict)
            let content = try #require(committed.node.content)
            #expect(content.size == 9)
            #expect(content.isExecutable)
            #expect(content.modified == 5)
            #expect(content.mimeType == "text/plain")
            #expect(committed.node.changedBy == "ada@example.org")
            #expect(try desk.node(committed.node.id) == committed.node)
            #expect(try desk.list(desk.person.root) == [committed.node])
        }
    }

    @Test func emptyFilesNeedNothing() async throws {
        try await world.write(as: ada) { desk in
            #expect(try desk.put("", as: "empty").node.content?.size == 0)
            let upload = try desk.open("lie")
            #expect(try refusal { try desk.commit(upload, [], sha256: Desk.fingerprint("x")) } == .manifestMismatch)
        }
    }

    @Test func aRepeatedPageReplacesWhatItOverlaps() async throws {
        try await world.write(as: ada) { desk in
            let upload = try desk.open("f")
            let new = Desk.chunks("x", "y")
            try desk.declare(upload, Desk.chunks("a", "b", "c"))
            try desk.declare(upload, Array(new[..<1]), from: 0)
            #expect(try desk.status(upload).chunkCount == 1)
            try desk.declare(upload, Array(new[1...]), from: 1)
            try desk.pack(new)
            #expect(try desk.commit(upload, new, sha256: Desk.fingerprint("xy")).node.content?.size == 2)
        }
    }

    @Test func impossiblePagesAreRefused() async throws {
        try await world.write(as: ada) { desk in
            let upload = try desk.open("f")
            let one = Desk.chunks("a")
            #expect(try refusal { try desk.declare(upload, one, from: -1) } == .badRequest)
            #expect(try refusal { try desk.declare(upload, one, from: .max) } == .badRequest)
            for length in [0, -1, Int.max, 17 << 20] {
                let chunk = ChunkReference(fingerprint: Desk.fingerprint("a"), length: length)
                #expect(try refusal { try desk.declare(upload, [chunk]) } == .badRequest)
            }
            let many = [ChunkReference](repeating: one[0], count: Limits.manifestPage + 1)
            #expect(try refusal { try desk.declare(upload, many) } == .tooLarge)
            #expect(try refusal { try desk.declare(.random(), one) } == .notFound)
        }
    }

    @Test func cancelledUploadsAreGone() async throws {
        try await world.write(as: ada) { desk in
            let upload = try desk.open("f")
            try desk.declare(upload, Desk.chunks("x"))
            try Operations.cancelUpload(id: upload, in: desk.context)
            try Operations.cancelUpload(id: upload, in: desk.context)
            #expect(
                try refusal { try desk.commit(upload, Desk.chunks("x"), sha256: Desk.fingerprint("x")) } == .notFound)
            #expect(try refusal { try desk.status(upload) } == .notFound)
            #expect(try refusal { try Operations.cancelUpload(id: .random(), in: desk.context) } == .notFound)
            #expect(try desk.context.transaction.rows("SELECT 1 FROM declared", []).isEmpty)
        }
    }

    @Test func leftAloneForSevenDaysAnUploadIsGone() async throws {
        let upload = try await world.write(as: ada) { desk in try desk.open("f") }
        world.advance(days: 6)
        try await world.write(as: ada) { desk in _ = try desk.declare(upload, Desk.chunks("x")) }
        world.advance(days: 6)
        #expect(try await world.read(as: ada) { try $0.status(upload) }.missing == [Desk.fingerprint("x")])
        world.advance(days: 1)
        #expect(try await refusal { try await world.read(as: ada) { try $0.status(upload) } } == .notFound)
        try await world.write(as: ada) { desk in
            _ = try desk.open("another")
            #expect(try desk.context.transaction.rows("SELECT 1 FROM uploads", []).count == 1)
            #expect(try desk.context.transaction.rows("SELECT 1 FROM declared", []).isEmpty)
        }
    }

    @Test func aFileKeepsItsClassOfChunksForLife() async throws {
        let edge = ChunkClass.largeFile
        try await world.write(as: ada) { desk in
            #expect(try desk.opened("small", size: edge).chunkClass == .standard)
            #expect(try desk.opened("huge", size: edge + 1).chunkClass == .large)
            _ = try desk.put("begins small", as: "grows")
            #expect(try desk.opened("grows", size: edge + 1).chunkClass == .standard)
            let upload = try #require(try desk.opened("shrinks", size: edge + 1).upload)
            try desk.pack(Desk.chunks("x"))
            try desk.declare(upload, Desk.chunks("x"))
            _ = try desk.commit(upload, Desk.chunks("x"), sha256: Desk.fingerprint("x"))
            #expect(try desk.opened("shrinks", size: 1).chunkClass == .large)
        }
    }

    @Test func newContentFollowsTheFileItIsFor() async throws {
        try await world.write(as: ada) { desk in
            let file = try desk.put("one", as: "draft").node
            let folder = try desk.folder("folder")
            func openFor(_ node: NodeID, path: [NodeName] = []) throws -> UploadID? {
                var item = CreateNodes.Item(node: node, file: Desk.file(size: 1, base: file.revision))
                item.path = path
                let request = CreateNodes.Request(parent: desk.person.root, items: [item])
                return try Operations.createNodes(request, in: desk.context).items[0].get().upload
            }
            let uploads = try (0..<2).map { _ in try #require(try openFor(file.id)) }
            #expect(try refusal { try openFor(folder) } == .notFile)
            #expect(try refusal { try openFor(.random()) } == .notFound)
            #expect(try refusal { try openFor(file.id, path: [try NodeName("x")]) } == .badRequest)
            try desk.move(file.id, to: folder, as: "final")
            try desk.pack(Desk.chunks("x"))
            for upload in uploads { try desk.declare(upload, Desk.chunks("x")) }
            let commit = { (upload: UploadID) throws in
                try desk.commit(upload, Desk.chunks("x"), sha256: Desk.fingerprint("x"))
            }
            let committed = try commit(uploads[0])
            #expect(committed.node.id == file.id)
            #expect(committed.node.parent == folder && committed.node.name.text == "final")
            #expect(!committed.isConflict, "a move is no content")
            #expect(try desk.list(desk.person.root).map(\.id) == [folder])
            try desk.trash(file.id)
            #expect(try refusal { try commit(uploads[1]) } == .trashed)
            #expect(try refusal { try openFor(file.id) } == .trashed)
        }
    }

    @Test func statusTellsWhatIsMissing() async throws {
        try await world.write(as: ada) { desk in
            let upload = try desk.open("f")
            let chunks = Desk.chunks("a", "b", "c", "a")
            try desk.declare(upload, Array(chunks[..<2]))
            try desk.declare(upload, Array(chunks[2...]), from: 2)
            try desk.pack(Desk.chunks("b"))
            let status = try desk.status(upload)
            #expect(status.state == .uploading)
            #expect(status.chunkCount == 4)
            #expect(Set(status.missing) == Set(Desk.chunks("a", "c").map(\.fingerprint)))
            #expect(status.missing.count == 2)
        }
    }

    @Test func otherPeoplesUploadsAreNotThere() async throws {
        let bob = try await world.person("bob@example.org")
        let upload = try await world.write(as: ada) { desk in
            try desk.share(desk.person.root, with: "bob@example.org")
            return try desk.open("f")
        }
        try await world.write(as: bob) { desk in
            let codes = [
                try refusal { try desk.declare(upload, Desk.chunks("x")) },
                try refusal { try desk.status(upload) },
                try refusal { try Operations.cancelUpload(id: upload, in: desk.context) },
                try refusal { try desk.commit(upload, Desk.chunks("x"), sha256: Desk.fingerprint("x")) },
            ]
            #expect(codes == [.notFound, .notFound, .notFound, .notFound])
        }
    }

    @Test func theQuotaHolds() async throws {
        try await world.write(as: ada) { desk in
            let transaction = desk.context.transaction
            try transaction.run("UPDATE namespaces SET quota_bytes = 1500", [])
            let first = try desk.openPack(length: 1_000)
            #expect(
                try refusal { try desk.openPack(length: 1_000) } == .quotaExceeded, "the first may be stored already")
            let second = try desk.openPack(length: 400)
            try Operations.recordVerifiedPack(first, chunks: Desk.places(Desk.chunks("x")), in: desk.context)
            try Operations.recordVerifiedPack(first, chunks: Desk.places(Desk.chunks("x")), in: desk.context)
            #expect(try Operations.account(in: desk.context).usedBytes == 1_000)
            #expect(try refusal { try desk.openPack(length: 101) } == .quotaExceeded)
            try desk.openPack(length: 100)
            try desk.put("x", as: "fits")
            // There was room when it was opened: the commit decides.
            try transaction.run("UPDATE namespaces SET quota_bytes = 1399", [])
            try Operations.recordVerifiedPack(second, chunks: Desk.places(Desk.chunks("y")), in: desk.context)
            let upload = try desk.open("f")
            try desk.declare(upload, Desk.chunks("y"))
            #expect(
                try refusal { try desk.commit(upload, Desk.chunks("y"), sha256: Desk.fingerprint("y")) }
                    == .quotaExceeded)
        }
    }
}
