import Foundation
import PannierCore
import Testing

/// One of everything that crosses the wire or the agent's socket.
private enum Sample {
    static let id = "000102030405060708090a0b0c0d0e0f"
    static let fingerprint = Fingerprint(1, 2, 3, 4)
    static let signed = SignedRequest(url: "http://h/p?X=1&Y=2", headers: ["if-none-match": "*"], expiresAt: 5)
    static let place = PackedChunk(fingerprint: fingerprint, length: 9, offset: 1, sealedLength: 37, codec: .zstd)
    static let reference = ChunkReference(fingerprint: fingerprint, length: 9)
    static let account = Account(
        id: .random(), email: "a@b", name: "A", namespace: .random(), root: .random(), chunkerSeed: "00",
        usedBytes: .max, quotaBytes: nil)
    static let problem = Problem(.notFound, "Gone.", detail: nil)

    static func node() throws -> Node {
        Node(
            id: .random(), namespace: .random(), parent: .random(), name: try NodeName("e\u{301}"),
            kind: .file, created: 1, revision: 2, changedAt: 3, changedBy: "a@b", trashedAt: 4, isShared: true,
            content: Node.Content(
                version: .random(), size: 1 << 40, sha256: fingerprint, modified: 1_700_000_000_123_456_789,
                isExecutable: true, mimeType: "text/plain", conflicts: 2))
    }

    static let versions = FileVersions(
        versions: [
            FileVersion(
                id: .random(), revision: 3, size: 1, sha256: fingerprint, modified: -1, isExecutable: true,
                createdAt: 4,
                createdBy: "a@b", device: "d", isCurrent: true, conflict: .settled, isRestored: true),
            FileVersion(
                id: .random(), revision: 2, size: 1, sha256: fingerprint, modified: -1, createdAt: 4, createdBy: "a@b"),
        ], after: .random())

    static func wire() throws -> [any (Codable & Sendable)] {
        let node = try node()
        let shared = SharedItem(view: .random(), owner: "o@p", role: .viewer, sharedAt: 1, node: node)
        let grant = Grant(id: .random(), node: node.id, email: "e", role: .editor, grantedAt: 1)
        return [
            SignIn.Request(email: "e", password: "p\"\\/", device: "d"),
            SignIn.Response(token: "t", device: .random(), account: account),
            CreateNodes.Request(
                parent: .random(),
                items: [
                    .init(parent: .random(), path: [node.name], file: nil),
                    .init(
                        path: [node.name, node.name],
                        file: .init(size: 1, modified: -1, isExecutable: false, mimeType: "", baseRevision: 3)),
                ]),
            CreateNodes.Response(items: [.done(.init(folder: node)), .problem(problem)]),
            ListNodes.Request(folders: [.init(node: .random(), after: .random())], limit: 10),
            ListNodes.Response(folders: [.done(.init(children: [node], after: nil)), .problem(problem)]),
            MoveNodes.Request(items: [.init(node: .random(), parent: .random(), name: node.name)]),
            NodeResults(items: [.done(node)]),
            TrashNodes.Request(items: [.init(node: .random(), unchangedSince: 1, count: 2)]),
            RestoreNodes.Request(items: [.init(node: .random())]),
            versions, RestoreVersion.Request(version: .random(), current: .random()),
            SettleConflicts.Request(version: .random()),
            DeclareChunks.Request(pages: [.init(upload: .random(), first: 0, chunks: [reference])]),
            DeclareChunks.Response(items: [.done(.init(missing: [fingerprint]))]),
            OpenPacks.Request(
                namespace: .random(),
                packs: [
                    .init(key: "00", length: 5, sha256: fingerprint),
                    .init(pack: .random(), key: "", length: 5, sha256: fingerprint),
                ]),
            OpenPacks.Response(items: [.done(.init(pack: .random(), put: signed))]),
            DescribePack.Request(chunks: [place]), DescribePack.Response(isVerified: true),
            CommitUploads.Request(
                items: [.init(upload: .random(), size: 0, chunkCount: 0, sha256: fingerprint, modified: .min)]),
            CommitUploads.Response(items: [.done(.init(node: node, isConflict: true)), .problem(problem)]),
            UploadStatus(upload: .random(), state: .uploading, chunkCount: 2, missing: [fingerprint]),
            GetContent.Request(items: [.init(file: .random(), version: .random(), first: 4_096)]),
            GetContent.Response(
                items: [
                    .done(
                        .init(
                            content: node.content!, chunkCount: 1, first: 0,
                            chunks: [.init(pack: .random(), place: place, key: "00")]))
                ], packs: [.init(pack: .random(), get: signed)]),
            Grants(grants: [grant]), CreateShares.Request(emails: ["e"], role: .viewer), SharedWithMe(items: [shared]),
            ChangePage(
                changes: [
                    .viewOpened(view: .random(), root: node, shared: shared), .viewClosed(view: .random()),
                    .node(view: .random(), node: node, isNew: true), .enter(view: .random(), node: node),
                    .leave(view: .random(), node: .random()),
                ], cursor: "c", hasMore: true, epoch: 1, revision: 2, now: 3),
            PushSubscription(subscribe: [.random()]), PushLook(look: []),
        ]
    }

