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

    /// Something that lies over the panes, with a number of its own: answers find their way by it.
    package struct Shelf: Sendable {
        package let number: Int
        package internal(set) var layer: any Layer
    }

    package struct Clipboard: Sendable, Hashable {
        package var paths: [RemotePath]
        /// What stood there when it was taken.
        package var nodes: [NodeID]
        package var isCut: Bool
    }

    /// Whom an answer of the agent is for; panes know their own tickets.
    enum Recipient: Sendable {
        case layer(number: Int, tag: Int)
        /// With the command, which may have to be sent again.
        case deed(Deed, EngineCommand)
        case reread
        /// The account's figures; what came of it stands in the status.
        case figures
        /// What is held, to be consented to.
        case approval
        /// The same, to be brought back.
        case bringingBack
        case find(pane: Int, Listing)
        case marks(pane: Int, MarkCollection)
    }

    package var surroundings: Surroundings
    package let settings: ScreenSettings
    package internal(set) var size: Size
    package internal(set) var now: Milliseconds
    package internal(set) var link = Link.opening
    package internal(set) var status: EngineStatus?
    /// Nil: there is no synced folder, as far as is known.
    package internal(set) var sync: SyncState?
    package internal(set) var panes = [Pane(.myFiles), Pane(.shared)]
    /// Index of the pane that keys go to.
    package internal(set) var focus = 0
    package internal(set) var transfers = Transfers()
    /// What the strip shows, as of the last update.
    package private(set) var strip = Transfers.Strip()
    package internal(set) var rates = RateHistory()
    package internal(set) var notice: Notice? { didSet { noticeSince = now } }
    /// Since when it is said; while a field has its line, it is not.
    var noticeSince: Milliseconds = 0
    /// The last one is on top and takes the keys.
    package internal(set) var shelves: [Shelf] = []
    package internal(set) var clipboard: Clipboard?
    /// What was sought last.
    package internal(set) var sought: String?
    package internal(set) var showsInfo = true
    /// The name of the theme that is shown.
    package internal(set) var theme: String
    /// Keys that were pressed and lead on to others, and since when.
    package internal(set) var prefix: [Key] = []
    package internal(set) var prefixSince: Milliseconds = 0
    package internal(set) var keymap: Keymap
    /// In a demonstration.
    package internal(set) var tour: Tour?

    /// The link was open or sought before it is opened again.
    var wasLost = false
    /// When Esc was pressed, if it was the last key: a digit soon after makes it an F-key.
    var escapedAt: Milliseconds?
    var tickets = 0
    var recipients: [Int: Recipient] = [:]
    /// Changes that were under way when the link went.
    var interrupted: [(EngineCommand, Deed)] = []
    var shelfNumbers = 0
    /// Something has ended that changed how much space is used.
    var hasStaleFigures = false
    /// The sign-in was offered already.
    var hasOfferedSignIn = false
    /// Somebody wants to leave, and waits for the agent's end.
    var leavesWhenStopped = false

    package init(
        size: Size, now: Milliseconds, surroundings: Surroundings, settings: ScreenSettings = ScreenSettings()
    ) {
        self.size = size
        self.now = now
        self.surroundings = surroundings
        theme = settings.theme
        tour = surroundings.isDemo ? Tour() : nil
        keymap = settings.keymap
        self.settings = settings
        for index in panes.indices {
            panes[index].hideDotNames(settings.hidesDotFiles)
            panes[index].sort(by: settings.order)
        }
        if let problem = settings.problems.first {
            notice = Notice(problem, kind: .problem)
        }
        settle()
    }

    // MARK: Looking

    package var focused: Pane { panes[focus] }
    package var otherPane: Pane { panes[(focus + 1) % panes.count] }
    package var glyphs: Glyphs { surroundings.glyphs }
    package var layout: Layout {
        Layout(
            size: size, transfers: strip.count, showsInfo: showsInfo, hasFunctionKeys: settings.showsFunctionKeys)
    }
    package var context: Context { shelves.last?.layer.context ?? .panes }
    package var bindings: [Binding] { keymap.bindings(in: context) }
    /// The topmost layer.
    package var top: (any Layer)? { shelves.last?.layer }

    /// What keys of the transfers panel work on.
    package var transferUnderCursor: TransferState? {
        guard let panel = shelves.last(where: { $0.layer is TransfersPanel })?.layer as? TransfersPanel else {
            return nil
        }
        return panel.item(self)?.state
    }

    /// Milliseconds after which something on the screen changes by itself.
    package var patience: Int {
        if !prefix.isEmpty, !showsWhichKey { return max(1, Int(Self.whichKeyAfter - (now - prefixSince))) }
        let patience = transfers.needsClock(now: now) || hasYoungRows ? 1_000 : 15_000
        return noticeExpiry.map { min(patience, max(1, Int($0 - now))) } ?? patience
    }

    /// The keys that may follow are shown.
    package var showsWhichKey: Bool { !prefix.isEmpty && now - prefixSince >= Self.whichKeyAfter }
    static let whichKeyAfter: Milliseconds = 300

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
        case .theme(let name):
            theme = name
            effects = [.theme(name)]
        case .look(let theme): effects = [.look(theme)]
        case .time(let now):
            self.now = now
            expireNotice()
            rates.sample(transfers, now: now)
        case .link(let news): effects = take(news)
        }
        settle()
        return effects + settleLayers(after: message) + asks()
    }

    /// Fits what depends on the size of the screen.
    mutating func settle() {
        strip = transfers.strip(now: now)
        let height = layout.paneLines
        for index in panes.indices { panes[index].fit(height: height) }
    }

    private mutating func settleLayers(after message: Message) -> [Effect] {
        var effects: [Effect] = []
        for number in shelves.map(\.number) {
            effects += withLayer(number) { layer, model in layer.settle(model, after: message) }
        }
        return effects
    }

    private mutating func asks() -> [Effect] {
        guard link == .open else { return [] }
        var effects: [Effect] = []
        if hasStaleFigures {
            hasStaleFigures = false
            effects.append(ask(.freshStatus, for: .figures))
        }
        return effects
            + panes.indices.compactMap { index in
                guard let command = panes[index].ask(ticket: tickets + 1) else { return nil }
                tickets += 1
                return .send(ticket: tickets, command)
            }
    }

    mutating func ask(_ command: EngineCommand, for recipient: Recipient) -> Effect {
        tickets += 1
        recipients[tickets] = recipient
        return .send(ticket: tickets, command)
    }

    mutating func touch(where condition: (Pane) -> Bool) {
        for index in panes.indices where condition(panes[index]) { panes[index].touch() }
    }
}

