import PannierCore

// What comes from the agent.
extension Model {
    mutating func take(_ news: LinkNews) -> [Effect] {
        switch news {
        case .opened: return opened()
        case .lost(let problem):
            link = .lost(problem)
            wasLost = true
            transfers.halt()
            forgetPending()
            if leavesWhenStopped { return [.leave] }
        case .stopped:
            stopped()
            if leavesWhenStopped { return [.leave] }
        case .event(let event): take(event)
        case .answer(let ticket, let result): return answer(ticket, result)
        }
        return []
    }

    private mutating func opened() -> [Effect] {
        if wasLost { notice = Notice("the agent is back") }
        wasLost = false
        link = .open
        // What is true comes again with the first events; what was cleared meanwhile does not.
        transfers = Transfers()
        for index in panes.indices { panes[index].touch() }
        return [ask(.freshStatus, for: .figures)] + goOn()
    }

    /// What was under way when the link went is asked again where that does no harm; the agent knows it by its key.
    private mutating func goOn() -> [Effect] {
        let deeds = interrupted
        interrupted = []
        return deeds.flatMap { command, deed -> [Effect] in
            if command.mayBeRepeated { return [ask(command, for: .deed(deed, command))] }
            if case .stop = command { return [] }
            let problem = Problem(
                .agentUnreachable, "The agent died, and another one was started.",
                detail: "Whether this was begun is not known. Look before you do it again.", status: 0)
            return conclude(deed, .failure(problem))
        }
    }

    private mutating func forgetPending() {
        for index in panes.indices { panes[index].forgetPending() }
        for (_, recipient) in recipients.sorted(by: { $0.key < $1.key }) {
            if case .deed(let deed, let command) = recipient { interrupted.append((command, deed)) }
        }
        recipients = [:]
    }

    private mutating func take(_ event: EngineEvent) {
        switch event {
        case .status(let new):
            let isNewAccount = new.account?.id != status?.account?.id
            status = new
            if isNewAccount {
                touch { _ in true }
                clipboard = nil
            }
            offerSignIn(new)
        case .foldersChanged(let folders):
            let root = status?.account?.root
            touch { pane in folders.map { pane.shows($0, root: root) } ?? true }
        case .sharedChanged:
            touch { $0.path.space == .shared }
        case .transfers(let states):
            for ended in transfers.update(states, now: now) {
                notice = Notice(ended: ended)
                hasStaleFigures = true
            }
        case .transfersCleared(let ids): transfers.clear(ids)
        // Layers look at it themselves.
        case .estimate: break
        case .sync(let state): take(state)
        case .stopping: stopped()
        }
    }

    /// Once: whoever looks at what is there without signing in is not asked again.
    private mutating func offerSignIn(_ status: EngineStatus) {
        guard status.connection == .signedOut, !hasOfferedSignIn, shelves.isEmpty else { return }
        hasOfferedSignIn = true
        open(SignIn(server: status.server, email: nil))
    }

    private mutating func stopped() {
        link = .stopped
        wasLost = true
        transfers.halt()
        notice = nil
        forgetPending()
    }

    // MARK: Answers

    private mutating func answer(_ ticket: Int, _ result: Result<EngineReply, Problem>) -> [Effect] {
        if let index = panes.firstIndex(where: { $0.awaits(ticket) }) {
            answer(paneAt: index, result)
            return []
        }
        // Anything else was asked on a link that has gone since.
        guard let recipient = recipients.removeValue(forKey: ticket) else { return [] }
        switch recipient {
        case .layer(let number, let tag):
            return withLayer(number) { layer, model in layer.take(result, tag: tag, model) }
        case .deed(let deed, let command):
            // The link fails what is under way before it is told that the agent has gone.
            if case .failure(let problem) = result, problem.code == .agentUnreachable {
                interrupted.append((command, deed))
                return []
            }
            var deed = deed
            deed.sources = command.sourcePaths
            return conclude(deed, result)
        case .reread:
            switch result {
            case .success: notice = Notice("everything the server has told is here")
            case .failure(let problem): notice = Notice(problem)
            }
            return []
        case .figures:
            if case .success(.status(let status)) = result { take(.status(status)) }
            return []
        case .approval:
            ask(Question.approve, about: result)
            return []
        case .bringingBack:
            ask(Question.bringBack, about: result)
            return []
        case .find(let pane, let listing):
            // Somebody has gone elsewhere meanwhile.
            if panes[pane].asked == listing { found(result, paneAt: pane) }
            return []
        case .marks(let pane, let collection): return collect(collection, result, paneAt: pane)
        }
    }

    private mutating func answer(paneAt index: Int, _ result: Result<EngineReply, Problem>) {
        switch result {
        case .success(.rows(let page)):
            panes[index].accept(page, verified: status?.verifiedAt != nil)
            tellNews(of: panes[index])
        case .success:
            panes[index].fail(Problem(.internalError, "The agent gave an answer to something else."))
        case .failure(let problem): fail(paneAt: index, problem)
        }
    }