    static func engine() throws -> [any (Codable & Sendable)] {
        let node = try node()
        let path = try RemotePath(parsing: "shared:/a/e\u{301}")
        let local = LocalPath(bytes: [0x2F, 0xFF])
        let transfer = TransferState(
            id: .random(), direction: .upload, state: .retrying, name: "n", local: local, remote: path,
            bytesPerSecond: 0.1, problem: problem, retryIn: 5)
        let status = EngineStatus(
            server: "s", account: account, device: .random(), connection: .live, problem: problem, verifiedAt: 1,
            latencyMilliseconds: 2, fileCount: 3, agentProcess: 4, version: "5")
        let key = RowKey(isFolder: true, value: .number(5), name: node.name, node: node.id)
        let grant = Grant(id: .random(), node: node.id, email: "e", role: .viewer, grantedAt: 1)
        let commands: [EngineCommand] =
            syncCommands(path, local) + [
                .status, .freshStatus, .signIn(.init(server: "s", email: "e", password: "p", device: "d")), .signOut,
                .list(Listing(path), after: key, limit: 5),
                .listBefore(
                    Listing(.trash, order: RowOrder(.who, isReversed: true), filter: RowFilter(letters: "x")),
                    before: nil,
                    limit: 5),
                .find(Listing(path), text: "t", from: key, isBackwards: true),
                .listLocal(LocalListing(folder: local), start: 1, limit: 2),
                .preview(path: path, offset: 1, length: 2),
                .previewVersion(versions.versions[0], path: path, offset: 1, length: 2), .probe(server: "s"),
                .copy(sources: [path], target: path),
                .restore(nodes: [node.id]), .versions(path: path, after: .random(), limit: 3),
                .restoreVersion(path: path, version: .random(), current: .random(), expected: node.id),
                .keepCurrent(path: path, version: .random(), expected: node.id), .conflicts(limit: 4),
                .reorder(transfer: .random(), .first), .limit(TransferLimits(upload: 5)),
                .chunkMap(transfer: .random(), cells: 3), .chunk(transfer: .random(), cell: 1, cells: 3),
                .estimate(sources: [local], number: 1),
                .describe(path: path), .refresh,
                .makeFolders(paths: [path], parents: true), .move(sources: [path], target: .myFiles),
                .trash(paths: [path]),
                .share(path: path, emails: ["e"], role: .viewer), .unshare(path: path, email: "e"), .shares(path: path),
                .put(sources: [local], target: path), .transfers, .failures(transfer: .random(), after: 1, limit: 2),
                .control(.pause, transfers: nil), .control(.cancel, transfers: [.random()]), .subscribe, .doctor, .stop,
            ]
        let replies: [EngineReply] =
            syncReplies(local) + [
                .done, .status(status),
                .rows(.init(rows: [Row(node: node, owner: "o", role: .viewer)], start: 0, total: 1, next: key)),
                .found(nil), .found(FoundRow(row: Row(node: node, origin: path), index: 3)),
                .localRows(
                    LocalPage(
                        rows: [LocalRow(path: local, kind: .link, size: 1, modified: 2, isFolder: true)], start: 0,
                        total: 1
                    )),
                .part(FilePart(version: .random(), offset: 1, size: 2, bytes: Data([0, 255]))),
                .probe(ServerProbe(address: "a", latencyMilliseconds: 1, isEncrypted: true)),
                .restored([Restored(node: node.id, path: path)], refused: []), .versions(versions),
                .chunkMap(
                    ChunkMap(transfer: .random(), counts: [.there: 1], cells: [.failed], bytesPerCell: 1, chunks: 1)),
                .chunk(ChunkDetail(state: .moving, file: "f", offset: 0, length: 1)),
                .row(Row(node: node)), .access([Access(path: .myFiles, grant: grant)]),
                .started([.random()], refused: []),
                .changed([.random()]), .transfers([transfer]),
                .failures([TransferFailure(row: 1, path: "p", problem: problem)]),
                .refused([Refusal(path: "p", problem: problem)]),
                .findings([Finding(topic: "t", verdict: .warning, text: "x")]),
            ]
        let events: [EngineEvent] = [
            .status(status), .foldersChanged(nil), .foldersChanged([.random()]), .sharedChanged, .transfers([transfer]),
            .transfersCleared([.random()]), .estimate(Estimate(number: 1)), .sync(nil),
            .sync(SyncState(folder: local, phase: .waiting)), .stopping,
        ]
        return commands.map { EngineMessage.command(number: 1, $0) }
            + replies.map { EngineMessage.reply(number: 2, $0) }
            + events.map { EngineMessage.event($0) } + [EngineMessage.problem(number: .max, problem)]
    }

