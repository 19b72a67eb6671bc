import PannierCore
import PannierScreen

/// The keys of every context, as they are before the person's own changes.
package enum Bindings {
    package static func table(of context: Context) -> [Binding] {
        switch context {
        case .panes: panes
        case .transfers: transfers
        case .picker: picker
        case .preview: preview
        case .versions: versions
        case .problems: problems
        case .help: help
        case .prompt: prompt
        case .question: question
        case .share: share
        case .themes: themes
        case .signIn: signIn
        }
    }

    // MARK: - Panes

    static let panes: [Binding] = moving + going + choosing + looking + changing + people + moves + synced + screen

    private static let moving: [Binding] = [
        Binding([.character("j"), .down], .down, "down", .moving),
        Binding([.character("k"), .up], .up, "up", .moving),
        Binding([.control("d")], .halfDown, "half a page down", .moving),
        Binding([.control("u")], .halfUp, "half a page up", .moving),
        Binding([.pageDown, .control("f")], .pageDown, "a page down", .moving),
        Binding([.pageUp, .control("b")], .pageUp, "a page up", .moving),
        Binding(
            sequences: [[.home], [.character("g"), .character("g")]], .top, "first", .moving),
        Binding([.end, .character("G")], .bottom, "last", .moving),
    ]

    private static let g = Key.character("g")

    private static let going: [Binding] = [
        Binding(
            [.enter, .character("l"), .right], .open, "open", .going, hint: 1, command: "pannier ls PATH",
            reason: Reasons.notOpen),
        Binding([.character("h"), .left, .backspace], .parent, "parent", .going, reason: Reasons.noParent),
        Binding([.tab, .backTab], .otherPane, "other pane", .going, hint: 7),
        Binding(g, .character("h"), .goMyFiles, "My Files, in its own pane", .going, command: "pannier ls /"),
        Binding(
            g, .character("s"), .goShared, "Shared With Me, in its own pane", .going, command: "pannier ls shared:/"),
        Binding(g, .character("t"), .goTrash, "Trash", .going, command: "pannier trash"),
        Binding(g, .character("/"), .goPath, "a path", .going),
        Binding(
            sequences: [[.character("w")], [g, .character("w")]], .transfers, "transfers", .transfers, hint: 5,
            command: "pannier transfers"),
        Binding(
            sequences: [[.character("!")], [g, .character("i")]], .problems, "problems", .transfers,
            command: "pannier status"),
    ]

    private static let choosing: [Binding] = [
        Binding([.character(" "), .insert], .mark, "mark", .choosing, hint: 2, reason: Reasons.noRow),
        Binding([.character("v")], .visual, "mark a range: press again at its end", .choosing, reason: Reasons.noRow),
        Binding([.control("a")], .markAll, "mark all", .choosing, reason: Reasons.noRow),
        Binding([.character("*")], .invertMarks, "mark the others", .choosing, reason: Reasons.noRow),
    ]

    private static let comma = Key.character(",")

    private static let looking: [Binding] = [
        Binding([.function(3)], .view, "view the text", .looking, reason: Reasons.notAFile),
        Binding([.character("f")], .filter, "filter as you type", .looking),
        Binding([.character("/")], .find, "find a name in this folder", .looking),
        Binding([.character("n")], .findNext, "next that was sought", .looking, reason: Reasons.nothingSought),
        Binding([.character("N")], .findPrevious, "previous that was sought", .looking, reason: Reasons.nothingSought),
        Binding(comma, .character("n"), .sortName, "sort by name", .looking),
        Binding(comma, .character("N"), .sortNameReversed, "by name, Z first", .looking),
        Binding(comma, .character("s"), .sortSize, "sort by size, largest first", .looking),
        Binding(comma, .character("S"), .sortSizeReversed, "by size, smallest first", .looking),
        Binding(comma, .character("m"), .sortTime, "sort by time, latest first", .looking),
        Binding(comma, .character("M"), .sortTimeReversed, "by time, oldest first", .looking),
        Binding(comma, .character("e"), .sortType, "sort by type", .looking),
        Binding(comma, .character("E"), .sortTypeReversed, "by type, reversed", .looking),
        Binding(comma, .character("w"), .sortWho, "sort by who", .looking),
        Binding(comma, .character("W"), .sortWhoReversed, "by who, reversed", .looking),
        Binding(
            [.character("V")], .versions, "versions, and conflicts", .looking, hint: 2, brief: "versions",
            command: "pannier versions PATH", now: { $0.focused.row?.hasConflicts ?? false ? "versions" : nil },
            reason: Reasons.noVersions),
        Binding([.character(".")], .hidden, "show or hide dot files", .looking),
        Binding([.character("i")], .info, "show or hide the info panel", .looking),
    ]

    private static let changing: [Binding] = [
        Binding(
            [.character("a"), .function(7)], .newFolder, "new folder", .changing, command: "pannier mkdir PATH",
            reason: Reasons.cannotChangeHere),
        Binding(
            [.character("r"), .function(6)], .rename, "rename or move", .changing, command: "pannier mv PATH PATH",
            reason: Reasons.cannotChange),
        Binding(
            [.function(5)], .copyToOther, "copy to the other pane", .changing, command: "pannier cp PATH PATH",
            reason: Reasons.noTarget),
        Binding([.character("y")], .yank, "copy: then p where it goes", .changing, reason: Reasons.noTarget),
        Binding([.character("x")], .cut, "cut: then p where it goes", .changing, reason: Reasons.cannotChange),
        Binding([.character("p")], .paste, "paste", .changing, reason: Reasons.cannotPaste),
        Binding(
            [.character("d"), .function(8), .delete], .trash, "put into the trash", .changing,
            command: "pannier rm PATH", reason: Reasons.cannotTrash),
        Binding(
            [.character("u")], .restore, "take out of the trash", .changing, hint: 3, brief: "take out",
            command: "pannier restore PATH", now: { $0.focused.isTrash ? "take out" : nil },
            reason: Reasons.notInTrash),
    ]

    private static let people: [Binding] = [
        Binding(
            [.character("S")], .share, "share with people", .people, hint: 4, brief: "share",
            command: "pannier share PATH EMAIL", reason: Reasons.cannotShare)
    ]

    private static let moves: [Binding] = [
        Binding(
            [.character("I")], .upload, "upload from this machine", .transfers, hint: 3, brief: "upload",
            command: "pannier put LOCAL PATH", reason: Reasons.cannotUpload),
        Binding(
            [.character("X")], .download, "download to this machine", .transfers, hint: 3, brief: "download",
            command: "pannier get PATH LOCAL", now: { $0.focused.path.space == .shared ? "download" : nil },
            reason: Reasons.noTarget),
        Binding(
            [.character("P")], .pauseAll, "pause all transfers, or go on", .transfers, command: "pannier pause",
            reason: Reasons.nothingToPause),
    ]

    private static let synced: [Binding] = [
        Binding(
            [.character("=")], .keep, "on this disk, too, or cloud only", .transfers,
            command: "pannier keep PATH", reason: Reasons.cannotKeep),
        Binding(
            sequences: [], .syncFolder, "make a folder one with My Files: :sync FOLDER", .transfers,
            command: "pannier sync FOLDER"),
        Binding(
            sequences: [], .pauseSync, "pause the synced folder, or go on", .transfers, command: "pannier pause --sync",
            reason: Reasons.notSynced),
        Binding(
            sequences: [], .approve, "approve deletions that wait", .transfers, command: "pannier approve",
            reason: Reasons.nothingHeld),
        Binding(
            sequences: [], .bringBack, "bring back what they would delete", .transfers,
            command: "pannier approve --undo", reason: Reasons.nothingHeld),
    ]

    private static let screen: [Binding] =
        [
            Binding([.function(2), .character(";")], .actions, "what can be done here", .screen, hint: nil),
            Binding(
                [.character(":"), .function(9)], .commandLine, "command line", .screen, hint: 6, brief: "commands"),
            Binding([.character("?"), .function(1), .character("~")], .keys, "keys", .screen, hint: 0),
            Binding(sequences: [], .theme, "theme", .screen),
            Binding(
                [.control("r")], .reread, "ask the server", .screen, command: "pannier status",
                reason: Reasons.noAgent),
            Binding(
                sequences: [], .signIn, "sign in", .screen, command: "pannier login URL --email YOU",
                reason: Reasons.isSignedIn),
            Binding([.escape], .back, "clear message, filter and marks", .screen),
        ] + always + [
            Binding(
                [.character("q"), .function(10), .control("c")], .leave, "leave; transfers go on", .screen, hint: 8,
                brief: "leave"),
            Binding(
                [.character("Q")], .leaveAndStop, "leave, and stop the agent", .screen,
                command: "pannier agent --stop"),
        ]

    // MARK: - In common

    static let always: [Binding] = [
        Binding([.control("l")], .repaint, "redraw", .screen),
        Binding([.control("z")], .suspend, "suspend", .screen),
    ]

    static let help1 = Binding([.function(1)], .keys, "keys", .screen)

    /// Moving in a list of a panel.
    static let list: [Binding] = [
        Binding([.character("j"), .down], .down, "down", .moving),
        Binding([.character("k"), .up], .up, "up", .moving),
        Binding([.pageDown, .control("f"), .control("d")], .pageDown, "a page down", .moving),
        Binding([.pageUp, .control("b"), .control("u")], .pageUp, "a page up", .moving),
        Binding(
            sequences: [[.home], [.character("g"), .character("g")]], .top, "first", .moving),
        Binding([.end, .character("G")], .bottom, "last", .moving),
    ]

    static let panelEnd: [Binding] =
        [
            Binding([.character("?"), .function(1), .character("~")], .keys, "keys", .screen, hint: 8),
            Binding([.character(":"), .function(9)], .commandLine, "command line", .screen),
            Binding([.escape, .character("q"), .function(10), .control("c")], .back, "back", .screen, hint: 9),
        ] + always
}
