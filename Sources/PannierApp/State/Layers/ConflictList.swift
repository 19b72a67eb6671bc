import PannierCore

/// Files with conflicts, as the problems panel lists them: read anew whenever that may have changed, one question at a time.
struct ConflictList: Sendable {
    private(set) var rows: [Row] = []
    private var isStale = true
    private var isAsking = false
    /// How many there were when they were asked for.
    private var count = 0

    /// Those that are listed; more are counted.
    static let shown = 200

    /// What to ask for now.
    mutating func settle(_ model: Model, after message: Message) -> EngineCommand? {
        let count = model.status?.conflictCount ?? 0
        switch message {
        case .link(.opened): (isStale, isAsking) = (true, false)
        case .link(.event(.foldersChanged)): isStale = true
        default: if count != self.count { isStale = true }
        }
        self.count = count
        guard count > 0 else {
            rows = []
            return nil
        }
        guard isStale, !isAsking else { return nil }
        (isStale, isAsking) = (false, true)
        return .conflicts(limit: Self.shown)
    }

    mutating func take(_ page: RowPage) {
        isAsking = false
        rows = count > 0 ? page.rows : []
    }

    mutating func fail() { isAsking = false }
}

extension ProblemsPanel.Item {
    /// A file that was changed in two places at once.
    init?(conflict row: Row, _ model: Model) {
        guard let path = row.origin else { return nil }
        let count = row.node.content?.conflicts ?? 0
        let isOwn = row.node.changedBy == model.status?.account?.email
        let whose = isOwn ? "your own" : "by \(row.node.changedBy)"
        let others = count > 1 ? "The \(count) others are" : "The other one is"
        self.init(
            matter: .conflict(path, row), title: SafeText(path),
            problem: Problem(
                .conflict,
                "It was changed in two places at once; the later change, \(whose), is current.",
                detail: "\(others) kept as \(count > 1 ? "versions" : "a version"), and nothing is lost. "
                    + "Enter shows them, x leaves the file as it is."))
    }
}
