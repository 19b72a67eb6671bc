import PannierCore
import PannierScreen

/// What the header says, and where: for drawing, and for the mouse. What does not fit is said shorter or left out, least
/// important first.
struct HeaderLine {
    /// Words of one role.
    struct Part {
        var text: SafeText
        var ink: ColourRole
    }

    struct Item {
        let parts: [Part]
        let columns: Range<Int>
        /// A click on it opens the problems.
        let isProblems: Bool
    }

    /// One thing to know, in full and in short.
    struct Fact {
        /// The longest first. One that must be said has its shortest left at least.
        var wordings: [[Part]]
        var isNeeded = false
        var isProblems = false

        fileprivate var columns: Int { HeaderLine.width(of: wordings[0]) }
        fileprivate var columnsAtLeast: Int { wordings.last.map(HeaderLine.width) ?? 0 }
    }

    let row: Int
    private(set) var items: [Item] = []
    private static let gap = 3

    init(_ model: Model) {
        let rect = model.layout.header
        row = rect.row
        var column = rect.column + 1
        column = add([Part(text: "pannier", ink: .accent)], at: column) + 2
        var facts = Self.facts(of: model)
        let needed = facts.filter(\.isNeeded).reduce(0) { $0 + $1.columnsAtLeast + Self.gap }
        if let account = model.status?.account {
            let email = Part(text: SafeText(account.email), ink: .strong)
            column = add([email], at: column, columnsAtMost: rect.endColumn - column - needed)
        }
        Self.shorten(&facts, to: rect.endColumn - 1 - column - Self.gap)
        column = max(column + Self.gap, rect.endColumn - 1 - Self.width(of: facts))
        for fact in facts { column = add(fact.wordings[0], at: column, isProblems: fact.isProblems) + Self.gap }
    }

    /// - Returns: the column behind it.
    private mutating func add(
        _ parts: [Part], at column: Int, columnsAtMost: Int = .max, isProblems: Bool = false
    ) -> Int {
        let end = column + max(0, min(columnsAtMost, Self.width(of: parts)))
        items.append(Item(parts: parts, columns: column..<end, isProblems: isProblems))
        return end
    }

    func isProblems(at place: Point) -> Bool {
        place.row == row && items.contains { $0.isProblems && $0.columns.contains(place.column) }
    }

    // MARK: Room

    private static func width(of parts: [Part]) -> Int { parts.reduce(0) { $0 + CellWidth.of($1.text) } }

    private static func width(of facts: [Fact]) -> Int {
        facts.reduce(0) { $0 + $1.columns } + gap * max(0, facts.count - 1)
    }

    private static func shorten(_ facts: inout [Fact], to columns: Int) {
        while width(of: facts) > columns {
            guard let last = facts.lastIndex(where: { $0.wordings.count > 1 || !$0.isNeeded }) else { return }
            if facts[last].wordings.count > 1 { facts[last].wordings.removeFirst() } else { facts.remove(at: last) }
        }
    }

    // MARK: Facts

    /// The most important first.
    private static func facts(of model: Model) -> [Fact] {
        let glyphs = model.glyphs
        guard let status = model.status else {
            return [Fact(wordings: [linkOnly(model)], isNeeded: true)] + trouble(model)
        }
        let link = model.link == .open ? connection(status, glyphs) : linkOnly(model)
        var facts = [Fact(wordings: [link], isNeeded: true)] + trouble(model)
        if status.account != nil { facts += model.sync.map { synced($0, status, model) } ?? [verified(status, model)] }
        return facts
    }

    private static func linkOnly(_ model: Model) -> [Part] {
        switch model.link {
        case .opening, .open: [Part(text: "starting the agent", ink: .busy)]
        case .lost: [Part(text: "\(model.glyphs.trouble) no agent", ink: .bad)]
        case .stopped: [Part(text: "\(model.glyphs.trouble) agent stopped", ink: .bad)]
        }
    }

    private static func connection(_ status: EngineStatus, _ glyphs: Glyphs) -> [Part] {
        switch status.connection {
        case .signedOut: return [Part(text: "\(glyphs.trouble) not signed in", ink: .bad)]
        case .connecting: return [Part(text: "\(glyphs.cloud) connecting", ink: .busy)]
        case .polled: return [Part(text: "\(glyphs.polled) polled", ink: .busy)]
        case .offline: return [Part(text: "\(glyphs.trouble) offline", ink: .bad)]
        case .live:
            let delay: SafeText = status.latencyMilliseconds.map { " \($0)ms" } ?? ""
            return [Part(text: glyphs.live, ink: .accent), Part(text: " live\(delay)", ink: .text)]
        }
    }

    /// Seen from everywhere, whatever the message line says; it goes when nothing needs anybody any more.
    private static func trouble(_ model: Model) -> [Fact] {
        let count = model.problemCount
        guard count > 0 else { return [] }
        let short: SafeText = "\(model.glyphs.trouble) \(Format.count(Int64(count)))"
        let words: SafeText = count == 1 ? " problem" : " problems"
        return [
            Fact(
                wordings: [[Part(text: short + words, ink: .bad)], [Part(text: short, ink: .bad)]], isNeeded: true,
                isProblems: true)
        ]
    }

    /// The list of files equals the server's as of then; their contents are not what this is about.
    private static func verified(_ status: EngineStatus, _ model: Model) -> Fact {
        let count = Format.count(status.fileCount)
        let files: SafeText = status.fileCount == 1 ? "1 file" : "\(count) files"
        guard let at = status.verifiedAt else {
            return Fact(wordings: [[Part(text: "\(files), not yet checked", ink: .busy)]])
        }
        let isFresh = model.link == .open && [.live, .polled].contains(status.connection)
        let mark = Part(text: "\(model.glyphs.verified) ", ink: isFresh ? .good : .quiet)
        let time = SafeText(model.surroundings.clock(at))
        return Fact(
            wordings: ["\(files) as of \(time)", "as of \(time)"].map {
                [mark, Part(text: $0, ink: isFresh ? .text : .busy)]
            })
    }
}

/// Whose files, how they are connected, what needs somebody, and how much can be believed.
enum HeaderView {
    static func draw(_ model: Model, in rect: Rect, _ frame: inout Frame) {
        frame.fill(rect, style: Style(.text, on: .bar))
        for item in HeaderLine(model).items {
            var column = item.columns.lowerBound
            for part in item.parts {
                column += frame.text(
                    part.text, row: rect.row, column: column,
                    width: max(0, min(item.columns.upperBound, rect.endColumn) - column),
                    style: Style(part.ink, on: .bar), ellipsis: model.glyphs.ellipsis)
            }
        }
    }
}
