package import PannierCore
package import PannierScreen

/// All that the screen can show. One loop owns it; ``update(_:)`` changes it, views read it.
package struct Model: Sendable {
    package enum Link: Sendable, Hashable {
        case opening
        case open
        case lost(Problem)
        /// Somebody stopped the agent on purpose. None is started until the person asks for it.
        case stopped
    }

    /// What does not change while the screen is open.
    package struct Surroundings: Sendable {
        package var glyphs: Glyphs
        /// Hours, minutes and seconds of a moment, in the person's time zone.
        package var clock: @Sendable (Milliseconds) -> String

        package init(
            glyphs: Glyphs, clock: @escaping @Sendable (Milliseconds) -> String = { Format.clock($0) }
        ) {
            self.glyphs = glyphs
            self.clock = clock
        }
    }

    package let surroundings: Surroundings
    package private(set) var size: Size
    package private(set) var now: Milliseconds
    package private(set) var link = Link.opening
    package private(set) var status: EngineStatus?
    package private(set) var panes = [Pane(.myFiles), Pane(.shared)]
    /// Index of the pane that keys go to.
    package private(set) var focus = 0
    package private(set) var transfers = Transfers()
    package private(set) var notice: Notice?
    /// The list of keys lies on top.
    package private(set) var showsKeys = false

    /// The link was open or sought before it is opened again.
    private var wasLost = false
    /// Esc was the last key: a digit makes it an F-key.
    private var followsEscape = false
    private var tickets = 0
    /// The ticket under which the server is being asked for changes.
    private var rereading: Int?

    package init(size: Size, now: Milliseconds, surroundings: Surroundings) {
        self.size = size
        self.now = now
        self.surroundings = surroundings
        settle()
    }

    package var focused: Pane { panes[focus] }
    package var glyphs: Glyphs { surroundings.glyphs }
    package var strip: [Transfers.Item] { transfers.shown(now: now) }
    package var layout: Layout { Layout(size: size, transfers: strip.count) }
    package var bindings: [Binding] { showsKeys ? Bindings.list : Bindings.panes }

    /// Milliseconds after which something on the screen changes by itself.
    package var patience: Int { transfers.needsClock(now: now) || hasYoungRows ? 1_000 : 15_000 }

    private var hasYoungRows: Bool {
        panes.contains { pane in
            (pane.top..<pane.top + pane.height).contains { line in
                pane.row(atLine: line).map { Format.elapsed(since: $0.node.changedAt, now: now) < 60_000 } ?? false
            }
        }
    }

    // MARK: Update

    package mutating func update(_ message: Message) -> [Effect] {
        var effects: [Effect] = []
        switch message {
        case .key(let key): effects = press(key)
        case .resized(let size): self.size = size
        case .time(let now): self.now = now
        case .link(let news): take(news)
        }
        settle()
        return effects + asks()
    }

    /// Fits what depends on the size of the screen.
    private mutating func settle() {
        let height = layout.paneLines
        for index in panes.indices { panes[index].fit(height: height) }
    }

    private mutating func asks() -> [Effect] {
        guard link == .open else { return [] }
        return panes.indices.compactMap { index in
            guard let command = panes[index].ask(ticket: tickets + 1) else { return nil }
            tickets += 1
            return .send(ticket: tickets, command)
        }
    }

    // MARK: Link

    private mutating func take(_ news: LinkNews) {
        switch news {
        case .opened:
            if wasLost { notice = Notice("the agent is back") }
            wasLost = false
            link = .open
            // What is true comes again with the first events; what was cleared meanwhile does not.
            transfers = Transfers()
            for index in panes.indices { panes[index].touch() }
        case .lost(let problem):
            link = .lost(problem)
            wasLost = true
            for index in panes.indices { panes[index].forgetPending() }
        case .stopped: stopped()
        case .event(let event): take(event)
        case .answer(let ticket, let result): answer(ticket, result)
        }
    }

    private mutating func take(_ event: EngineEvent) {
        switch event {
        case .status(let new):
            let isNewAccount = new.account?.id != status?.account?.id
            status = new
            if isNewAccount { touch { _ in true } }
        case .foldersChanged(let folders):
            let root = status?.account?.root
            touch { pane in folders.map { pane.shows($0, root: root) } ?? true }
        case .sharedChanged:
            touch { $0.path.space == .shared }
        case .transfers(let states):
            for ended in transfers.update(states, now: now) { notice = Notice(ended: ended) }
        case .transfersCleared(let ids): transfers.clear(ids)
        case .estimate: break
        case .stopping: stopped()
        }
    }

    private mutating func stopped() {
        link = .stopped
        wasLost = true
        notice = nil
        for index in panes.indices { panes[index].forgetPending() }
    }

    private mutating func touch(where condition: (Pane) -> Bool) {
        for index in panes.indices where condition(panes[index]) { panes[index].touch() }
    }

    private mutating func answer(_ ticket: Int, _ result: Result<EngineReply, Problem>) {
        guard let index = panes.firstIndex(where: { $0.awaits(ticket) }) else {
            return answerToReread(ticket, result)
        }
        switch result {
        case .success(.rows(let page)): panes[index].accept(page)
        case .success:
            panes[index].fail(Problem(.internalError, "The agent gave an answer to something else."))
        case .failure(let problem): fail(paneAt: index, problem)
        }
    }

    private mutating func answerToReread(_ ticket: Int, _ result: Result<EngineReply, Problem>) {
        // Anything else was asked on a link that has gone since.
        guard ticket == rereading else { return }
        rereading = nil
        switch result {
        case .success: notice = Notice("everything the server has told is here")
        case .failure(let problem): notice = Notice(problem)
        }
    }

    private mutating func fail(paneAt index: Int, _ problem: Problem) {
        let path = panes[index].path
        panes[index].fail(problem)
        guard [.notFound, .notFolder].contains(problem.code), panes[index].leave() else { return }
        notice = Notice("\(SafeText(path)) is not there any more: deleted, moved, or no longer shared", kind: .problem)
    }

    // MARK: Keys

    private mutating func press(_ pressed: Key) -> [Effect] {
        let key = translated(pressed)
        followsEscape = key == .escape
        guard let binding = bindings.first(where: { $0.keys.contains(key) }) else {
            let advice: SafeText = showsKeys ? "Esc closes the list" : "q leaves, ? keys"
            notice = Notice("no such key here: \(key.name); \(advice)")
            return []
        }
        notice = nil
        if let reason = binding.reason(self) {
            notice = Notice(reason)
            return []
        }
        return perform(binding.action)
    }

    /// Esc, then a digit: the F-key of that number, for terminals that keep F-keys for themselves.
    private func translated(_ key: Key) -> Key {
        guard followsEscape, case .character(let character) = key, let digit = character.wholeNumberValue else {
            return key
        }
        return .function(digit == 0 ? 10 : digit)
    }

    private mutating func perform(_ action: Action) -> [Effect] {
        switch action {
        case .up: panes[focus].move(by: -1)
        case .down: panes[focus].move(by: 1)
        case .pageUp: panes[focus].page(by: -1)
        case .pageDown: panes[focus].page(by: 1)
        case .halfUp: panes[focus].page(by: -0.5)
        case .halfDown: panes[focus].page(by: 0.5)
        case .top: panes[focus].moveToTop()
        case .bottom: panes[focus].moveToBottom()
        case .open: open()
        case .parent: _ = panes[focus].leave()
        case .otherPane: focus = (focus + 1) % panes.count
        case .reread: return reread()
        case .repaint: return [.repaint]
        case .suspend: return [.suspend]
        case .keys: showsKeys = true
        case .back: showsKeys = false
        case .leave: return [.leave]
        }
        return []
    }

    private mutating func open() {
        _ = panes[focus].isOnParent ? panes[focus].leave() : panes[focus].enter()
    }

    private mutating func reread() -> [Effect] {
        if link == .stopped {
            link = .opening
            return [.startAgent]
        }
        touch { _ in true }
        notice = Notice("the server is asked for changes")
        tickets += 1
        rereading = tickets
        return [.send(ticket: tickets, .refresh)]
    }
}
