import PannierCore
import PannierScreen

/// Whose files, how they are connected, and how much can be believed. What does not fit is left out, least important
/// first.
enum HeaderView {
    /// Words of one role.
    private struct Part {
        var text: SafeText
        var ink: ColourRole
    }

    static func draw(_ model: Model, in rect: Rect, _ frame: inout Frame) {
        frame.fill(rect, style: Style(.text, on: .bar))
        var column = rect.column + 1
        put([Part(text: "pannier", ink: .accent)], at: &column, upTo: rect.endColumn, &frame)
        column += 2
        let facts = facts(of: model)
        let connection = facts[0].reduce(0) { $0 + CellWidth.of($1.text) }
        if let account = model.status?.account {
            let room = rect.endColumn - column - connection - 3
            let email = SafeText(account.email)
            column += frame.text(
                email, row: rect.row, column: column, width: max(0, room), style: Style(.strong, on: .bar),
                ellipsis: model.glyphs.ellipsis)
        }
        var shown = facts
        while shown.count > 1, width(of: shown) > rect.endColumn - 1 - column - gap { shown.removeLast() }
        column = max(column + gap, rect.endColumn - 1 - width(of: shown))
        for fact in shown {
            put(fact, at: &column, upTo: rect.endColumn, &frame)
            column += gap
        }
    }

    private static let gap = 3

    private static func width(of facts: [[Part]]) -> Int {
        facts.reduce(0) { sum, fact in sum + fact.reduce(0) { $0 + CellWidth.of($1.text) } } + gap * (facts.count - 1)
    }

    private static func put(_ parts: [Part], at column: inout Int, upTo end: Int, _ frame: inout Frame) {
        for part in parts {
            column += frame.text(
                part.text, row: 0, column: column, width: max(0, end - column), style: Style(part.ink, on: .bar))
        }
    }

    /// The most important first.
    private static func facts(of model: Model) -> [[Part]] {
        let glyphs = model.glyphs
        guard let status = model.status else { return [linkOnly(model)] }
        var facts = [model.link == .open ? connection(status, glyphs) : linkOnly(model)]
        if status.account != nil { facts.append(verified(status, model)) }
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

    /// The list of files equals the server's as of then; their contents are not what this is about.
    private static func verified(_ status: EngineStatus, _ model: Model) -> [Part] {
        let count = Format.count(status.fileCount)
        let files: SafeText = status.fileCount == 1 ? "1 file" : "\(count) files"
        guard let at = status.verifiedAt else { return [Part(text: "\(files), not yet checked", ink: .busy)] }
        let isFresh = model.link == .open && [.live, .polled].contains(status.connection)
        return [
            Part(text: "\(model.glyphs.verified) ", ink: isFresh ? .good : .quiet),
            Part(text: "\(files) as of \(model.surroundings.clock(at))", ink: isFresh ? .text : .busy),
        ]
    }
}
