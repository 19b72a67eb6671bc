import CNcurses
import Glibc
import Synchronization

/// Gives the screen back should the process call `exit` while it is taken.
enum ExitGuard {
    private static let open = Atomic<CInt>(-1)
    private static let isInstalled = Atomic<Bool>(false)

    /// Whether ncurses holds the screen now.
    static var isOpen: Bool { open.load(ordering: .sequentiallyConsistent) >= 0 }

    /// The screen is taken; what is written to it goes to `output`.
    static func take(output: CInt) {
        open.store(output, ordering: .sequentiallyConsistent)
        guard !isInstalled.exchange(true, ordering: .sequentiallyConsistent) else { return }
        atexit { ExitGuard.giveBack() }
    }

    /// Gives it back, if it is taken.
    static func giveBack() {
        let output = open.exchange(-1, ordering: .sequentiallyConsistent)
        guard output >= 0 else { return }
        TerminalModes.write(TerminalModes.leave, to: output)
        endwin()
    }
}