    /// What somebody else did in what is looked at.
    private mutating func tellNews(of pane: Pane) {
        let others = pane.news.filter { $0.row.node.changedBy != status?.account?.email }
        guard let news = others.first, notice?.kind != .problem else { return }
        let more: SafeText = others.count > 1 ? " and \(others.count - 1) more" : ""
        let name = SafeText(news.row.node.name)
        if news.isNew, pane.path == .sharedWithMe {
            notice = Notice("\(SafeText(news.row.owner ?? news.row.node.changedBy)) shares \(name)\(more) with you")
        } else {
            let verb: SafeText = news.isNew ? "put \(name)\(more) here" : "changed \(name)\(more)"
            notice = Notice("\(SafeText(news.row.node.changedBy)) \(verb)")
        }
    }

    private mutating func fail(paneAt index: Int, _ problem: Problem) {
        let path = panes[index].path
        if panes[index].goBack() {
            notice = Notice(problem)
            return
        }
        panes[index].fail(problem)
        guard [.notFound, .notFolder].contains(problem.code), panes[index].leave() else { return }
        notice = Notice("\(SafeText(path)) is not there any more: deleted, moved, or no longer shared", kind: .problem)
    }

    private mutating func found(_ result: Result<EngineReply, Problem>, paneAt index: Int) {
        switch result {
        case .success(.found(let row?)): panes[index].jump(to: row)
        case .success: notice = Notice("nothing here is called “\(SafeText(sought ?? ""))”")
        case .failure(let problem): notice = Notice(problem)
        }
    }

    /// Tells how a change of the tree came out.
    mutating func end(_ deed: Deed, _ result: Result<EngineReply, Problem>) -> [Effect] {
        switch result {
        case .failure(let problem):
            notice = Notice(problem)
            leavesWhenStopped = false
        case .success(.refused(let refusals)): tell(deed, refusals, "went through")
        case .success(.started(let ids, let refusals)):
            var deed = deed
            if !ids.isEmpty { deed.done = deed.begun ?? deed.done }
            tell(deed, refusals, "set out: w shows it")
        case .success(.restored(let restored, let refusals)):
            if refusals.isEmpty, restored.count == 1, let one = restored.first {
                notice = Notice("taken out of the trash: \(SafeText(one.path))")
            } else {
                tell(deed, refusals, "came out of the trash")
            }
        case .success(.changed([])): notice = Notice(deed.unchanged ?? "nothing had to be changed")
        case .success: notice = Notice(deed.done)
        }
        // What it changed is in the mirror by now, whether or not an event told of it.
        touch { _ in true }
        guard case .success = result else { return [] }
        if case .success(.refused(let refusals)) = result, !refusals.isEmpty { return [] }
        // Something else may have been taken meanwhile.
        if let pasted = deed.pasted, pasted == clipboard { clipboard = nil }
        if let seek = deed.seek, panes[focus].asked == deed.listing { panes[focus].seek(seek) }
        return []
    }

    /// - Parameter words: of what was not refused.
    private mutating func tell(_ deed: Deed, _ refusals: [Refusal], _ words: SafeText) {
        guard let first = refusals.first else { return notice = Notice(deed.done) }
        let others = refusals.count - 1
        let more: SafeText =
            others > 0 ? " (and \(Format.count(Int64(others))) more \(others == 1 ? "was" : "were") refused)" : ""
        let count = deed.untouched(by: refusals)
        let rest: SafeText = count > 0 ? " The other \(count == 1 ? "one" : Format.count(Int64(count))) \(words)." : ""
        notice = Notice("\(SafeText(first.problem.onScreen.description))\(more)\(rest)", kind: .problem)
    }
}

extension Deed {
    /// Of how many things nothing was refused: neither they nor what lies in them.
    fileprivate func untouched(by refusals: [Refusal]) -> Int {
        guard !sources.isEmpty else { return max(0, count - refusals.count) }
        var refused: Set<String> = []
        for refusal in refusals {
            var path = Substring(refusal.path)
            while refused.insert(String(path)).inserted, let slash = path.lastIndex(of: "/") { path = path[..<slash] }
        }
        return sources.count { !refused.contains($0) }
    }
}

extension EngineCommand {
    /// What it is to do something with, as refusals name it; empty: they name something else.
    fileprivate var sourcePaths: [String] {
        switch self {
        case .move(let sources, _, _, _, _), .copy(let sources, _, _, _, _), .trash(let sources, _, _),
            .get(let sources, _), .makeFolders(let sources, _, _):
            sources.map(\.description)
        case .put(let sources, _): sources.map(\.description)
        default: []
        }
    }
}