/// What does not change while the screen is open.
extension Model {
    package struct Surroundings: Sendable {
        package var glyphs: Glyphs
        package var themes: [String]
        /// Where a picker of local files begins: absolute.
        package var folder: LocalPath
        /// The person's own folder; `~` on the screen.
        package var home: LocalPath?
        /// What a sign-in calls this machine.
        package var device: String
        package var isDemo: Bool
        /// Where the person's settings stand, as people read it.
        package var settingsFile: String
        /// A moment in the person's time zone: hours, minutes and seconds; what is not of today with its date.
        package var clock: @Sendable (Milliseconds) -> String

        package init(
            glyphs: Glyphs, themes: [String] = [], folder: LocalPath = LocalPath("/"), home: LocalPath? = nil,
            device: String = "this machine", isDemo: Bool = false, settingsFile: String = "config.toml",
            clock: @escaping @Sendable (Milliseconds) -> String = { Format.moment($0) }
        ) {
            self.glyphs = glyphs
            self.themes = themes
            self.folder = folder
            self.home = home
            self.device = device
            self.isDemo = isDemo
            self.settingsFile = settingsFile
            self.clock = clock
        }
    }
}

/// What the person's files and options say.
package struct ScreenSettings: Sendable {
    package var theme = "pannier-dark"
    package var hidesDotFiles = true
    package var order = RowOrder()
    package var asksBeforeTrash = false
    package var showsFunctionKeys = false
    package var keymap = Keymap.standard
    /// What is wrong with the files, each with file, line and reason.
    package var problems: [SafeText] = []
    package init() {}
}
