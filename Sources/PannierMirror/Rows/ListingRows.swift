package import GRDB
package import PannierCore

/// The rows of a listing, by pages: folders first, in any order, of all names or of those that a filter leaves.
///
/// A page goes on behind a row's key, whether or not that row is still there, so that rows which come and go between two
/// pages neither hide nor repeat others. By name, the index has the rows in order and a page costs what it holds; in any
/// other order, or with letters to look for, all rows of the listing are looked at, in the index alone.
package struct ListingRows: Sendable {
    let source: RowSource
    let order: RowOrder
    let filter: RowFilter

    package init(of source: RowSource, order: RowOrder = RowOrder(), filter: RowFilter = RowFilter()) {
        self.source = source
        self.order = order
        self.filter = filter
    }

    /// The rows behind `key`; nil begins at the start.
    /// - Parameters:
    ///   - start: how many rows come before these, where that is known; else they are counted, which takes as long as
    ///     there are many.
    ///   - total: rows of the listing, where that is known.
    /// - Throws: ``Problem`` `badRequest` when the key is one of another order.
    package func page(
        after key: RowKey?, start known: Int? = nil, total: Int? = nil, limit: Int, in database: Database
    ) throws -> RowPage {
        var rows = try rows(behind: key, isBackwards: false, limit: limit + 1, in: database)
        let hasMore = rows.count > limit
        if hasMore { rows.removeLast() }
        let isAll = key == nil && !hasMore
        return RowPage(
            rows: rows, start: try known ?? key.map { try rank(of: $0, orBefore: true, in: database) } ?? 0,
            total: try isAll ? rows.count : total ?? self.total(in: database),
            next: hasMore ? rows.last?.key(in: order) : nil)
    }

    /// The last rows before `key`; nil begins at the end.
    /// - Parameters:
    ///   - end: how many rows come before `key`, where that is known.
    ///   - total: rows of the listing, where that is known.
    /// - Throws: as ``page(after:start:total:limit:in:)``.
    package func page(
        before key: RowKey?, end known: Int? = nil, total: Int? = nil, limit: Int, in database: Database
    ) throws -> RowPage {
        let rows = try rows(behind: key, isBackwards: true, limit: limit, in: database)
        let isAll = key == nil && rows.count < limit
        let total = try isAll ? rows.count : total ?? self.total(in: database)
        let end = try known ?? key.map { try rank(of: $0, in: database) } ?? total
        return RowPage(
            rows: rows.reversed(), start: end - rows.count, total: total,
            next: end < total ? rows.first?.key(in: order) : nil)
    }

    /// The next row behind `key` whose name holds `text`, whatever the case; backwards, the one before it. Goes on at the
    /// other end, once.
    /// - Throws: as ``page(after:start:total:limit:in:)``.
    package func find(_ text: String, from key: RowKey?, isBackwards: Bool, in database: Database) throws -> FoundRow? {
        guard !text.isEmpty else { return nil }
        let condition = Condition(name: source.nameColumn, holds: text)
        for start in key == nil ? [nil] : [key, nil] {
            let found = try rows(
                behind: start, isBackwards: isBackwards, limit: 1, where: condition, in: database)
            guard let row = found.first else { continue }
            return FoundRow(row: row, index: try rank(of: row.key(in: order), in: database))
        }
        return nil
    }

    // MARK: - Rows

    /// - Returns: in the order in which they are met: backwards, the last one first.
    private func rows(
        behind key: RowKey?, isBackwards: Bool, limit: Int, where condition: Condition = .all, in database: Database
    ) throws -> [PannierCore.Row] {
        var rows: [PannierCore.Row] = []
        for isFolder in isBackwards ? [false, true] : [true, false] where rows.count < limit {
            let terms = RowTerms(source, order, isFolder: isFolder)
            var bound = Condition.all
            if let key {
                if key.isFolder == isFolder {
                    bound = try terms.beyond(key, isBackwards: isBackwards)
                } else if isFolder != isBackwards {
                    continue
                }
            }
            rows += try source.rows(
                where: kept(isFolder).and(bound).and(condition), order: terms.clause(isBackwards: isBackwards),
                limit: limit - rows.count, in: database)
        }
        return rows
    }

    /// The rows of a kind that the filter leaves.
    private func kept(_ isFolder: Bool) -> Condition {
        let name = source.nameColumn
        var condition = Condition.isFolder(isFolder)
        if filter.hidesDotNames { condition = condition.and(Condition(name: name, hasDot: false)) }
        if !filter.letters.isEmpty { condition = condition.and(Condition(name: name, scatters: filter.letters)) }
        return condition
    }

    // MARK: - Counting

    private func total(in database: Database) throws -> Int {
        try count(isFolder: true, in: database) + count(isFolder: false, in: database)
    }

    /// Names with a dot lie together in the index, and all rows have been counted: their difference costs nothing.
    private func count(isFolder: Bool, in database: Database) throws -> Int {
        guard filter.letters.isEmpty else { return try source.count(where: kept(isFolder), in: database) }
        let all = try source.count(isFolder: isFolder, in: database)
        guard filter.hidesDotNames, all > 0 else { return all }
        let dotted = Condition.isFolder(isFolder).and(Condition(name: source.nameColumn, hasDot: true))
        return all - (try source.count(where: dotted, in: database))
    }

    /// How many rows come before `key`, whether or not it is there itself.
    /// - Parameter orBefore: counts it, too.
    private func rank(of key: RowKey, orBefore: Bool = false, in database: Database) throws -> Int {
        let terms = RowTerms(source, order, isFolder: key.isFolder)
        let before = try terms.beyond(key, isBackwards: true, isInclusive: orBefore)
        let same = try source.count(where: kept(key.isFolder).and(before), in: database)
        return try (key.isFolder ? 0 : count(isFolder: true, in: database)) + same
    }
}

extension Mirror {
    /// See ``ListingRows/page(after:start:total:limit:in:)``.
    package func page(
        of rows: ListingRows, after key: RowKey?, start: Int?, total: Int?, limit: Int
    ) async throws(Problem) -> RowPage {
        try await read { try rows.page(after: key, start: start, total: total, limit: limit, in: $0) }
    }

    /// See ``ListingRows/page(before:end:total:limit:in:)``.
    package func page(
        of rows: ListingRows, before key: RowKey?, end: Int?, total: Int?, limit: Int
    ) async throws(Problem) -> RowPage {
        try await read { try rows.page(before: key, end: end, total: total, limit: limit, in: $0) }
    }
}
