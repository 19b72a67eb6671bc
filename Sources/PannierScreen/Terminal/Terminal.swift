/// Where frames go and keys come from. Two real ones exist: ncurses, and memory for tests; one suite holds both.
///
/// Not thread-safe: the thread that made it calls everything. Nothing here blocks; to wait for keys, poll `input`.
package protocol Terminal: AnyObject {
    /// The size now. Changes only inside ``adoptSize()`` and ``resume()``.
    var size: Size { get }
    var tier: ColourTier { get }
    var glyphs: Glyphs { get }
    /// Readable when keys may be waiting.
    var input: CInt { get }
    /// Puts cells at their place. They show after ``flush()`` at the latest. A run lies inside the screen.
    func write(_ run: CellRun)
    func flush()
    /// The next key that is waiting, or nil.
    func nextKey() -> Key?
    /// Draws with other looks from now on. Afterwards everything must be written again.
    func adopt(_ theme: Theme)
    /// Asks the terminal for the colour of its background. The answer comes as ``Key/ground(_:)``, or never. Asked after
    /// the first frame, it keeps nobody waiting.
    func askGround()
    /// Asks how large the screen is now. Afterwards everything must be written again if `size` changed.
    func adoptSize()
    /// Forgets what the screen shows: the next ``flush()`` writes every cell again that has been written here.
    func repaint()
    /// Gives the screen back as it was found. Afterwards only ``resume()`` and ``close()`` may be called.
    func suspend()
    /// Takes the screen again after ``suspend()``, or after another program has used it.
    func resume()
    /// Gives the screen back for good. Calling it again does nothing.
    func close()
}

/// A terminal, and what it shows: frames in, only what changed out.
package struct Display<Screen: Terminal> {
    package let terminal: Screen
    private var shown: Frame?

    package init(_ terminal: Screen) { self.terminal = terminal }

    package mutating func show(_ frame: Frame) {
        for run in FrameChanges(from: shown, to: frame) { terminal.write(run) }
        terminal.flush()
        shown = frame
    }

    /// Draws with other looks from the next frame on.
    package mutating func adopt(_ theme: Theme) {
        terminal.adopt(theme)
        repaint()
    }

    /// Everything is written again next time.
    package mutating func repaint() {
        terminal.repaint()
        shown = nil
    }
}
