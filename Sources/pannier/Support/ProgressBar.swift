import Foundation
import PannierCore

/// Draws a ``ProgressLine`` on standard error, in one place, where that is a terminal. Everywhere, it says when a transfer
/// has to wait, and why.
final class ProgressBar {
    private let isOn: Bool
    private let isUnicode: Bool
    private let start = ContinuousClock.now
    private var drawn = ""
    private var lastDraw: ContinuousClock.Instant?
    private var notice: WaitNotice?

    /// - Parameter tellsWaits: false where somebody else says so.
    init(isOn: Bool = Report.isTerminal(STDERR_FILENO), tellsWaits: Bool = true) {
        self.isOn = isOn
        notice = tellsWaits ? WaitNotice() : nil
        isUnicode = nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } == "UTF-8"
    }

    /// Not more often than anyone can see.
    func show(_ states: [TransferState]) {
        let now = ContinuousClock.now
        for text in notice?.lines(states, at: (now - start) / .seconds(1)) ?? [] {
            clear()
            lastDraw = nil
            Report.line("pannier: \(text)")
        }
        guard isOn else { return }
        if let lastDraw, now - lastDraw < .milliseconds(90) { return }
        lastDraw = now
        let line = ProgressLine(width: Self.width, isUnicode: isUnicode)
        let text = line.text(states, elapsed: (now - start) / .seconds(1))
        guard text != drawn else { return }
        drawn = text
        Report.raw("\r\(text)\u{1B}[K")
    }

    /// Takes the line away, so that something else can be written.
    func clear() {
        guard isOn, !drawn.isEmpty else { return }
        drawn = ""
        Report.raw("\r\u{1B}[K")
    }

    private static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
