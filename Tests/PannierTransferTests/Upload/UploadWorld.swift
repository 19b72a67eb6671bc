import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

/// Everything around ``UploadFlow`` in memory: files, disk, service and store as sets, in an order and with faults that
/// a seed decides. No stand-in for a server: it holds just what the flow's rules speak of.
struct UploadWorld: ~Copyable {
    var random: SeededGenerator
    /// Chunks of each file by its row, as short texts of bytes; equal ones are equal chunks.
    var contents: [Int64: [[UInt8]]] = [:]
    var unscanned: [Int64]
    var pendingRows: [Int64] = []
    var faults = Faults()

    /// In percent.
    struct Faults {
        var changes = 0
        var lostUploads = 0
        var brokenPacks = 0
        var brokenSeals = 0
        var forgottenChunks = 0
        var unreadable = 0
    }

    private var unread: [OpenedFile] = []
    private var added = Backlog()
    private var keys = 0
    private var writer: [Piece] = []
    private var openPack: PackWriter?
    private var inPack: [Fingerprint] = []
    private var waiting: [UploadFlow.Action] = []

    private(set) var stored: Set<Fingerprint> = []
    private(set) var sentTwice = 0
    private(set) var committed: Set<Int64> = []
    private(set) var failed: [Int64: Problem] = [:]
    private(set) var requests = 0
    private(set) var packsSent = 0
    private var sending: Set<Fingerprint> = []
    private(set) var slots: [Int64: MapSlot] = [:]
    private(set) var given: Int64 = 0
    /// What the flow told of its chunks.
    private(set) var ledger = ChunkLedger()
    private var broken: Set<Fingerprint> = []

    init(seed: UInt64, files: Int, alphabet: Int) {
        random = SeededGenerator(seed: seed)
        unscanned = (1...Int64(files)).map { $0 }
        for row in unscanned {
            let count = Int.random(in: 0...6, using: &random)
            contents[row] = (0..<count).map { _ in
                let letter = Int.random(in: 0..<alphabet, using: &random)
                return Array("chunk \(letter) ".utf8) + [UInt8](repeating: UInt8(letter & 255), count: 20)
            }
        }
    }

    /// Runs until nothing is left to do.
    /// - Returns: the flow at its end.
    mutating func run(_ flow: UploadFlow) throws -> UploadFlow {
        var flow = flow
        waiting = flow.step(nil)
        var steps = 0
        while !flow.isFinished {
            steps += 1
            try #require(steps < 100_000, "it never ends")
            #expect(flow.held.count <= flow.bounds.windows)
            #expect(flow.packs.count <= flow.bounds.packs)
            #expect(flow.lanes <= flow.bounds.lanes)
            let sums = flow.files.values.reduce(into: (Int64(0), Int64(0))) { sums, file in
                sums.0 += file.done
                sums.1 += file.reused
            }
            #expect(flow.unfinished == sums)
            #expect(flow.examined == flow.files.values.reduce(0) { $0 + $1.examined })
            ledger.take(flow.takeChanges())
            guard !waiting.isEmpty else {
                // Only time may go on now.
                let before = (flow.sealAge, flow.commitAge)
                waiting += flow.step(.tick)
                try #require(before.0 < 10 && before.1 < 10 || !waiting.isEmpty, "it stands still")
                continue
            }
            let action = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
            waiting += flow.step(try perform(action))
        }
        ledger.take(flow.takeChanges())
        return flow
    }

    private mutating func perform(_ action: UploadFlow.Action) throws -> UploadFlow.Event {
        switch action {
        case .scan: return scan()
        case .open: return open()
        case .read: return read()
        case .declare(let files, let pages): return declare(files, pages)
        case .seal(let pieces): return .sealed(try seal(pieces))
        case .flush: return .sealed(try flush())
        case .openPacks(let packs):
            requests += 1
            let answers = packs.map { pack in
                let opened = OpenPacks.Opened(
                    pack: .random(), put: SignedRequest(url: "", headers: [:], expiresAt: 0))
                return (pack.number, Result<OpenPacks.Opened, Problem>.success(opened))
            }
            return .packsOpened(Dictionary(uniqueKeysWithValues: answers))
        case .send(let pack, _): return send(pack)
        case .commit(let items): return commit(items)
        case .startOver(let file):
            drop(file)
            return .startedOver(opened(file.row, attempts: file.attempts + 1))
        case .fail(let file, let problem):
            drop(file)
            failed[file.row] = problem
            return .failed
        }
    }

    private mutating func scan() -> UploadFlow.Event {
        let found = Array(unscanned.prefix(Int.random(in: 1...30, using: &random)))
        unscanned.removeFirst(found.count)
        pendingRows += found
        return .scanned(pending: found.count, isEnd: unscanned.isEmpty)
    }

    private mutating func open() -> UploadFlow.Event {
        requests += 1
        let rows = Array(pendingRows.prefix(20))
        pendingRows.removeFirst(rows.count)
        var files: [OpenedFile] = []
        for row in rows {
            // A folder, or a name that is taken: nothing to read.
            if row % 17 == 0 {
                failed[row] = Problem(.nameTaken, "Taken.")
            } else {
                files.append(opened(row, attempts: 0))
            }
        }
        return .opened(taken: rows.count, files: files)
    }

    private mutating func opened(_ row: Int64, attempts: Int) -> OpenedFile {
        keys += 1
        let file = OpenedFile(
            key: keys, row: row, place: LocalPlace(LocalPath("/\(row)"), below: []), upload: .random(),
            size: Int64(contents[row]?.reduce(0) { $0 + $1.count } ?? 0), chunkClass: .standard,
            attempts: attempts, path: Array("\(row)".utf8), slot: slot(row))
        unread.append(file)
        added = added + Backlog(files: 1, bytes: file.size)
        return file
    }

