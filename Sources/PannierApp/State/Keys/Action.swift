import PannierCore

/// What can be done on the screen. The raw value is its name on the command line and in `keymap.toml`.
package enum Action: String, CaseIterable, Sendable {
    // Moving.
    case up, down, pageUp = "page-up", pageDown = "page-down", halfUp = "half-page-up", halfDown = "half-page-down"
    case top, bottom, left, right
    // Going somewhere.
    case open, parent, otherPane = "other-pane"
    case goMyFiles = "my-files", goShared = "shared-with-me", goTrash = "trash-bin", goPath = "cd"
    // Choosing.
    case mark, visual, markAll = "mark-all", invertMarks = "invert-marks"
    // Looking.
    case filter, find, findNext = "find-next", findPrevious = "find-previous"
    case sortName = "sort-name", sortSize = "sort-size", sortTime = "sort-time", sortType = "sort-type"
    case sortWho = "sort-who"
    case sortNameReversed = "sort-name-reversed", sortSizeReversed = "sort-size-reversed"
    case sortTimeReversed = "sort-time-reversed", sortTypeReversed = "sort-type-reversed"
    case sortWhoReversed = "sort-who-reversed"
    case hidden = "hidden-files", info, view, versions
    // Changing.
    case newFolder = "mkdir", rename, copyToOther = "copy-to-other-pane"
    case yank = "copy", cut, paste, trash, restore, keepCurrent = "keep-current"
    // The synced folder.
    case syncFolder = "sync", keep, approve, bringBack = "bring-back", pauseSync = "pause-sync"
    // People.
    case share
    // Transfers.
    case upload, download, transfers, pauseAll = "pause-all"
    case pause, cancel, retry, earlier, later, first, slower, faster, clearDone = "clear-done", log
    // The screen.
    case problems, theme, keys, commandLine = "command-line", actions
    case reread, repaint, suspend, back, signIn = "sign-in", leave, leaveAndStop = "quit"
    // Dialogs.
    case yes, confirm, nextField = "next-field", previousField = "previous-field", remove, chunk

    /// Whether it works on what is marked, or lists the rows anew: a range that is still open becomes marks before.
    var endsRange: Bool {
        switch self {
        case .trash, .copyToOther, .yank, .cut, .rename, .restore, .share, .download, .mark, .invertMarks, .markAll,
            .filter, .hidden:
            true
        default: RowOrder(self) != nil
        }
    }

    /// Whether its name on the command line may be followed by words.
    package var takesWords: Bool {
        switch self {
        case .goPath, .newFolder, .rename, .filter, .find, .share, .theme, .upload, .download, .syncFolder, .pause: true
        default: false
        }
    }
}
