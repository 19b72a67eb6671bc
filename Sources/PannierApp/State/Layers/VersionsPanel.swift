package import PannierCore
package import PannierScreen

/// What a file has held, the newest first, and which of that it is to hold.
package struct VersionsPanel: Layer {
    package let row: Row
    package let path: RemotePath
    /// Nil until the server has told.
    package private(set) var versions: [FileVersion]?
    package private(set) var cursor = 0
    package private(set) var problem: Problem?
    package private(set) var isBusy = false
    /// Where the list goes on that is not read yet.
    package private(set) var after: VersionID?
    /// Enter was pressed on it once.
    private var armed: VersionID?
    private var isStale = true
    private var isReading = false
    /// Counts the questions: an answer to any but the last one comes too late.
    private var question = 0

    package var context: Context { .versions }

    init(of row: Row, at path: RemotePath) {
        self.row = row
        self.path = path
    }

    /// From `page` on, questions for pages.
    private enum Tag { static let restore = 0, keep = 1, page = 2 }
    static let pageRows = 100

    // MARK: Looking

    package var current: FileVersion? { versions?.first { $0.isCurrent } }
    package var chosen: FileVersion? { versions.flatMap { $0.indices.contains(cursor) ? $0[cursor] : nil } }
    /// What somebody has to decide about.
    package var conflicts: [FileVersion] { versions?.filter { $0.conflict == .open } ?? [] }
    package var hasConflicts: Bool { !conflicts.isEmpty }

    // MARK: Keys

    package mutating func perform(_ action: Action, _ model: Model) -> [Intent]? {
        let wasArmed = armed
        armed = nil
        switch action {
        case .up: cursor -= 1
        case .down: cursor += 1
        case .pageUp: cursor -= 10
        case .pageDown: cursor += 10
        case .top: cursor = 0
        case .bottom: cursor = .max
        case .restore: return restore(model)
        case .open:
            guard let chosen, !chosen.isCurrent, wasArmed != chosen.id else { return restore(model) }
            armed = chosen.id
            return [.tell(Notice("Enter again makes this one current; what is current stays a version"))]
        case .keepCurrent: return keep()
        case .view: return chosen.map { [.open(Preview($0, of: row, at: path))] } ?? []
        case .reread:
            isStale = true
            return []
        default: return nil
        }
        cursor = max(0, min(cursor, (versions?.count ?? 0) - 1))
        return []
    }

    private mutating func restore(_ model: Model) -> [Intent] {
        guard !isBusy, let chosen else { return [] }
        if chosen.isCurrent {
            let more: SafeText = hasConflicts ? ": K keeps it" : ""
            return [.tell(Notice("this is what \(SafeText(row.node.name)) holds\(more)"))]
        }
        isBusy = true
        let words: SafeText =
            "\(SafeText(row.node.name)) holds what \(Self.source(chosen, model)) put there \(Self.moment(chosen, model)); "
            + "what it held is a version"
        return [
            .change(
                .restoreVersion(path: path, version: chosen.id, current: current?.id, expected: row.node.id),
                Deed(words, tag: Tag.restore))
        ]
    }

    private mutating func keep() -> [Intent] {
        guard !isBusy else { return [] }
        guard hasConflicts, let current else { return [.tell(Notice("there is no conflict to settle"))] }
        isBusy = true
        return [
            .change(
                .keepCurrent(path: path, version: current.id, expected: row.node.id),
                Deed("\(SafeText(row.node.name)) stays as it is; what was replaced stays a version", tag: Tag.keep))
        ]
    }

    /// `you`, or the part of an address that people call somebody by.
    package static func person(_ version: FileVersion, _ model: Model) -> SafeText {
        if version.createdBy == model.status?.account?.email { return "you" }
        return SafeText(String(version.createdBy.prefix { $0 != "@" }))
    }

    /// `you on laptop`, `mia`.
    package static func source(_ version: FileVersion, _ model: Model) -> SafeText {
        person(version, model) + (version.device.map { SafeText(" on ") + SafeText($0) } ?? "")
    }

    /// `5m ago`.
    package static func moment(_ version: FileVersion, _ model: Model) -> SafeText {
        if Format.elapsed(since: version.createdAt, now: model.now) < 1_000 { return "just now" }
        return "\(Format.age(since: version.createdAt, now: model.now)) ago"
    }

    // MARK: Answers

    package mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        switch message {
        case .link(.opened): (isStale, isReading, isBusy, problem) = (true, false, false, nil)
        case .link(.event(.foldersChanged(let folders))):
            if folders.map({ row.node.parent.map($0.contains) ?? true }) ?? true { isStale = true }
        default: break
        }
        guard model.link == .open, !isReading else { return [] }
        if isStale {
            isStale = false
            return [read(after: nil)]
        }
        guard let after, let versions, cursor + model.size.rows >= versions.count else { return [] }
        return [read(after: after)]
    }

    private mutating func read(after: VersionID?) -> Intent {
        isReading = true
        question += 1
        if after == nil { self.after = nil }
        return .ask(.versions(path: path, after: after, limit: Self.pageRows), tag: Tag.page + question)
    }

    package mutating func take(_ answer: Result<EngineReply, Problem>, tag: Int, _ model: Model) -> [Intent] {
        guard tag < Tag.page else {
            if tag == Tag.page + question { list(answer) }
            return []
        }
        isBusy = false
        isStale = true
        if case .failure(let problem) = answer { self.problem = problem } else { problem = nil }
        if tag == Tag.restore, problem == nil { cursor = 0 }
        return []
    }

    private mutating func list(_ answer: Result<EngineReply, Problem>) {
        isReading = false
        switch answer {
        case .success(.versions(let page)):
            if after == nil {
                // First the one that somebody has to decide about, so that one key takes it.
                let isFirst = versions == nil
                let id = chosen?.id
                versions = page.versions
                let place = page.versions.firstIndex { isFirst ? $0.conflict == .open : $0.id == id }
                cursor = place ?? min(cursor, max(0, page.versions.count - 1))
            } else {
                versions = (versions ?? []) + page.versions
            }
            after = page.after
        case .success: problem = Problem(.internalError, "The agent gave an answer to something else.")
        case .failure(let problem):
            (self.problem, after) = (problem, nil)
        }
    }

    // MARK: Mouse

    package mutating func point(_ mouse: Mouse, _ model: Model) -> [Intent] {
        let last = max(0, (versions?.count ?? 0) - 1)
        cursor = max(0, min(cursor + mouse.wheel.signum(), last))
        guard let place = mouse.click else { return [] }
        let box = VersionsBox(self, in: model.size)
        guard box.rows.holds(place) else { return [] }
        armed = nil
        cursor = max(0, min(box.top + place.row - box.rows.row, last))
        return []
    }
}
