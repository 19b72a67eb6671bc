import PannierCore
import PannierScreen

// What actions do. Their conditions are the bindings' reasons.
extension Model {
    mutating func perform(_ action: Action) -> [Effect] {
        tour?.did(action)
        if let shelf = shelves.last {
            var isItsOwn = false
            let effects = withLayer(shelf.number) { layer, model in
                guard let intents = layer.perform(action, model) else { return [] }
                isItsOwn = true
                return intents
            }
            if isItsOwn { return effects }
            if action == .back {
                shelves.removeLast()
                return []
            }
        }
        return move(action) ?? look(action) ?? change(action) ?? synchronise(action) ?? manage(action)
    }

    private mutating func move(_ action: Action) -> [Effect]? {
        switch action {
        case .up: panes[focus].move(by: -1)
        case .down: panes[focus].move(by: 1)
        case .pageUp: panes[focus].page(by: -1)
        case .pageDown: panes[focus].page(by: 1)
        case .halfUp: panes[focus].page(by: -0.5)
        case .halfDown: panes[focus].page(by: 0.5)
        case .top: panes[focus].moveToTop()
        case .bottom: panes[focus].moveToBottom()
        case .open: return enter()
        case .parent: _ = panes[focus].leave()
        case .otherPane: focus = (focus + 1) % panes.count
        case .goMyFiles: go(to: .myFiles)
        case .goShared: go(to: .sharedWithMe)
        case .goTrash: panes[focus].goToTrash()
        case .goPath: open(Prompt.path(from: focused))
        default: return nil
        }
        return []
    }

    private mutating func enter() -> [Effect] {
        if focused.isOnParent {
            _ = panes[focus].leave()
        } else if !panes[focus].enter() {
            open(Preview(of: focused))
        }
        return []
    }

    private mutating func look(_ action: Action) -> [Effect]? {
        if let order = RowOrder(action) {
            panes[focus].sort(by: order)
            notice = Notice(order.words)
            return []
        }
        switch action {
        case .mark:
            panes[focus].toggleMark()
            panes[focus].move(by: 1)
        case .visual: return markRange()
        case .markAll: return collect(MarkCollection(isInverting: false), paneAt: focus)
        case .invertMarks: return collect(MarkCollection(isInverting: true), paneAt: focus)
        case .filter: open(Prompt.filter(focused))
        case .find: open(Prompt.find())
        case .findNext: return find(sought ?? "")
        case .findPrevious: return find(sought ?? "", isBackwards: true)
        case .hidden:
            let isHidden = !focused.listing.filter.hidesDotNames
            for index in panes.indices { panes[index].hideDotNames(isHidden) }
            notice = Notice(
                isHidden ? "names that begin with a dot are hidden" : "names that begin with a dot are shown")
        case .info: showsInfo.toggle()
        case .view: open(Preview(of: focused))
        case .versions:
            if let row = focused.row { open(VersionsPanel(of: row, at: focused.path(of: row))) }
        default: return nil
        }
        return []
    }

    /// In the folder of the focused pane, from the cursor on.
    mutating func find(_ text: String, isBackwards: Bool = false) -> [Effect] {
        guard !text.isEmpty else { return [] }
        sought = text
        let from = focused.row?.key(in: focused.order)
        return [
            ask(
                .find(focused.asked, text: text, from: from, isBackwards: isBackwards),
                for: .find(pane: focus, focused.asked))
        ]
    }

    private mutating func manage(_ action: Action) -> [Effect] {
        switch action {
        case .transfers: open(TransfersPanel())
        case .problems: open(ProblemsPanel())
        case .pauseAll: return pauseAll()
        case .theme: open(ThemeChooser(current: theme, all: surroundings.themes))
        case .keys, .actions: open(Help(of: context, actionsOnly: action == .actions))
        case .commandLine: open(Help(commandLineOver: context))
        case .signIn: open(SignIn(server: status?.server, email: nil))
        case .reread: return reread()
        case .repaint: return [.repaint]
        case .suspend: return [.suspend]
        case .back: clear()
        case .leave: return [.leave]
        case .leaveAndStop: open(Question.stopAgent(transfers: transfers.counts.living))
        default: notice = Notice("that has no meaning here")
        }
        return []
    }

    /// Esc, step by step: a range, marks, a filter.
    private mutating func clear() {
        if focused.marks.anchor != nil {
            panes[focus].marks.anchor = nil
        } else if !focused.marks.isEmpty {
            panes[focus].clearMarks()
        } else {
            panes[focus].filter("")
        }
    }

    private mutating func pauseAll() -> [Effect] {
        let isRunning = transfers.counts.going > 0
        let words: SafeText = isRunning ? "all transfers are paused; P goes on" : "all transfers go on"
        let unchanged: SafeText = isRunning ? "nothing to pause: all had ended" : "they go on already"
        return [begin(.control(isRunning ? .pause : .resume, transfers: nil), Deed(words, unchanged: unchanged))]
    }

    private mutating func reread() -> [Effect] {
        if link == .stopped {
            link = .opening
            return [.startAgent]
        }
        touch { _ in true }
        notice = Notice("the server is asked for changes")
        return [ask(.refresh, for: .reread)]
    }
}

extension RowOrder {
    init?(_ action: Action) {
        switch action {
        case .sortName: self.init(.name)
        case .sortSize: self.init(.size)
        case .sortTime: self.init(.time)
        case .sortType: self.init(.type)
        case .sortWho: self.init(.who)
        case .sortNameReversed: self.init(.name, isReversed: true)
        case .sortSizeReversed: self.init(.size, isReversed: true)
        case .sortTimeReversed: self.init(.time, isReversed: true)
        case .sortTypeReversed: self.init(.type, isReversed: true)
        case .sortWhoReversed: self.init(.who, isReversed: true)
        default: return nil
        }
    }

    var words: SafeText {
        switch (key, isReversed) {
        case (.name, false): "sorted by name"
        case (.name, true): "sorted by name, last first"
        case (.size, false): "sorted by size, largest first"
        case (.size, true): "sorted by size, smallest first"
        case (.time, false): "sorted by time, latest first"
        case (.time, true): "sorted by time, oldest first"
        case (.type, false): "sorted by type"
        case (.type, true): "sorted by type, last first"
        case (.who, false): "sorted by who"
        case (.who, true): "sorted by who, last first"
        }
    }
}
