import PannierCore
import PannierScreen

// The keys of panels and dialogs.
extension Bindings {
    static let transfers: [Binding] =
        list + [
            Binding([.left, .character("h")], .left, "map: cell to the left", .moving),
            Binding([.right, .character("l")], .right, "map: cell to the right", .moving),
            Binding([.enter, .tab], .chunk, "list or chunk map", .looking, hint: 0, brief: "map"),
            Binding(
                [.character("p"), .character(" ")], .pause, "pause or go on", .transfers, hint: 1, brief: "pause",
                command: "pannier pause ID", now: { $0.transferUnderCursor?.state == .paused ? "go on" : "pause" },
                reason: Reasons.hasEnded),
            Binding(
                [.character("P")], .pauseAll, "pause all, or go on", .transfers, hint: 2, brief: "pause all",
                command: "pannier pause", now: { $0.transfers.counts.going > 0 ? "pause all" : "all go on" },
                reason: Reasons.nothingToPause),
            Binding(
                [.character("x"), .character("d"), .delete], .cancel, "cancel", .transfers, hint: 3,
                command: "pannier cancel ID", reason: Reasons.hasEnded),
            Binding(
                [.character("r")], .retry, "try again", .transfers, hint: 4, command: "pannier retry ID",
                reason: Reasons.nothingFailed),
            Binding([.character("K")], .earlier, "earlier in the queue", .transfers, reason: Reasons.hasEnded),
            Binding([.character("J")], .later, "later in the queue", .transfers, reason: Reasons.hasEnded),
            Binding(
                [.character("n")], .first, "now, before all others", .transfers, hint: 6, brief: "first",
                reason: Reasons.hasEnded),
            Binding(
                [.character("-")], .slower, "slower: a lower limit", .transfers, hint: 7, brief: "limit",
                command: "pannier limit", reason: Reasons.noAgent),
            Binding(
                [.character("+"), .character("=")], .faster, "faster: a higher limit, or none", .transfers,
                command: "pannier limit", reason: Reasons.noAgent),
            Binding(
                [.character("c")], .clearDone, "clear what is done or was cancelled", .transfers, hint: 8,
                brief: "clear"),
            Binding(
                [.character("L"), .character("!")], .log, "what went wrong", .transfers, hint: 5, brief: "why",
                now: { $0.transferUnderCursor.map(Reasons.hasProblem) ?? false ? "why" : nil },
                reason: Reasons.noTransfer),
            Binding([.character("w")], .back, "back", .screen),
        ] + panelEnd

    static let picker: [Binding] =
        list + [
            Binding(
                [.enter, .character("l"), .right], .open, "open, or choose the file", .going, hint: 1, brief: "open"),
            Binding([.character("h"), .left, .backspace], .parent, "folder above", .going),
            Binding([.character("/")], .goPath, "type a path", .going, hint: 4, brief: "path"),
            Binding([.character(" "), .insert], .mark, "mark", .choosing, hint: 2, reason: Reasons.comesHere),
            Binding([.character("f")], .filter, "filter as you type", .looking),
            Binding([.character(".")], .hidden, "show or hide dot files", .looking),
            Binding(
                [.character("i")], .info, "what it would cost", .looking, hint: 3, brief: "cost",
                reason: Reasons.costIsKnown),
            Binding(
                [.character("s"), .character("I"), .character("X")], .confirm, "take what is marked, or this",
                .choosing,
                hint: 0, brief: "take"),
        ] + panelEnd

    static let preview: [Binding] =
        [
            Binding([.character("j"), .down, .enter], .down, "a line down", .moving, hint: 1, brief: "line"),
            Binding([.character("k"), .up], .up, "a line up", .moving),
            Binding(
                [.pageDown, .control("f"), .character(" "), .character("J")], .pageDown, "a page down", .moving,
                hint: 0,
                brief: "page"
            ),
            Binding([.pageUp, .control("b"), .character("K")], .pageUp, "a page up", .moving),
            Binding([.control("d")], .halfDown, "half a page down", .moving),
            Binding([.control("u")], .halfUp, "half a page up", .moving),
            Binding([.character("/")], .find, "find in the text", .looking, hint: 4, brief: "find"),
            Binding(
                [.character("n")], .findNext, "next that was sought", .looking, reason: Reasons.nothingSoughtInText),
            Binding(
                [.character("N")], .findPrevious, "previous that was sought", .looking,
                reason: Reasons.nothingSoughtInText),
            Binding(
                sequences: [[.home], [.character("g"), .character("g")]], .top, "start", .moving),
            Binding([.end, .character("G")], .bottom, "end", .moving, hint: 3),
            Binding([.function(3)], .back, "back", .screen),
        ] + panelEnd

