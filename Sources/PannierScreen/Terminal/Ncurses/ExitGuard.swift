import CNcurses
import Glibc
import Synchronization

/// Gives the screen back should the process call `exit` while it is taken.
enum ExitGuard {
    /// Where the screen is, while it is taken. Held while ncurses writes: `exit` may be called on another thread, and
    /// what is drawn after the end would take the screen again.
    private static let open = Mutex<CInt?>(nil)
    private static let isInstalled = Atomic<Bool>(false)

    /// Whether ncurses holds the screen now.
    static var isOpen: Bool { open.withLock { $0 != nil } }

    /// The screen is taken; what is written to it goes to `output`.
    static func take(output: CInt) {
        open.withLock { $0 = output }
        guard !isInstalled.exchange(true, ordering: .sequentiallyConsistent) else { return }
        atexit { ExitGuard.giveBack() }
    }

    /// Draws, if the screen is still taken.
    static func draw(_ body: () -> Void) { open.withLock { if $0 != nil { body() } } }

    /// Gives it back, if it is taken.
    static func giveBack() {
        open.withLock { open in
            guard let output = open else { return }
            TerminalModes.write(TerminalModes.leave, to: output)
            endwin()
            open = nil
        }
    }
}
