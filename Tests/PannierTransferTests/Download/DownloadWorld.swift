import PannierChunks
import PannierCore
import PannierMirror
import SeededRandom
import Testing

@testable import PannierTransfer

/// Everything around ``DownloadFlow`` in memory: tree, service, store and disk as sets, in an order and with faults that
/// a seed decides.
struct DownloadWorld {
    /// In percent.
    struct Faults {
        var refusedFiles = 0
        var senselessPages = 0
        var damagedRanges = 0
        var wrongDigests = 0
        var takenNames = 0
        var lostFiles = 0
        var presentChunks = 0
    }

    private struct Content {
        let item: DownloadItem
        let chunks: [(bytes: [UInt8], pack: PackID, offset: Int)]
    }

    var random: SeededGenerator
    var faults = Faults()
    private var contents: [Int64: Content] = [:]
    private var unlisted: [Int64]
    private var pending: [Int64] = []
    private var keys = 0
    private var waiting: [DownloadFlow.Action] = []
    /// Entries written of each file; a finished one must be complete.
    private var written: [FileKey: Set<Int>] = [:]
    private var digested: [FileKey: Int64] = [:]
    /// Bytes of each file that were copied from others of this disk.
    private var reused: [FileKey: Int64] = [:]
    /// Files whose chunks are on their way, to see that no part is removed meanwhile.
    private var flying: [FileKey: Int] = [:]
    private(set) var slots: [Int64: MapSlot] = [:]
    private(set) var given: Int64 = 0
    /// What the flow told of its chunks.
    private(set) var ledger = ChunkLedger()
    private(set) var done: Set<Int64> = []
    /// Times that the disk would not say that a file is durable.
    private(set) var losses: [Int64: Int] = [:]
    private(set) var failed: [Int64: Problem] = [:]

    init(seed: UInt64, files: Int) {
        random = SeededGenerator(seed: seed)
        unlisted = (1...Int64(files)).map { $0 }
        let packs = (0..<5).map { _ in PackID.random() }
        var ends = [Int](repeating: 0, count: packs.count)
        for row in unlisted {
            let count =
                random.chance(70) ? Int.random(in: 0...1, using: &random) : Int.random(in: 2...40, using: &random)
            let chunks = (0..<count).map { _ -> (bytes: [UInt8], pack: PackID, offset: Int) in
                let bytes = random.bytes(Int.random(in: 1...50, using: &random))
                let pack = Int.random(in: 0..<packs.count, using: &random)
                defer { ends[pack] += bytes.count }
                return (bytes, packs[pack], ends[pack])
            }
            let whole = chunks.flatMap(\.bytes)
            let item = DownloadItem(
                row: row, path: Array("\(row)".utf8), isFolder: false, node: .random(), version: .random(),
                size: Int64(whole.count), sha256: SHA256Digest.of(whole), modified: 0, isExecutable: false,
                hasPart: false)
            contents[row] = Content(item: item, chunks: chunks)
        }
    }

    mutating func run(_ flow: DownloadFlow) throws -> DownloadFlow {
        var flow = flow
        take(flow.step(nil))
        var steps = 0
        var ticks = 0
        while !flow.isFinished {
            steps += 1
            try #require(steps < 100_000, "it never ends")
            #expect(flow.lanes <= flow.bounds.lanes)
            let sums = flow.files.values.reduce(into: (Int64(0), Int64(0))) { sums, file in
                sums.0 += file.done
                sums.1 += file.reused
            }
            #expect(flow.unfinished == sums)
            #expect(flow.examined == flow.files.values.reduce(0) { $0 + $1.known.bytes })
            ledger.take(flow.takeChanges())
            #expect(flow.lanes <= 1 || flow.flightBytes <= flow.bounds.flightBytes)
            guard !waiting.isEmpty else {
                ticks += 1
                try #require(ticks < 100, "it stands still")
                take(flow.step(.tick))
                continue
            }
            let action = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
            take(flow.step(perform(action)))
        }
        ledger.take(flow.takeChanges())
        return flow
    }

    private mutating func take(_ actions: [DownloadFlow.Action]) {
        for case .fetch(let range, _) in actions { for key in range.files { flying[key, default: 0] += 1 } }
        waiting += actions
    }

    private mutating func perform(_ action: DownloadFlow.Action) -> DownloadFlow.Event {
        switch action {
        case .list:
            let found = Array(unlisted.prefix(Int.random(in: 1...30, using: &random)))
            unlisted.removeFirst(found.count)
            pending += found
            return .listed(pending: found.count, isEnd: unlisted.isEmpty)
        case .prepare: return prepare()
        case .ask(let questions): return .answered(answer(questions))
        case .fetch(let range, let files): return fetch(range, files)
        case .digest(let file, let end, let isEnd): return digest(file, end, isEnd)
        case .finish(let items): return finish(items)
        case .fail(let file, let problem):
            #expect(flying[file.key, default: 0] == 0, "its part is removed while chunks are written to it")
            #expect(failed.updateValue(problem, forKey: file.item.row) == nil, "failed twice")
            return .failed
        }
    }

