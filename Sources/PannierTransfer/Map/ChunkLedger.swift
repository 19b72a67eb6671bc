internal import PannierCore
internal import PannierMirror

/// How it stands with every chunk of a transfer that runs: a value that takes in what its flow tells.
///
/// Position of a chunk: the plain bytes of the items before it, in the order in which the transfer began them, and its
/// offset in its file. What has not been begun lies behind all that, and waits.
///
/// Memory, at most: half a MiB for runs (``ChunkRuns``: four in the worst case), one for the chunks told of last, and for
/// the files under way some ten bytes for each of their chunks that is not done, which the flows' own bounds keep below
/// 20,000.
struct ChunkLedger: Sendable {
    private struct File {
        let slot: MapSlot?
        /// Chunks that are known and not done, by their offsets.
        private var open: [Int64: ChunkState] = [:]
        /// All that are known.
        private(set) var counts = ChunkCounts()
        var isRead = false

        init(slot: MapSlot?) { self.slot = slot }

        mutating func find(_ offset: Int64, _ state: ChunkState) {
            counts[state] += 1
            if !state.needsNothing { open[offset] = state }
        }

        /// - Returns: whether that is news. What is done stays so.
        mutating func set(_ offset: Int64, _ state: ChunkState) -> Bool {
            guard let before = open[offset], before != state else { return false }
            counts[before] -= 1
            counts[state] += 1
            open[offset] = state.needsNothing ? nil : state
            return true
        }

        /// Bytes of the map that a piece of it takes; nil where it takes none.
        func range(_ place: ChunkPlace) -> Range<Int64>? {
            guard let range = slot?.range(offset: place.offset, length: place.length), !range.isEmpty else {
                return nil
            }
            return range
        }
    }

    private(set) var runs = ChunkRuns()
    /// Bytes of all files found so far.
    private(set) var bytes: Int64 = 0
    /// Nothing is told before what earlier runs did is known.
    private(set) var isReady = false
    private var files: [FileKey: File] = [:]
    /// Of files that have ended.
    private var counts = ChunkCounts()
    private var chunks: Int64 = 0
    private var recent = RecentChunks()
    /// Bytes that an earlier run of the transfer had sent: found to be there, they are sure.
    private var carried: Int64

    /// - Parameter carried: bytes of unfinished files that earlier runs had sent.
    init(carried: Int64 = 0) { self.carried = carried }

    // MARK: Taking in

    /// Begins with what the disk has.
    mutating func adopt(_ stored: StoredMap) {
        bytes = stored.bytes
        runs = stored.runs
        counts = stored.counts
        chunks = stored.chunks
        isReady = true
    }

    mutating func carry(_ bytes: Int64) { carried = min(carried.saturatingSum(bytes), ChunkRuns.lastByte) }

    /// More files were found.
    /// - Parameter failed: slots of such as failed at once.
    mutating func found(_ bytes: Int64, failed: [MapSlot] = []) {
        self.bytes = min(self.bytes.saturatingSum(bytes), ChunkRuns.lastByte)
        end(failed, as: .failed)
    }

    /// Files ended without having been begun.
    mutating func end(_ slots: [MapSlot], as state: ChunkState) {
        for slot in slots { runs.set(slot.range, state) }
        counts[state] += Int64(slots.count)
    }

    mutating func take(_ changes: [ChunkChange]) { for change in changes { take(change) } }

    private mutating func take(_ change: ChunkChange) {
        switch change {
        case .began(let key, let slot):
            files[key] = File(slot: slot)
            if let slot { runs.set(slot.range, .waiting) }
        case .found(let place, let fingerprint, let state): find(place, fingerprint, state)
        case .became(let places, let state): for place in places { set(place, state) }
        case .read(let key): files[key]?.isRead = true
        case .dropped(let key):
            if let slot = files.removeValue(forKey: key)?.slot { runs.set(slot.range, .waiting) }
        case .failed(let key):
            if let slot = files.removeValue(forKey: key)?.slot { end([slot], as: .failed) }
        case .ended(let key): end(key)
        }
    }

    private mutating func find(_ place: ChunkPlace, _ fingerprint: Fingerprint, _ state: ChunkState) {
        guard files[place.file] != nil else { return }
        var state = state
        if state == .there, carried > 0 {
            carried -= min(carried, Int64(place.length))
            state = .sure
        }
        files[place.file]?.find(place.offset, state)
        guard let range = files[place.file]?.range(place) else { return }
        runs.set(range, state)
        recent.add(.init(range: range, fingerprint: fingerprint))
    }

    private mutating func set(_ place: ChunkPlace, _ state: ChunkState) {
        guard files[place.file]?.set(place.offset, state) == true, let range = files[place.file]?.range(place) else {
            return
        }
        runs.set(range, state)
    }

    private mutating func end(_ key: FileKey) {
        guard let file = files.removeValue(forKey: key) else { return }
        let there = file.counts[.there]
        counts[.there] += there
        counts[.sure] += file.counts.total - there
        chunks += file.counts.total
        // Shorter than it was when it was found: nothing waits in the rest of its slot.
        if let slot = file.slot { runs.settle(slot.range) }
    }

    // MARK: Telling

    /// - Parameter filesLeft: files that have neither come through nor failed.
    func map(_ transfer: TransferID, cells: Int, filesLeft: Int64) -> ChunkMap {
        var (counts, chunks) = (self.counts, self.chunks)
        for file in files.values {
            counts += file.counts
            chunks += file.counts.total
        }
        counts[.waiting] += max(0, filesLeft - Int64(files.count)) + Int64(files.values.count { !$0.isRead })
        return ChunkMap(transfer: transfer, runs, bytes: bytes, counts: counts.byState, chunks: chunks, cells: cells)
    }

    /// The chunk at a byte of the map, where it was told of lately.
    func chunk(at byte: Int64) -> RecentChunks.Chunk? { recent.chunk(at: byte) }

    /// Whether nothing of a file that is under way crossed the network.
    func isThere(_ key: FileKey) -> Bool {
        guard let file = files[key] else { return false }
        return file.counts.total == file.counts[.there]
    }

    /// What is known of files under way, to be kept: stretches that need no more work, the longest of them if there are
    /// many.
    func openStretches(limit: Int = 4_096) -> [(Range<Int64>, ChunkState)] {
        var stretches: [(Range<Int64>, ChunkState)] = []
        for slot in files.values.compactMap(\.slot) {
            runs.each(in: slot.range) { range, state in if state.needsNothing { stretches.append((range, state)) } }
        }
        guard stretches.count > limit else { return stretches }
        return Array(stretches.sorted { $0.0.count > $1.0.count }.prefix(limit))
    }
}

extension ChunkMap {
    init(
        transfer: TransferID, _ runs: ChunkRuns, bytes: Int64, counts: [ChunkState: Int64], chunks: Int64, cells: Int
    ) {
        let told = runs.cells(cells, of: bytes)
        self.init(
            transfer: transfer, counts: counts, cells: told,
            bytesPerCell: told.isEmpty ? 0 : max(1, bytes / Int64(told.count)), chunks: chunks)
    }
}

extension Int64 {
    func saturatingSum(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
