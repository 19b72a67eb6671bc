package import PannierCore
internal import PannierMirror

/// The map of the one transfer that was looked at last and does not run: people look at one, some times a second.
struct RestingMap {
    private var known: (transfer: TransferID, map: StoredMap)?
    /// Grows whenever something may have changed.
    private(set) var age = 0

    subscript(transfer: TransferID) -> StoredMap? { known?.transfer == transfer ? known?.map : nil }

    /// - Parameter age: before it was read.
    mutating func keep(_ map: StoredMap, of transfer: TransferID, readAt age: Int) {
        if age == self.age { known = (transfer, map) }
    }

    mutating func forget(_ transfer: TransferID) {
        age += 1
        if known?.transfer == transfer { known = nil }
    }
}

// Chunk by chunk.
extension TransferManager {
    /// More cells than any screen has.
    static let mostCells = 10_000

    /// - Throws: ``Problem`` `notFound`, `badRequest`.
    package func chunkMap(of id: TransferID, cells: Int) async throws(Problem) -> ChunkMap {
        try Self.check(cells)
        if let run = running[id], let map = run.progress.map {
            return map.map(id, cells: cells, filesLeft: run.progress.snapshot().counts.filesLeft)
        }
        let transfer = try await known(id)
        var map = try await restingMap(of: transfer)
        map.counts[.waiting] += transfer.counts.filesLeft
        return ChunkMap(
            transfer: id, map.runs, bytes: map.bytes, counts: map.counts.byState, chunks: map.chunks, cells: cells)
    }

    /// The worst chunk of a cell, the first of them in the order of the map.
    /// - Throws: ``Problem`` `notFound`, `badRequest`.
    package func chunk(of id: TransferID, cell: Int, cells: Int) async throws(Problem) -> ChunkDetail {
        try Self.check(cells)
        guard (0..<cells).contains(cell) else { throw .noSuchCell }
        let transfer = try await known(id)
        let (runs, bytes, ledger) = try await runs(of: transfer)
        guard bytes > 0, let worst = runs.worst(in: ChunkRuns.range(of: cell, of: cells, bytes)),
            let item = try await store.mapItem(transfer.number, at: worst.range.lowerBound)
        else { throw .noSuchCell }
        let name = item.path.isEmpty ? transfer.name : LocalPath(bytes: item.path).description
        let chunk = ledger?.chunk(at: worst.range.lowerBound).map { ($0.range, Optional($0.fingerprint)) }
        let whole = worst.state.needsNothing ? item.fingerprint : nil
        let (range, fingerprint) = chunk ?? (whole.map { (item.slot.range, $0) } ?? (worst.range, nil))
        let part = range.clamped(to: item.slot.range)
        return ChunkDetail(
            state: worst.state, file: name, offset: part.lowerBound - item.slot.start, length: part.count,
            fingerprint: fingerprint, problem: worst.state == .failed ? item.problem : nil)
    }

    private static func check(_ cells: Int) throws(Problem) {
        guard (1...mostCells).contains(cells) else {
            throw Problem(.badRequest, "A chunk map has 1 to \(mostCells) cells.", status: 0)
        }
    }

    func known(_ id: TransferID) async throws(Problem) -> StoredTransfer {
        guard let stored = try await store.transfer(id) else { throw .noSuchTransfer }
        return stored
    }

    private func runs(
        of transfer: StoredTransfer
    ) async throws(Problem) -> (runs: ChunkRuns, bytes: Int64, ledger: ChunkLedger?) {
        if let ledger = running[transfer.id]?.progress.map { return (ledger.runs, ledger.bytes, ledger) }
        let map = try await restingMap(of: transfer)
        return (map.runs, map.bytes, nil)
    }

    private func restingMap(of transfer: StoredTransfer) async throws(Problem) -> StoredMap {
        if let map = maps[transfer.id] { return map }
        let age = maps.age
        let map = try await store.map(of: transfer.number)
        maps.keep(map, of: transfer.id, readAt: age)
        return map
    }

    /// Keeps what is known of files that are under way, for as long as the transfer rests.
    func keepMap(of transfer: StoredTransfer) async {
        guard let map = running[transfer.id]?.progress.map else { return }
        do throws(Problem) {
            try await store.keepMap(transfer.number, map.openStretches())
        } catch {
            // It is for people's eyes; the next run finds it out again.
        }
    }
}

extension TransferCounts {
    /// Files that have neither come through nor failed.
    var filesLeft: Int64 { max(0, filesTotal - filesDone - filesFailed) }
}

extension Problem {
    static let noSuchTransfer = Problem(.notFound, "There is no such transfer.", status: 0)
    fileprivate static let noSuchCell = Problem(
        .notFound, "There is no chunk there: the transfer has no such part.", status: 0)
}
