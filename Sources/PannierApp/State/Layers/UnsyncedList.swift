import PannierCore

/// What of the synced folder stands among the problems: the folder itself, deletions that wait, what cannot be
/// synchronised as it is; and behind all of them, what is to be known, and what is merely left out.
struct UnsyncedList: Sendable {
    private var problems = UnsyncedPage(isLeftOut: false, tag: -2)
    private var leftOut = UnsyncedPage(isLeftOut: true, tag: -3)

    /// By which the panel knows the answers to its questions.
    static let tags = [-2, -3]

    // MARK: Reading

    mutating func settle(_ model: Model, after message: Message) -> [Intent] {
        problems.settle(count: model.sync.map { $0.problems + $0.notes } ?? 0, after: message)
            + leftOut.settle(count: model.sync?.leftOut.total ?? 0, after: message)
    }

    mutating func take(_ answer: Result<EngineReply, Problem>, _ tag: Int) -> [Intent] {
        tag == problems.tag ? problems.take(answer) : leftOut.take(answer)
    }

    // MARK: Listing

    func items(_ model: Model) -> [ProblemsPanel.Item] {
        guard model.link == .open, let state = model.sync else { return [] }
        var items: [ProblemsPanel.Item] = []
        for problem in [state.problem, state.refusal].compactMap(\.self) {
            items.append(.init(matter: .folder, title: SafeText(state.folder.description), problem: problem))
        }
        if state.held > 0 {
            items.append(.init(matter: .deletions, title: "Deletions that wait", problem: .held(state)))
        }
        if state.unheard > 0, state.phase != .stopped {
            items.append(.init(matter: .watching, title: "Folders that are not watched", problem: .unwatched(state)))
        }
        return items + listed(problems.problems.filter { !$0.isNote }, state)
    }

    /// What is told, and waits for nobody.
    func noteItems(_ model: Model) -> [ProblemsPanel.Item] {
        guard model.link == .open, let state = model.sync else { return [] }
        return listed(problems.problems.filter(\.isNote), state)
    }

    func leftOutItems(_ model: Model) -> [ProblemsPanel.Item] {
        guard model.link == .open, let state = model.sync else { return [] }
        return listed(leftOut.problems, state, isLeftOut: true)
    }

    private func listed(
        _ problems: [SyncProblem], _ state: SyncState, isLeftOut: Bool = false
    ) -> [ProblemsPanel.Item] {
        problems.map { problem in
            let title = problem.path.bytes.isEmpty ? state.folder.description : problem.path.description
            return .init(
                matter: .unsynced(problem.path), title: SafeText(title), problem: problem.problem,
                isLeftOut: isLeftOut)
        }
    }

    // MARK: Mending

    static func mend(_ matter: ProblemsPanel.Item.Matter, _ action: Action) -> [Intent] {
        switch (matter, action) {
        case (.deletions, .clearDone):
            [.tell(Notice("y approves them; u brings back what is missing"))]
        case (.deletions, _): [.perform(.approve)]
        case (.watching, _):
            [.tell(Notice("changes in them are found all the same, only later; man pannier says more"))]
        case (.unsynced(let path), .open): open(path)
        case (.unsynced, .clearDone):
            [.tell(Notice("it goes when that is mended; a line in .pannierignore leaves a name out"))]
        default: [.tell(Notice("it is tried again by itself; what to do stands with it"))]
        }
    }

    private static func open(_ path: LocalPath) -> [Intent] {
        do throws(RemotePathError) {
            let remote = try RemotePath(parsing: [UInt8(ascii: "/")] + path.bytes)
            return [.close, .go(remote.parent ?? remote)]
        } catch {
            return [.tell(Notice("it is on this disk alone: \(SafeText(path.description))"))]
        }
    }
}

extension Problem {
    fileprivate static func unwatched(_ state: SyncState) -> Problem {
        let count = state.unheard == 1 ? "1 folder" : "\(Format.count(Int64(state.unheard))) folders"
        return Problem(
            .unavailable, "This machine does not tell of changes in \(count): \(state.watchWords).",
            detail: "Nothing is missed, only found later. To have it told, raise the limit: "
                + "`sudo sysctl fs.inotify.max_user_watches=1048576`, then `pannier agent --stop`.", status: 0)
    }

    fileprivate static func held(_ state: SyncState) -> Problem {
        Problem(
            .deletionsHeld, "\(Words.deletions(here: state.heldHere, there: state.heldThere)) wait for your word.",
            detail:
                "So many at once may be a mistake. y shows them and asks; u brings back what is missing. Everything else "
                + "goes on.", status: 0)
    }
}