    static let versions: [Binding] =
        list + [
            Binding(
                [.character("r")], .restore, "make this one current again", .changing, hint: 1, brief: "make current",
                command: "pannier restore PATH --version NUMBER"),
            Binding([.enter], .open, "the same, when pressed twice", .changing),
            Binding(
                [.character("v"), .function(3), .character("l"), .right], .view, "look into this one", .looking,
                hint: 0, brief: "look"),
            Binding(
                [.character("K")], .keepCurrent, "keep what is current", .changing, hint: 2,
                brief: "keep the current one",
                command: "pannier versions --keep PATH",
                now: { ($0.top as? VersionsPanel)?.hasConflicts ?? false ? "keep the current one" : nil }),
            Binding([.control("r")], .reread, "ask the server", .screen, hint: 3, reason: Reasons.noAgent),
            Binding([.character("V")], .back, "back", .screen),
        ] + panelEnd

    static let problems: [Binding] =
        list + [
            Binding([.enter], .open, "go there", .going, hint: 0),
            Binding([.character("r")], .retry, "try again", .transfers, hint: 1, command: "pannier retry ID"),
            Binding([.character("x"), .character("d")], .clearDone, "forget it", .transfers, hint: 2),
            Binding(
                [.character("y")], .approve, "approve deletions that wait", .transfers, hint: 4, brief: "approve",
                command: "pannier approve", now: { ($0.sync?.held ?? 0) > 0 ? "approve" : nil },
                reason: Reasons.nothingHeld),
            Binding(
                [.character("u")], .bringBack, "bring back what they would delete", .transfers, hint: 4,
                brief: "bring back", command: "pannier approve --undo",
                now: { ($0.sync?.held ?? 0) > 0 ? "bring back" : nil }, reason: Reasons.nothingHeld),
            Binding([.control("r")], .reread, "ask the server", .screen, hint: 3, reason: Reasons.noAgent),
        ] + panelEnd

    static let help: [Binding] =
        [
            Binding([.down, .control("n")], .down, "down", .moving),
            Binding([.up, .control("p")], .up, "up", .moving),
            Binding([.pageDown], .pageDown, "a page down; Space, too, before anything is typed", .moving),
            Binding([.pageUp], .pageUp, "a page up", .moving),
            Binding([.control("d")], .halfDown, "half a page down", .moving),
            Binding([.control("u")], .halfUp, "half a page up, or what was typed away", .moving),
            Binding([.enter], .confirm, "do it", .choosing, hint: 0),
            Binding([.tab], .nextField, "complete", .choosing),
            Binding([.escape, .function(1), .function(10), .control("c")], .back, "close", .screen, hint: 1),
        ] + always

    static let prompt: [Binding] =
        [
            Binding([.enter], .confirm, "do it", .choosing, hint: 0),
            Binding([.up], .up, "up", .moving),
            Binding([.down], .down, "down", .moving),
            Binding([.escape, .function(10), .control("c")], .back, "leave it", .screen, hint: 1),
        ] + always

    static let question: [Binding] =
        [
            Binding([.character("y")], .yes, "yes", .choosing, hint: 0),
            Binding([.enter], .confirm, "the answer that is marked", .choosing),
            Binding([.left, .right, .tab], .nextField, "other answer", .choosing),
            Binding([.escape, .character("n"), .character("q"), .control("c")], .back, "no", .screen, hint: 1),
        ] + always

    static let share: [Binding] =
        [
            Binding([.tab, .down], .nextField, "next field", .moving, hint: 0),
            Binding([.backTab, .up], .previousField, "field before", .moving),
            Binding([.enter], .open, "press the button", .choosing),
            Binding([.control("s")], .confirm, "share", .people, hint: 1),
            Binding([.control("x")], .remove, "take access away", .people, hint: 2),
            Binding([.escape, .function(10), .control("c")], .back, "close", .screen, hint: 3),
            help1,
        ] + always

    static let themes: [Binding] =
        list + [
            Binding([.enter], .confirm, "take it", .choosing, hint: 0),
            Binding([.escape, .character("q"), .function(10), .control("c")], .back, "as it was", .screen, hint: 1),
        ] + always

    static let signIn: [Binding] =
        [
            Binding([.tab, .down], .nextField, "next field", .moving, hint: 0),
            Binding([.backTab, .up], .previousField, "field before", .moving),
            Binding([.enter], .confirm, "sign in", .choosing, hint: 1),
            Binding([.control("t")], .view, "show the password", .looking, hint: 2),
            Binding([.escape], .back, "look at what is here", .screen),
            Binding([.function(10), .control("c")], .leave, "leave", .screen, hint: 3),
            help1,
        ] + always
}
