import Glibc

/// Modes of the terminal that ncurses knows nothing of, set while the screen is taken.
enum TerminalModes {
    /// - `CSI 8 l` (ECMA-48's BDSM): terminals that turn right-to-left text round (VTE and its like) would take the
    ///   columns beside a Hebrew name with it: digits change places with the name. This has them show cells where they
    ///   are put.
    /// - `CSI ? 2004 h`: brackets around pasted text.
    ///
    /// A terminal that does not know them does nothing.
    static let enter = "\u{1B}[8l\u{1B}[?2004h"
    static let leave = "\u{1B}[?2004l\u{1B}[8h"

    /// Safe in a function that `exit` calls.
    static func write(_ sequence: String, to descriptor: CInt) {
        // Were it lost, only pasting and right-to-left names would look odd; where it cannot be written, there is
        // nobody to see it.
        _ = Glibc.write(descriptor, sequence, sequence.utf8.count)
    }
}
