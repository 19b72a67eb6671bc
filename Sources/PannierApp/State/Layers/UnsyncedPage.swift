import PannierCore

/// The first of what cannot be synchronised, or of what is merely left out, as the agent told it.
struct UnsyncedPage: Sendable {
    /// Listed; more are counted.
    static let shown = 200

    let isLeftOut: Bool
    let tag: Int
    private(set) var problems: [SyncProblem] = []
    /// What was read may not hold any more.
    private var isStale = true
    private var isAsked = false

    init(isLeftOut: Bool, tag: Int) {
        self.isLeftOut = isLeftOut
        self.tag = tag
    }

    /// Asked anew whenever it is told how the folder stands; one question at a time.
    mutating func settle(count: Int64, after message: Message) -> [Intent] {
        switch message {
        case .link(.opened): (isStale, isAsked) = (true, false)
        case .link(.event(.sync)): isStale = true
        default: break
        }
        guard count > 0 else {
            problems = []
            return []
        }
        guard isStale, !isAsked else { return [] }
        (isStale, isAsked) = (false, true)
        return [.ask(.syncProblems(after: nil, limit: Self.shown, leftOut: isLeftOut), tag: tag)]
    }

    mutating func take(_ answer: Result<EngineReply, Problem>) -> [Intent] {
        isAsked = false
        switch answer {
        case .success(.syncProblems(let page)): problems = page.problems
        case .success: break
        case .failure(let problem): return [.tell(Notice(problem))]
        }
        return []
    }
}
