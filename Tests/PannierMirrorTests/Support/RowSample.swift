import Foundation
import class GRDB.Database
import PannierCore
import PannierMirror
import SeededRandom

/// Random rows of one listing, and in plain Swift how they are to be ordered, chosen and found.
struct RowSample {
    enum Source: CaseIterable {
        /// A folder of the account's own.
        case folder
        /// A folder in Shared With Me.
        case sharedFolder
        case sharedWithMe
        case trash
    }

    private let kind: Source
    private(set) var rows: [Row] = []
    private let sharedRoot = Sample.node((try? NodeName("shared"))!, kind: .folder, parent: nil)
    private let sharedView = ViewID.random()
    private static let owners = ["mia@example.org", "tom@example.org", "Ärger@example.org"]
    private static let letters = Array("aAbB. é漢ßẞÄä🚲*?[]^-".map(String.init)) + ["e\u{301}"]

    init(_ kind: Source, count: Int, _ seed: inout SeededGenerator) {
        self.kind = kind
        for _ in 0..<count { add(&seed) }
    }

    private mutating func add(_ seed: inout SeededGenerator) {
        guard let name = try? NodeName(Self.text(1 + seed.number(below: 4), &seed)) else { return }
        // Twins in Shared With Me would get other names.
        guard kind != .sharedWithMe || !rows.contains(where: { $0.node.name.uniqueKey == name.uniqueKey }) else {
            return
        }
        let parent: NodeID? =
            switch kind {
            case .folder, .trash: Sample.account.root
            case .sharedFolder: sharedRoot.id
            case .sharedWithMe: nil
            }
        var node = Sample.node(name, kind: seed.chance(30) ? .folder : .file, parent: parent)
        node.changedAt = Milliseconds(seed.number(below: 4))
        node.changedBy = Self.owners[seed.number(below: 3)]
        node.content?.size = Int64(seed.number(below: 4))
        node.content?.mimeType = ["text/plain", "image/png", ""][seed.number(below: 3)]
        switch kind {
        case .folder: rows.append(Row(node: node))
        case .sharedFolder: rows.append(Row(node: node, owner: Self.owners[0], role: .editor))
        case .sharedWithMe: rows.append(Row(node: node, owner: Self.owners[seed.number(below: 3)], role: .viewer))
        case .trash:
            node.trashedAt = Milliseconds(1 + seed.number(below: 4))
            rows.append(Row(node: node, origin: RemotePath.myFiles.appending(name)))
        }
    }

    static func text(_ count: Int, _ seed: inout SeededGenerator) -> String {
        (0..<count).map { _ in letters[seed.number(below: letters.count)] }.joined()
    }

    static func filter(_ seed: inout SeededGenerator) -> RowFilter {
        RowFilter(
            hidesDotNames: seed.chance(50), letters: seed.chance(50) ? "" : text(1 + seed.number(below: 2), &seed))
    }

    // MARK: - In the mirror

    func fill(_ mirror: Mirror) async throws {
        let changes = changes
        try await mirror.write { db in
            try FeedState.adopt(server: "http://x", account: Sample.account, in: db)
            var transaction = try FeedTransaction(db)
            try transaction.apply(ChangePage(changes: changes, cursor: "c", hasMore: false, epoch: 1, now: 0))
        }
    }

    private var changes: [Change] {
        let own = Change.viewOpened(view: Sample.view, root: Sample.root, shared: nil)
        let others = SharedItem(
            view: sharedView, owner: Self.owners[0], role: .editor, sharedAt: 1, node: sharedRoot)
        // Living and trashed ones that belong to other listings.
        let strangers = [
            Sample.node(Self.stranger, kind: .file, parent: kind == .folder ? sharedRoot.id : Sample.account.root),
            Sample.node(Self.stranger, kind: .folder, trashedAt: kind == .trash ? nil : 9),
        ]
        switch kind {
        case .folder, .trash:
            return [own] + (rows.map(\.node) + strangers).map { .node(view: Sample.view, node: $0, isNew: true) }
        case .sharedFolder:
            return [own, .viewOpened(view: sharedView, root: sharedRoot, shared: others)]
                + rows.map { .node(view: sharedView, node: $0.node, isNew: true) }
                + strangers.map { .node(view: Sample.view, node: $0, isNew: true) }
        case .sharedWithMe:
            return [own] + rows.map(Self.opened) + strangers.map { .node(view: Sample.view, node: $0, isNew: true) }
        }
    }

    private static let stranger = (try? NodeName("a stranger"))!

