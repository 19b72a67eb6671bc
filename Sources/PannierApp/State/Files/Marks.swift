package import PannierCore

/// What is marked in a listing, and a range that is being marked.
package struct Marks: Sendable {
    /// In the order of the marking.
    package private(set) var rows: [Row] = []
    private var ids: Set<NodeID> = []
    /// Where a range was begun.
    package internal(set) var anchor: Anchor?

    package struct Anchor: Sendable {
        package internal(set) var line: Int
        /// Nil on `../`.
        let node: NodeID?
    }

    package init() {}

    package var isEmpty: Bool { rows.isEmpty }
    package var count: Int { rows.count }
    package var bytes: Int64 { rows.reduce(0) { $0 + ($1.node.content?.size ?? 0) } }
    package func holds(_ row: Row) -> Bool { ids.contains(row.node.id) }

    package mutating func add(_ new: some Sequence<Row>) {
        for row in new where ids.insert(row.node.id).inserted { rows.append(row) }
    }

    package mutating func toggle(_ row: Row) {
        if ids.remove(row.node.id) != nil {
            rows.removeAll { $0.node.id == row.node.id }
        } else {
            add([row])
        }
    }

    /// Names may have changed since, and rows gone.
    mutating func refresh(from fresh: [Row], gone: Set<NodeID>) {
        guard !ids.isEmpty else { return }
        if !ids.isDisjoint(with: gone) {
            ids.subtract(gone)
            rows.removeAll { gone.contains($0.node.id) }
        }
        let byID = Dictionary(fresh.filter { ids.contains($0.node.id) }.map { ($0.node.id, $0) }) { $1 }
        guard !byID.isEmpty else { return }
        rows = rows.map { byID[$0.node.id] ?? $0 }
    }
}

extension Pane {
    /// What a key works on: what is marked, else what is under the cursor.
    package var targets: [Row] {
        if !marks.isEmpty { return marks.rows }
        return row.map { [$0] } ?? []
    }

    package var targetPaths: [RemotePath] { targets.map(path(of:)) }

    /// Lines of the range that is being marked.
    package var range: ClosedRange<Int>? {
        marks.anchor.map { min($0.line, cursor)...max($0.line, cursor) }
    }

    package func isMarked(line: Int) -> Bool {
        if let range, range.contains(line), line >= lead { return true }
        return row(atLine: line).map(marks.holds) ?? false
    }

    package mutating func toggleMark() {
        guard let row else { return }
        marks.toggle(row)
    }

    package mutating func clearMarks() { marks = Marks() }

    /// Begins a range, or ends it.
    /// - Returns: the rows before which and up to which marks must be fetched, where the range is longer than what is held.
    package mutating func markRange() -> Range<Int>? {
        guard let range else {
            marks.anchor = Marks.Anchor(line: max(cursor, lead), node: row?.node.id)
            return nil
        }
        marks.anchor = nil
        let lines = max(range.lowerBound, lead)...max(range.upperBound, lead)
        let rows = lines.compactMap(row(atLine:))
        guard rows.count == lines.count else { return lines.lowerBound - lead..<lines.upperBound - lead + 1 }
        marks.add(rows)
        return nil
    }

    /// The range stays on its rows when others come or go. Where that cannot be known, it ends: nothing is marked that
    /// nobody chose.
    mutating func keepRange(since old: RowWindow) {
        guard let anchor = marks.anchor else { return }
        guard let node = anchor.node, let index = window.rows.firstIndex(where: { $0.node.id == node }) else {
            let isThere = row(atLine: anchor.line).map { $0.node.id == anchor.node } ?? (old.total == window.total)
            if !isThere { marks.anchor = nil }
            return
        }
        marks.anchor = Marks.Anchor(line: lead + window.start + index, node: node)
    }
}
