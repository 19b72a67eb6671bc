package import PannierCore

/// The state of every byte of a transfer, as runs of equal state: what finished and lies side by side is one run, however
/// many chunks or files it was.
///
/// A run takes eight bytes. From ``Bounds/fine`` runs on, finished ones that lie within one grain are told as the worst of
/// them; a grain is a small part of any cell that fits on a screen. Waiting ones are left as they are until there are
/// ``Bounds/most`` (4 MiB) even so, which takes a retry of a quarter of a million files that failed one by one among
/// others; from then on a grain may be told as waiting although the last that waited in it is done.
package struct ChunkRuns: Sendable, Equatable {
    /// Tests make them small.
    package struct Bounds: Sendable, Equatable {
        package var fine = 1 << 16
        package var most = 1 << 19
        /// Parts that the whole is taken for when runs are merged.
        package var grains: Int64 = 1 << 13

        package init() {}
    }

    /// A first byte, and the code of the state from there on. In order, the first one at 0; neighbours differ, and the last
    /// one has no end.
    private var runs: [UInt64] = [Self.pack(0, .waiting)]
    private let bounds: Bounds
    /// Runs from which on they are merged.
    private var limit: Int

    /// The last byte that can be told of: more than any transfer has.
    package static let lastByte: Int64 = 1 << 59

    package init(bounds: Bounds = Bounds()) {
        self.bounds = bounds
        limit = bounds.fine
    }

    package var count: Int { runs.count }

    // MARK: Changing

    package mutating func set(_ range: Range<Int64>, _ state: ChunkState) {
        let range = range.clamped(to: 0..<Self.lastByte)
        guard !range.isEmpty else { return }
        let first = index(of: range.lowerBound)
        var last = index(of: range.upperBound - 1)
        if first == last, self.state(first) == state { return }
        var new: [UInt64] = []
        if start(first) < range.lowerBound { new.append(runs[first]) }
        let before = new.isEmpty ? (first > 0 ? self.state(first - 1) : nil) : self.state(first)
        if before != state { new.append(Self.pack(range.lowerBound, state)) }
        if range.upperBound < end(last) {
            if self.state(last) != state { new.append(Self.pack(range.upperBound, self.state(last))) }
        } else if last + 1 < runs.count, self.state(last + 1) == state {
            last += 1
        }
        runs.replaceSubrange(first...last, with: new)
        if runs.count > limit { merge() }
    }

    /// What is neither there nor sure becomes sure.
    package mutating func settle(_ range: Range<Int64>) {
        var unsettled: [Range<Int64>] = []
        each(in: range) { part, state in if !state.needsNothing { unsettled.append(part) } }
        for part in unsettled { set(part, .sure) }
    }

    private mutating func merge() {
        merge(\.isSettled)
        if runs.count > bounds.most / 2 { merge { $0 != .moving && $0 != .unsure } }
        limit = max(bounds.fine, runs.count * 2)
    }

    /// Makes one run of neighbours that lie within one grain.
    private mutating func merge(_ mayMerge: (ChunkState) -> Bool) {
        let grain = max(1, start(runs.count - 1) / bounds.grains)
        var merged: [UInt64] = []
        /// The grain that the last run of `merged` lies in as a whole, when others may join it.
        var open: Int64?
        for index in runs.indices {
            let (state, start, end) = (state(index), start(index), end(index))
            let isInside = start / grain == (end - 1) / grain && mayMerge(state)
            let last = merged.last.map(Self.state)
            if isInside, open == start / grain, let last {
                if state.code < last.code {
                    merged[merged.count - 1] = Self.pack(Int64(merged[merged.count - 1] >> 3), state)
                }
            } else {
                merged.append(Self.pack(start, state))
            }
            open = isInside ? start / grain : nil
        }
        runs = []
        for run in merged where runs.last.map(Self.state) != Self.state(run) { runs.append(run) }
    }

    // MARK: Reading

    package func state(at byte: Int64) -> ChunkState { state(index(of: byte)) }

    /// The runs of a stretch, cut off at its ends.
    package func each(in range: Range<Int64>, _ body: (Range<Int64>, ChunkState) -> Void) {
        guard !range.isEmpty else { return }
        for index in index(of: range.lowerBound)..<runs.count {
            let part = (start(index)..<end(index)).clamped(to: range)
            guard !part.isEmpty else { return }
            body(part, state(index))
        }
    }

    /// The first of the worst runs of a stretch, cut off at its ends; nil for no bytes.
    package func worst(in range: Range<Int64>) -> (range: Range<Int64>, state: ChunkState)? {
        var worst: (range: Range<Int64>, state: ChunkState)?
        each(in: range) { part, state in
            if worst.map({ state.code < $0.state.code }) ?? true { worst = (part, state) }
        }
        return worst
    }

    /// The worst state of each of so many cells, which cover the first `total` bytes in equal parts. Of fewer bytes than
    /// cells, several cells show one byte. Empty for no bytes.
    package func cells(_ count: Int, of total: Int64) -> [ChunkState] {
        guard total > 0, count > 0 else { return [] }
        var cells: [ChunkState] = []
        cells.reserveCapacity(count)
        var index = 0
        for cell in 0..<count {
            let range = Self.range(of: cell, of: count, total)
            while end(index) <= range.lowerBound { index += 1 }
            var worst = runs[index] & 7
            // The last run of this cell may go on in the next one.
            while end(index) < range.upperBound {
                index += 1
                worst = min(worst, runs[index] & 7)
            }
            cells.append(Self.state(worst))
        }
        return cells
    }

    /// The bytes of a cell; at least one, where there are any.
    package static func range(of cell: Int, of count: Int, _ total: Int64) -> Range<Int64> {
        let (start, end) = (border(cell, count, total), border(cell + 1, count, total))
        return start < end ? start..<end : start..<min(start + 1, total)
    }

    private static func border(_ cell: Int, _ count: Int, _ total: Int64) -> Int64 {
        let product = total.multipliedFullWidth(by: Int64(cell))
        return Int64(count).dividingFullWidth(product).quotient
    }

    // MARK: Runs

    private func start(_ index: Int) -> Int64 { Int64(runs[index] >> 3) }
    private func end(_ index: Int) -> Int64 { index + 1 < runs.count ? start(index + 1) : .max }
    private func state(_ index: Int) -> ChunkState { Self.state(runs[index]) }

    /// The run that a byte lies in.
    private func index(of byte: Int64) -> Int {
        var (low, high) = (0, runs.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if start(middle) <= byte { low = middle } else { high = middle }
        }
        return low
    }

    private static func state(_ run: UInt64) -> ChunkState { ChunkState(code: Int(run & 7)) ?? .waiting }

    static func pack(_ start: Int64, _ state: ChunkState) -> UInt64 { UInt64(start) << 3 | UInt64(state.code) }

    /// - Returns: nil for what ``pack(_:_:)`` never gave.
    static func unpack(_ run: UInt64) -> (start: Int64, state: ChunkState)? {
        ChunkState(code: Int(run & 7)).map { (Int64(run >> 3), $0) }
    }
}