    private mutating func prepare() -> DownloadFlow.Event {
        let rows = Array(pending.prefix(20))
        pending.removeFirst(rows.count)
        var files: [DownloadFile] = []
        for row in rows {
            guard let content = contents[row] else { continue }
            if random.chance(faults.takenNames) {
                failed[row] = Problem(.localExists, "There.")
                continue
            }
            keys += 1
            var file = DownloadFile(key: keys, item: content.item, hasPart: false)
            if content.item.size > 0 {
                file.slot = MapSlot(start: given, length: content.item.size)
                slots[row] = file.slot
                given += content.item.size
            }
            files.append(file)
        }
        return .prepared(taken: rows.count, files: files)
    }

    private mutating func answer(_ questions: [DownloadFlow.Question]) -> [DownloadFlow.Answer] {
        // The service stops when its answer is full, but always tells something.
        var room = Int.random(in: 1...30, using: &random)
        return questions.map { question in
            guard let content = contents[question.file.item.row], room > 0 else {
                return .init(question: question, page: nil)
            }
            if random.chance(faults.refusedFiles) {
                room -= 1
                return .init(question: question, page: .failure(Problem(.notFound, "No.")))
            }
            let count = min(room, content.chunks.count - question.first)
            room -= count
            var first = question.first
            if random.chance(faults.senselessPages) { first += 1 }
            let chunks = content.chunks[question.first..<question.first + count].map { chunk in
                let place = PackedChunk(
                    fingerprint: SHA256Digest.of(chunk.bytes), length: chunk.bytes.count, offset: chunk.offset,
                    sealedLength: chunk.bytes.count, codec: .none)
                return GetContent.Chunk(pack: chunk.pack, place: place, key: String(repeating: "0", count: 64))
            }
            let page = GetContent.Page(
                content: Node.Content(
                    version: content.item.version ?? .random(), size: content.item.size,
                    sha256: content.item.sha256 ?? .ofNoBytes, modified: 0, isExecutable: false, mimeType: ""),
                chunkCount: content.chunks.count, first: first, chunks: Array(chunks))
            var (present, copied): (Set<Int>, Set<Int>) = ([], [])
            // After a loss nothing is left that could be present.
            let isFresh = question.file.losses == 0
            if !isFresh { reused[question.file.key] = 0 }
            for index in question.first..<question.first + count where isFresh && random.chance(faults.presentChunks) {
                if random.chance(50) {
                    present.insert(index)
                } else {
                    copied.insert(index)
                    reused[question.file.key, default: 0] += Int64(content.chunks[index].bytes.count)
                }
                written[question.file.key, default: []].insert(index)
            }
            return .init(question: question, page: .success(page), present: present, copied: copied)
        }
    }

    private mutating func fetch(_ range: FetchRange, _ files: [FileKey: DownloadFile]) -> DownloadFlow.Event {
        #expect(Set(files.keys) == range.files)
        for key in range.files { flying[key, default: 1] -= 1 }
        var problems: [FileKey: Problem] = [:]
        for chunk in range.chunks {
            let isDamaged = random.chance(faults.damagedRanges)
            for target in chunk.targets {
                if isDamaged {
                    problems[target.file] = Problem(.packDamaged, "Damaged.")
                } else {
                    written[target.file, default: []].insert(target.index)
                }
            }
        }
        return .fetched(range, problems)
    }

    private mutating func digest(_ file: DownloadFile, _ end: Int64, _ isEnd: Bool) -> DownloadFlow.Event {
        #expect(end > digested[file.key, default: 0])
        digested[file.key] = end
        guard isEnd else { return .digested(file.key, .success(nil)) }
        #expect(end == file.item.size)
        if random.chance(faults.wrongDigests) { return .digested(file.key, .success(.ofNoBytes)) }
        return .digested(file.key, .success(file.item.sha256))
    }

    private mutating func finish(_ items: [DownloadFlow.FinishItem]) -> DownloadFlow.Event {
        for item in items { #expect(item.reused == reused[item.file.key, default: 0]) }
        var outcomes: [FileKey: FinishOutcome] = [:]
        for item in items {
            let key = item.file.key
            let content = contents[item.file.item.row]
            #expect(written[key, default: []].count == content?.chunks.count, "named before it was whole")
            if random.chance(faults.takenNames) {
                outcomes[key] = .failed(Problem(.localExists, "There."))
            } else if random.chance(faults.lostFiles) {
                // Nothing is left: every entry has to be written anew.
                (written[key], digested[key]) = (nil, nil)
                losses[item.file.item.row, default: 0] += 1
                outcomes[key] = .lost(Problem(.localWriteFailed, "Lost."))
            } else {
                #expect(done.insert(item.file.item.row).inserted, "finished twice")
                outcomes[key] = .done
            }
        }
        return .finished(outcomes)
    }
}