    private static func syncCommands(_ path: RemotePath, _ local: LocalPath) -> [EngineCommand] {
        [
            .sync(folder: local), .unsync, .syncState, .syncProblems(after: nil, limit: 1),
            .syncProblems(after: "local 5", limit: 1, leftOut: true, since: 7), .bringBack(here: 5, there: nil),
            .syncPlan(limit: 3), .why(path: local),
            .approve(here: 5, there: nil), .waitSynced(path: nil), .waitSynced(path: local), .verifySync,
            .pauseSync(true), .keep(paths: [path], isOnlineOnly: true),
        ]
    }

    private static func syncReplies(_ local: LocalPath) -> [EngineReply] {
        var state = SyncState(folder: local, phase: .stopped)
        (state.problem, state.looksEvery, state.verifiedAt) = (problem, 60_000, 5)
        (state.leftOut, state.beingWritten, state.firstBeingWritten) = ([LeftOutCount(.mount, 2)], 1, local)
        return [
            .sync(nil), .sync(state), .why(["a", "b"]),
            .syncProblems(
                SyncProblemPage(
                    problems: [SyncProblem(key: "local 5", path: local, problem: problem, leftOut: .link)], total: 2,
                    next: "local 5")),
            .syncPlan(
                SyncPlan(
                    steps: [PlannedStep(.moveHere, local, detail: "d")], total: 1, hasMore: true,
                    heldHere: HeldPaths(count: 3, first: [HeldPath(local, inside: 1)]))),
        ]
    }
}

@Suite struct HostileNumbersTests {
    /// Whoever reads a node computes with its numbers.
    @Test(arguments: [
        ("\"size\":1099511627776", "\"size\":1099511627777"), ("\"size\":1099511627776", "\"size\":-1"),
        ("\"changedAt\":3", "\"changedAt\":-9223372036854775808"), ("\"revision\":2", "\"revision\":-1"),
    ]) func nodesThatCannotBeAreRefused(_ good: String, _ bad: String) throws {
        let text = String(decoding: try WireJSON.encode(try Sample.node()), as: UTF8.self)
        #expect(try WireJSON.decode(Node.self, from: Data(text.utf8)).content?.size == 1 << 40)
        #expect(text.contains(good))
        let other = text.replacing(good, with: bad)
        #expect(throws: DecodingError.self) { try WireJSON.decode(Node.self, from: Data(other.utf8)) }
    }
}

@Suite struct VersionNumbersTests {
    @Test(arguments: ["\"size\":1", "\"createdAt\":4", "\"revision\":3"])
    func versionsThatCannotBeAreRefused(_ good: String) throws {
        let text = String(decoding: try WireJSON.encode(Sample.versions.versions[0]), as: UTF8.self)
        #expect(try WireJSON.decode(FileVersion.self, from: Data(text.utf8)) == Sample.versions.versions[0])
        let bad = text.replacing(good, with: good.replacing(":", with: ":-"))
        try #require(bad != text)
        #expect(throws: DecodingError.self) { try WireJSON.decode(FileVersion.self, from: Data(bad.utf8)) }
    }

    /// Older servers say nothing of conflicts.
    @Test func noConflictsAreNone() throws {
        let text = String(decoding: try WireJSON.encode(try Sample.node()), as: UTF8.self)
        let old = text.replacing("\"conflicts\":2,", with: "")
        try #require(old != text)
        #expect(try WireJSON.decode(Node.self, from: Data(old.utf8)).content?.conflicts == 0)
    }
}

