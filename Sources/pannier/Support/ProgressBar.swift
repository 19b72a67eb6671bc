import Foundation
import PannierCore

/// Draws a ``ProgressLine`` on standard error, in one place. Nothing at all where that is no terminal.
final class ProgressBar {
    private let isOn: Bool
    private let isUnicode: Bool
    private let start = ContinuousClock.now
    private var drawn = ""
    private var lastDraw: ContinuousClock.Instant?

    init(isOn: Bool = Report.isTerminal(STDERR_FILENO)) {
        self.isOn = isOn
        isUnicode = nl_langinfo(nl_item(CODESET)).map { String(cString: $0) } == "UTF-8"
    }

    /// Not more often than anyone can see.
    func show(_ states: [TransferState]) {
        guard isOn else { return }
        let now = ContinuousClock.now
        if let lastDraw, now - lastDraw < .milliseconds(90) { return }
        lastDraw = now
        let line = ProgressLine(width: Self.width, isUnicode: isUnicode)
        let text = line.text(states, elapsed: (now - start) / .seconds(1))
        guard text != drawn else { return }
        drawn = text
        write("\r\(text)\u{1B}[K")
    }

    /// Takes the line away, so that something else can be written.
    func clear() {
        guard isOn, !drawn.isEmpty else { return }
        drawn = ""
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    private static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
