import PannierCore
import PannierServer
import Testing

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

    @Test func whatWasSeenIsReplacedWithoutAConflict() async throws {
        try await world.write(as: ada) { desk in
            let first = try desk.put("one", as: "f").node
            let second = try desk.put("two", as: "f", base: first.revision)
            #expect(!second.isConflict)
            #expect(second.node.id == first.id)
            #expect(second.node.created == first.created)
            #expect(second.node.content?.version != first.content?.version)
            // A rename is no content: whoever saw the file before it has seen its bytes.
            try desk.move(first.id, as: "g")
            #expect(try !desk.put("three", as: "g", base: second.node.revision).isConflict)
        }
    }

    @Test func whatWasNotSeenIsKeptAndFlagged() async throws {
        try await world.write(as: ada) { desk in
            let first = try desk.put("one", as: "f").node
            let second = try desk.put("two", as: "f", base: first.revision).node
            for base in [nil, first.revision, second.revision + 100] {
                let replaced = try desk.node(first.id).content?.version
                let third = try desk.put("three \(String(describing: base))", as: "f", base: base)
                #expect(third.isConflict)
                #expect(third.node.id == first.id)
                let flags = try desk.context.transaction.row(
                    "SELECT is_conflict FROM versions WHERE id = $1", [.bytes(try #require(replaced).bytes)])
                #expect(flags?.values == [.integer(1)])
            }
            let versions = try desk.context.transaction.rows("SELECT id FROM versions", [])
            #expect(versions.count == 5)
        }
    }

    @Test func equalBytesAreAdopted() async throws {
        try await world.write(as: ada) { desk in
            let first = try desk.put("one", as: "f")
            let again = try desk.put("one", as: "f")
            #expect(!again.isConflict)
            #expect(again.node == first.node)
            // Another executable bit is other content, of which nothing is lost.
            let executable = try desk.put("one", as: "f", isExecutable: true)
            #expect(executable.node.content?.version != first.node.content?.version)
            #expect(!executable.isConflict && executable.node.content?.conflicts == 0)
        }
    }

    @Test func aWrongClaimOfTheWholeDoesNotStandInTheWayOfTheRightBytes() async throws {
        try await world.write(as: ada) { desk in
            let right = Desk.fingerprint("right")
            let lie = try desk.open("f")
            try desk.declare(lie, Desk.chunks("wrong"))
            try desk.pack(Desk.chunks("wrong"))
            let lied = try desk.commit(lie, Desk.chunks("wrong"), sha256: right).node
            let honest = try desk.put("right", as: "f", base: lied.revision).node
            #expect(honest.content?.version != lied.content?.version)
        }
    }

    @Test func onlyWhatWasDeclaredCanBeCommitted() async throws {
        try await world.write(as: ada) { desk in
            let all = Desk.chunks("a", "b", "c", "d")
            try desk.pack(all)
            let whole = Desk.fingerprint("abcd")
            let upload = try desk.open("f")
            try desk.declare(upload, Array(all[..<1]))
            try desk.declare(upload, Array(all[2...]), from: 2)
            #expect(try refusal { try desk.commit(upload, all, sha256: whole) } == .manifestMismatch)
            try desk.declare(upload, Array(all[1..<2]), from: 1)
            var item = Desk.commit(upload, all, sha256: whole)
            for spoil: (inout CommitUploads.Item) -> Void in [
                { $0.size += 1 }, { $0.chunkCount -= 1 }, { $0.chunkCount += 1 }, { $0.size = -1 },
                { $0.size = .max }, { $0.chunkCount = .min }, { $0.size = 0 },
            ] {
                var spoiled = item
                spoil(&spoiled)
                let answer = try Operations.commitUploads(.init(items: [spoiled]), in: desk.context)
                #expect(try refusal { try answer.items[0].get() } == .manifestMismatch)
            }
            item.modified = -1
            let answer = try Operations.commitUploads(.init(items: [item]), in: desk.context)
            #expect(try answer.items[0].get().node.content?.modified == -1)
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

    @Test func aWrongLengthOfAKnownPieceIsRefused() async throws {
        try await world.write(as: ada) { desk in
            try desk.pack(Desk.chunks("abc"))
            let wrong = [ChunkReference(fingerprint: Desk.fingerprint("abc"), length: 4)]
            let upload = try desk.open("f")
            try desk.declare(upload, wrong)
            #expect(
                try refusal { try desk.commit(upload, wrong, sha256: Desk.fingerprint("abc")) } == .manifestMismatch)
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

    @Test func theNameIsLookedAtAgainAtTheCommit() async throws {
        try await world.write(as: ada) { desk in
            let (twin, folder, gone) = (
                try desk.open("caf\u{e9}"), try desk.open("folder"), try desk.open("f", in: try desk.folder("gone"))
            )
            try desk.put("x", as: "cafe\u{301}")
            try desk.folder("folder")
            try desk.trash(try desk.folder("gone"))
            try desk.pack(Desk.chunks("y"))
            for (upload, code) in [(twin, Problem.Code.nameTwin), (folder, .nameTaken), (gone, .trashed)] {
                try desk.declare(upload, Desk.chunks("y"))
                #expect(
                    try refusal { try desk.commit(upload, Desk.chunks("y"), sha256: Desk.fingerprint("y")) } == code)
            }
        }
    }

    @Test func oneRefusalLeavesNothingAndTheOthersGoOn() async throws {
        try await world.write(as: ada) { desk in
            try desk.pack(Desk.chunks("x"))
            let uploads = try ["a", "b", "c"].map { try desk.open($0) }
            for upload in uploads { try desk.declare(upload, Desk.chunks("x")) }
            try desk.folder("b")
            let head = try desk.context.transaction.lockHead(of: desk.person.namespace)
            let items = uploads.map { Desk.commit($0, Desk.chunks("x"), sha256: Desk.fingerprint("x")) }
            let answer = try Operations.commitUploads(.init(items: items), in: desk.context)
            #expect(try answer.items.map { item in try refusal { try item.get() } } == [nil, .nameTaken, nil])
            #expect(try desk.context.transaction.lockHead(of: desk.person.namespace) == head + 2)
            #expect(try desk.names() == ["a", "b", "c"])
            #expect(try desk.status(uploads[1]).state == .uploading)
        }
    }

    @Test func twoUploadsOfOneNameBecomeTwoVersions() async throws {
        try await world.write(as: ada) { desk in
            let (first, second) = (try desk.open("f"), try desk.open("f"))
            for (upload, text) in [(first, "one"), (second, "two")] {
                try desk.declare(upload, Desk.chunks(text))
                try desk.pack(Desk.chunks(text))
            }
            let one = try desk.commit(first, Desk.chunks("one"), sha256: Desk.fingerprint("one"))
            let two = try desk.commit(second, Desk.chunks("two"), sha256: Desk.fingerprint("two"))
            #expect(two.isConflict)
            #expect(one.node.id == two.node.id)
        }
    }

    @Test func committingAgainAnswersTheSame() async throws {
        try await world.write(as: ada) { desk in
            let upload = try desk.open("f")
            try desk.declare(upload, Desk.chunks("x"))
            try desk.pack(Desk.chunks("x"))
            let first = try desk.commit(upload, Desk.chunks("x"), sha256: Desk.fingerprint("x"))
            let again = try desk.commit(upload, Desk.chunks("x"), sha256: Desk.fingerprint("x"))
            #expect(again.node == first.node)
            #expect(try desk.status(upload).state == .uploaded)
            #expect(try desk.status(upload).chunkCount == 1)
            #expect(
                try refusal { try desk.commit(upload, Desk.chunks("x"), sha256: Desk.fingerprint("other")) }
                    == .badRequest)
            #expect(try refusal { try desk.declare(upload, Desk.chunks("x")) } == .notFound)
            #expect(try refusal { try Operations.cancelUpload(id: upload, in: desk.context) } == .badRequest)
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

    /// A failure at any statement of a commit leaves everything as it was.
    @Test func aCommitHappensAsAWholeOrNotAtAll() async throws {
        let uploads = try await world.write(as: ada) { desk in
            try desk.pack(Desk.chunks("x"))
            return try ["a", "b"].map { name in
                let upload = try desk.open(name)
                try desk.declare(upload, Desk.chunks("x"))
                return upload
            }
        }
        let items = uploads.map { Desk.commit($0, Desk.chunks("x"), sha256: Desk.fingerprint("x")) }
        let before = try await world.dump()
        let (world, ada) = (world, ada)
        var statements = 0
        while true {
            let limit = statements
            do {
                let now = world.now
                try await world.store.write { transaction in
                    let failing = FailingTransaction(transaction, after: limit)
                    let desk = OperationsStage(failing, now: now).desk(of: ada)
                    _ = try Operations.idempotent(key: "k", route: "commit", requestDigest: [], in: desk.context) {
                        _ = try Operations.commitUploads(.init(items: items), in: desk.context)
                        return []
                    }
                }
                break
            } catch is FailingTransaction.Failure {
                #expect(try await world.dump() == before)
                statements += 1
            }
        }
        #expect(statements > 20)
        #expect(try await world.read(as: ada) { try $0.names() } == ["a", "b"])
    }
}

extension OperationsStage.Desk {
    fileprivate func status(_ upload: UploadID) throws -> UploadStatus {
        try Operations.uploadStatus(id: upload, in: context)
    }
}