    /// The grant has the bits of the node.
    private static func opened(_ row: Row) -> Change {
        let view = ViewID(high: row.node.id.high, low: row.node.id.low)
        return .viewOpened(
            view: view, root: row.node,
            shared: SharedItem(
                view: view, owner: row.owner ?? "", role: row.role ?? .viewer, sharedAt: 1, node: row.node))
    }

    func source(_ database: Database) throws -> RowSource {
        let root = try Place.find(.myFiles, in: database)
        switch kind {
        case .folder: return .folder(root!)
        case .trash: return .trash(root!)
        case .sharedWithMe: return .sharedWithMe
        case .sharedFolder: return .folder(try Place.find(sharedRoot.id, in: database)!)
        }
    }

    /// A few rows come, and a few go.
    /// - Returns: those that have gone.
    mutating func change(_ mirror: Mirror, _ seed: inout SeededGenerator) async throws -> Set<NodeID> {
        let before = rows
        for _ in 0..<3 { add(&seed) }
        let new = rows.dropFirst(before.count)
        let gone = Set(before.filter { _ in seed.chance(3) }.map(\.node.id))
        rows.removeAll { gone.contains($0.node.id) }
        let (kind, view) = (kind, kind == .sharedFolder ? sharedView : Sample.view)
        var changes = new.map {
            kind == .sharedWithMe ? Self.opened($0) : .node(view: view, node: $0.node, isNew: true)
        }
        changes += gone.map { id in
            kind == .sharedWithMe
                ? .viewClosed(view: ViewID(high: id.high, low: id.low)) : .leave(view: view, node: id)
        }
        let all = changes
        try await mirror.write { db in
            var transaction = try FeedTransaction(db)
            try transaction.apply(ChangePage(changes: all, cursor: "c", hasMore: false, epoch: 1, now: 0))
        }
        return gone
    }

    // MARK: - What is expected

    func sorted(_ order: RowOrder, _ filter: RowFilter) -> [Row] {
        rows.filter { Self.isKept($0.node.name, filter) }.sorted {
            Self.isAhead($0.key(in: order), $1.key(in: order), order)
        }
    }

    private static func isKept(_ name: NodeName, _ filter: RowFilter) -> Bool {
        if filter.hidesDotNames, name.text.hasPrefix(".") { return false }
        return [
            filter.letters.precomposedStringWithCanonicalMapping, filter.letters.decomposedStringWithCanonicalMapping,
        ]
        .contains { letters in
            var rest = name.text.unicodeScalars[...]
            return letters.unicodeScalars.allSatisfy { letter in
                guard let place = rest.firstIndex(where: { isSame($0, letter) }) else { return false }
                rest = rest[rest.index(after: place)...]
                return true
            }
        }
    }

    private static func isSame(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Bool {
        left == right
            || String(left).lowercased().unicodeScalars.elementsEqual(String(right).lowercased().unicodeScalars)
    }

    /// Folders, then what the order asks for, then names, then ids.
    static func isAhead(_ left: RowKey, _ right: RowKey, _ order: RowOrder) -> Bool {
        if left.isFolder != right.isFolder { return left.isFolder }
        let isDescending = (order.key == .size || order.key == .time) != order.isReversed
        switch (left.value, right.value) {
        case (.number(let one), .number(let other)) where one != other: return (one < other) != isDescending
        case (.text(let one), .text(let other)) where one.utf8.elementsEqual(other.utf8) == false:
            return one.utf8.lexicographicallyPrecedes(other.utf8) != isDescending
        default: break
        }
        if left.name != right.name { return (left.name < right.name) != (order.key == .name && order.isReversed) }
        return left.node < right.node
    }

    /// Behind the row, else from the other end.
    static func find(_ text: String, in rows: [Row], _ order: RowOrder, from key: RowKey?, isBackwards: Bool) -> Int? {
        let hits = rows.indices.filter { holds(rows[$0].node.name.text, text) }
        guard let key, let place = rows.firstIndex(where: { $0.key(in: order) == key }) else {
            return isBackwards ? hits.last : hits.first
        }
        return isBackwards
            ? hits.last { $0 < place } ?? hits.last : hits.first { $0 > place } ?? hits.first
    }

    private static func holds(_ name: String, _ text: String) -> Bool {
        [text.precomposedStringWithCanonicalMapping, text.decomposedStringWithCanonicalMapping].contains { text in
            let (name, text) = (Array(name.unicodeScalars), Array(text.unicodeScalars))
            return name.indices.contains { start in
                name[start...].count >= text.count && zip(name[start...], text).allSatisfy(isSame)
            }
        }
    }
}