@Suite struct WireTests {
    private func roundTrip(_ value: some Codable & Sendable) throws {
        let json = try WireJSON.encode(value)
        let back = try WireJSON.decode(type(of: value), from: json)
        #expect(try WireJSON.encode(back) == json)
        // As memory shows it: what an encoder left out would be missing here.
        #expect(String(reflecting: back) == String(reflecting: value))
        #expect(!json.contains(UInt8(ascii: "\n")))
    }

    @Test func everythingOnTheWireComesBack() throws { for value in try Sample.wire() { try roundTrip(value) } }

    @Test func everythingOnTheSocketComesBack() throws { for value in try Sample.engine() { try roundTrip(value) } }

    /// Spellings that other programs rely on.
    @Test func spellings() throws {
        func text(_ value: some Encodable) throws -> String {
            String(decoding: try WireJSON.encode(value), as: UTF8.self)
        }
        #expect(
            try text(Sample.place)
                == #"{"codec":1,"fingerprint":"0000000000000001000000000000000200000000000000030000000000000004","#
                + #""length":9,"offset":1,"sealedLength":37}"#)
        #expect(
            try text(Sample.signed)
                == #"{"expiresAt":5,"headers":{"if-none-match":"*"},"url":"http://h/p?X=1&Y=2"}"#)
        #expect(try text(DescribePack.Response(isVerified: false)) == #"{"isVerified":false}"#)
        #expect(try text([Role.viewer, .editor]) == #"["viewer","editor"]"#)
        #expect(try text(ItemResult<Int>.done(3)) == #"{"done":3}"#)
        #expect(
            try text(ItemResult<Int>.problem(Problem(.cycle, "No.")))
                == #"{"problem":{"code":"cycle","status":409,"title":"No."}}"#)
    }

    @Test func anItemIsItsValueOrItsProblem() throws {
        #expect(try ItemResult.done(3).get() == 3)
        #expect(throws: Sample.problem) { try ItemResult<Int>.problem(Sample.problem).get() }
        #expect(throws: DecodingError.self) { try WireJSON.decode(ItemResult<Int>.self, from: Data("{}".utf8)) }
    }

    /// Later versions of the service know more codes and more kinds of changes than this one.
    @Test func whatIsNotKnownYetSpoilsNothing() throws {
        let items = #"[{"done":3},{"problem":{"code":"from_the_future","status":409,"title":"So."}}]"#
        let read = try WireJSON.decode([ItemResult<Int>].self, from: Data(items.utf8))
        #expect(try read[0].get() == 3)
        #expect(throws: Problem(.badRequest, "So.", status: 409)) { try read[1].get() }

        let node = String(decoding: try WireJSON.encode(try Sample.node()), as: UTF8.self)
        let view = ViewID.random()
        func page(_ changes: String) throws -> ChangePage {
            let text = #"{"changes":[\#(changes)],"cursor":"c","epoch":1,"hasMore":false,"now":2}"#
            return try WireJSON.decode(ChangePage.self, from: Data(text.utf8))
        }
        let known = #"{"enter":{"view":"\#(view)","node":\#(node)}}"#
        let changes = try page(#"{"painted":{"view":"\#(view)"}},\#(known)"#).changes
        #expect(changes.count == 1)
        guard case .enter(view, _)? = changes.first else { return #expect(Bool(false), "\(changes)") }
        #expect(throws: DecodingError.self) { try page(#"{"enter":{"view":"\#(view)"}}"#) }
    }

    /// A server that says “cancelled” or “rebuild your mirror” has a fault, and is not obeyed.
    @Test(arguments: Problem.Code.allCases.filter { $0.status == 0 })
    func codesOfThisSideAreNotBelieved(_ code: Problem.Code) throws {
        let item = #"{"problem":{"code":"\#(code.rawValue)","status":409,"title":"So."}}"#
        let read = try WireJSON.decode(ItemResult<Int>.self, from: Data(item.utf8))
        #expect(throws: Problem(.internalError, "So.")) { try read.get() }
    }

    @Test func rowsKnowTheirKey() throws {
        var node = try Sample.node()
        #expect(Row(node: node).key(in: RowOrder()) == RowKey(isFolder: false, name: node.name, node: node.id))
        node.kind = .folder
        #expect(Row(node: node).key(in: RowOrder()).isFolder)
    }

    @Test func transfersThatAreOver() {
        let over: [TransferState.State] = [.done, .partlyFailed, .failed, .cancelled]
        let notOver: [TransferState.State] = [.queued, .running, .paused, .retrying]
        #expect(over.allSatisfy { $0.isOver })
        #expect(!notOver.contains { $0.isOver })
    }
}