    /// Given once, as the mirror does.
    private mutating func slot(_ row: Int64) -> MapSlot? {
        if let slot = slots[row] { return slot }
        let length = Int64(contents[row]?.reduce(0) { $0 + $1.count } ?? 0)
        guard length > 0 else { return nil }
        slots[row] = MapSlot(start: given, length: length)
        given += length
        return slots[row]
    }

    private mutating func drop(_ file: OpenedFile) { unread.removeAll { $0.key == file.key } }

    private mutating func read() -> UploadFlow.Event {
        var window = ReadWindow()
        let choice = CompressionChoice(codec: .none, level: 0, reason: "")
        for file in unread.prefix(Int.random(in: 1...8, using: &random)) {
            unread.removeAll { $0.key == file.key }
            if random.chance(faults.unreadable) {
                window.ends.append(
                    FileEnd(file: file.key, outcome: .failed(Problem(.localFileUnreadable, "Unreadable."))))
                continue
            }
            let chunks = contents[file.row] ?? []
            var offset: Int64 = 0
            for (index, chunk) in chunks.enumerated() {
                window.pieces.append(
                    Piece(
                        file: file.key, index: index, offset: offset, fingerprint: SHA256Digest.of(chunk),
                        bytes: chunk[...], choice: choice))
                offset += Int64(chunk.count)
            }
            let whole = FileEnd.Outcome.whole(
                size: Int64(chunks.reduce(0) { $0 + $1.count }), chunkCount: chunks.count,
                sha256: SHA256Digest.of(chunks.flatMap { $0 }), modified: 0, changed: 0, note: nil)
            window.ends.append(FileEnd(file: file.key, outcome: random.chance(faults.changes) ? .changed : whole))
        }
        window.unread = Backlog(files: unread.count, bytes: unread.reduce(0) { $0 + $1.size })
        window.added = added
        return .read(window)
    }

    private mutating func declare(_ files: [FileKey], _ pages: [DeclareChunks.Page]) -> UploadFlow.Event {
        requests += 1
        let answers = zip(files, pages).map { file, page in
            if random.chance(faults.lostUploads) {
                return UploadFlow.DeclaredFile(file: file, missing: .failure(Problem(.notFound, "No upload.")))
            }
            let missing = page.chunks.map(\.fingerprint).filter { !stored.contains($0) }
            return UploadFlow.DeclaredFile(file: file, missing: .success(Set(missing)))
        }
        return .declared(answers)
    }

    private mutating func seal(_ pieces: [Piece]) throws -> PackSealer.Step {
        var step = PackSealer.Step()
        for piece in pieces {
            var writer = openPack.take() ?? PackWriter(capacity: 700)
            guard writer.fits(piece.bytes.count) else {
                try finish(writer, &step)
                return step
            }
            if !sending.insert(piece.fingerprint).inserted { sentTwice += 1 }
            let bytes = Array(piece.bytes)
            try bytes.withUnsafeBytes {
                try writer.append($0, fingerprint: piece.fingerprint, choice: piece.choice)
            }
            openPack = consume writer
            inPack.append(piece.fingerprint)
            step.consumed += 1
        }
        step.open = openPack?.chunkCount ?? 0
        return step
    }

    private mutating func flush() throws -> PackSealer.Step {
        var step = PackSealer.Step()
        if let writer = openPack.take() { try finish(writer, &step) }
        return step
    }

    private mutating func finish(_ writer: consuming PackWriter, _ step: inout PackSealer.Step) throws {
        let chunks = inPack
        inPack = []
        if random.chance(faults.brokenSeals) {
            for chunk in chunks { sending.remove(chunk) }
            step.lost = (chunks, Problem(.localFileUnreadable, "Not sealed."))
        } else {
            step.pack = try writer.finish()
        }
    }

    private mutating func send(_ pack: UploadFlow.NumberedPack) -> UploadFlow.Event {
        requests += 1
        packsSent += 1
        // As the shell tells it once the store has the pack.
        ledger.take([.became(pack.places, .unsure)])
        if random.chance(faults.brokenPacks) {
            for chunk in pack.pack.chunks { sending.remove(chunk.fingerprint) }
            return .sent(pack.number, Problem(.storeRefused, "Refused."))
        }
        for chunk in pack.pack.chunks { stored.insert(chunk.fingerprint) }
        return .sent(pack.number, nil)
    }

    private mutating func commit(_ items: [UploadFlow.CommitItem]) -> UploadFlow.Event {
        requests += 1
        var problems: [FileKey: Problem?] = [:]
        for item in items {
            let chunks = contents[item.ready.row] ?? []
            let fingerprints = chunks.map(SHA256Digest.of)
            if random.chance(faults.forgottenChunks), let lost = fingerprints.first {
                stored.remove(lost)
                sending.remove(lost)
                problems[item.file] = Problem(.chunksMissing, "Missing.")
                continue
            }
            // Lost by the commit of another file: the service says so.
            guard fingerprints.allSatisfy(stored.contains) else {
                #expect(faults.forgottenChunks > 0, "committed before its chunks were there")
                problems[item.file] = Problem(.chunksMissing, "Missing.")
                continue
            }
            #expect(item.ready.chunkCount == chunks.count)
            #expect(committed.insert(item.ready.row).inserted, "committed twice")
            problems[item.file] = .some(nil)
        }
        return .committed(problems)
    }
}
