import PannierCore
import PannierServer
import Testing

/// What a commit makes of what was declared and sent, and of what has the name by then.
@Suite struct CommitOperationsTests {
    private typealias Desk = OperationsStage.Desk
    private let world: OperationsWorld
    private let ada: OperationsWorld.Person

    init() async throws {
        world = try OperationsWorld()
        ada = try await world.person("ada@example.org")
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
