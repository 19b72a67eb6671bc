import Foundation
import PannierCore

/// Draws a ``ProgressLine`` on standard error, in one place, where that is a terminal. Everywhere, it says when a transfer
/// has to wait, and why.
final class ProgressBar {
    private let isOn: Bool
    private let isUnicode: Bool
    private let start = ContinuousClock.now
    private var drawn = ""
    /// Of the terminal, when the line was drawn.
    private var width = 0
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
        guard text != drawn || line.width != width else { return }
        if line.width != width { clear() }
        drawn = text
        width = line.width
        Report.raw("\r\(text)\u{1B}[K")
    }

    /// Takes the line away, so that something else can be written.
    func clear() {
        guard isOn, !drawn.isEmpty else { return }
        Report.raw(Self.erasure(of: drawn, width: Self.width, flows: flows))
        drawn = ""
    }

    /// What takes a line away. In a terminal that was made narrower it stands in several rows now, the cursor in the last.
    /// - Parameter flows: whether the terminal moves what does not fit into the next row; others cut it off.
    static func erasure(of drawn: String, width: Int, flows: Bool) -> String {
        let above = flows ? ProgressLine.rows(drawn, width: width) - 1 : 0
        return (above > 0 ? "\u{1B}[\(above)A" : "") + "\r\u{1B}[J"
    }

    /// xterm and screen cut lines off when they become narrower; what is above must not be erased there.
    private let flows: Bool = {
        let environment = ProcessInfo.processInfo.environment
        return environment["XTERM_VERSION"] == nil && environment["STY"] == nil
    }()

    private static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
